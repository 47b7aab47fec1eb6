// The statements in this folder, each with a request that causes it.

import type { callers } from './world.js';

export interface StatementCase {
  /** The name of the statement's file. */
  readonly file: string;
  /** The heading of the file, which describes what the statement reads. */
  readonly heading: string;
  /** Reasons that are not apparent from the SQL. */
  readonly notes?: readonly string[];
  /** The statement's name in metrics and traces. */
  readonly statement: string;
  readonly as: keyof typeof callers;
  /** A GraphQL operation, the path of a REST request, or a command. Names stand for ids, cursors and links. */
  readonly request: string;
  /** The position among the statements with its name that the request sends. Defaults to the first. */
  readonly position?: number;
  /** The numbers of the parameters whose values depend on how long the database takes. */
  readonly timed?: readonly number[];
}

/** A named value from a response, which other requests send. */
export interface EarlierValue {
  readonly as: keyof typeof callers;
  readonly request: string;
  /** The location of the value in the response. */
  readonly path: readonly (string | number)[];
}

const run = 'taskRun(orgId: "org", projectId: "project", taskId: "ownerTask", id: "run")';
const viewerRun = 'taskRun(orgId: "org", projectId: "project", taskId: "viewerTask", id: "viewerRun")';
const ownerTask = 'orgId: "org", projectId: "project", taskId: "ownerTask"';
const editorTask = 'orgId: "org", projectId: "project", taskId: "editorTask"';
const project = 'orgId: "org", projectId: "project"';
const everything =
  'response runData submitted responseBytes responsePreview submittedPreview(length: 20) failureMessage failure ' +
  'amount: response(path: "/amount") chargedCredits reportingGroup { name } files { name }';

export const earlierValues: Readonly<Record<string, EarlierValue>> = {
  cursorInTask: {
    as: 'owner',
    request: `{ taskRuns(${ownerTask}, first: 1) { pageInfo { endCursor } } }`,
    path: ['data', 'taskRuns', 'pageInfo', 'endCursor'],
  },
  cursorInProject: {
    as: 'owner',
    request: `{ taskRuns(${project}, first: 1) { pageInfo { endCursor } } }`,
    path: ['data', 'taskRuns', 'pageInfo', 'endCursor'],
  },
  cursorByTiming: {
    as: 'owner',
    request: `{ taskRuns(${ownerTask}, first: 1, orderBy: LLM_CALL_TIMING_DESC) { pageInfo { endCursor } } }`,
    path: ['data', 'taskRuns', 'pageInfo', 'endCursor'],
  },
  cursorByTokens: {
    as: 'owner',
    request: `{ taskRuns(${ownerTask}, first: 1, orderBy: TOTAL_TOKENS_ASC) { pageInfo { endCursor } } }`,
    path: ['data', 'taskRuns', 'pageInfo', 'endCursor'],
  },
  cursorOfFailures: {
    as: 'owner',
    request: `{ taskRuns(${project}, first: 1, filter: { status: FAIL, response: [{ path: "/category", eq: "billing" }] }) { pageInfo { endCursor } } }`,
    path: ['data', 'taskRuns', 'pageInfo', 'endCursor'],
  },
  lastCursorOfChanges: {
    as: 'owner',
    request: `{ taskRunChanges(${project}, first: 100) { endCursor } }`,
    path: ['data', 'taskRunChanges', 'endCursor'],
  },
  cursorOfChanges: {
    as: 'owner',
    request: `{ taskRunChanges(${project}, first: 1) { endCursor } }`,
    path: ['data', 'taskRunChanges', 'endCursor'],
  },
  link: {
    as: 'owner',
    request: `{ ${run} { files { downloadUrl } } }`,
    path: ['data', 'taskRun', 'files', 0, 'downloadUrl'],
  },
};

export const cases: readonly StatementCase[] = [
  {
    file: 'run',
    heading: 'One run by its path, with the roles that decide whether the caller gets it.',
    notes: [
      'Without a role `granted.roles` is null. Then no condition on the run holds, and its table is not read.',
      'OFFSET 0 keeps the look-up of the run behind these conditions.',
    ],
    statement: 'task_runs_by_path',
    as: 'owner',
    request: `{ ${run} { id created isError totalTokens } }`,
  },
  {
    file: 'run-with-json-and-relations',
    heading: 'One run with its JSON, previews, a value inside the JSON, reporting group and files.',
    statement: 'task_runs_by_path',
    as: 'owner',
    request: `{ ${run} { ${everything} } }`,
  },
  {
    file: 'run-with-model',
    heading: 'One run with its model, which is a value at a configured location in its JSON.',
    statement: 'task_runs_by_path',
    as: 'owner',
    request: `{ ${run} { model } }`,
  },
  {
    file: 'run-too-large-to-share',
    heading:
      'One run whose JSON was too large for a statement that reads several runs: each field, up to a byte limit.',
    statement: 'task_runs_by_path',
    as: 'owner',
    request:
      '{ taskRun(orgId: "org", projectId: "project", taskId: "largeTask", id: "largeRun") { response runData part: response(path: "/text") model } }',
    position: 1,
  },
  {
    file: 'run-values-too-large-to-share',
    heading: 'One run with a value inside its JSON that was too large for a statement that reads several runs.',
    statement: 'task_runs_by_path',
    as: 'owner',
    request:
      '{ taskRun(orgId: "org", projectId: "project", taskId: "largeTask", id: "largeRun") { response(path: "/text") } }',
    position: 1,
  },
  {
    file: 'run-usage',
    heading: 'One run for an analyst, who gets the usage of runs whose payload they do not see.',
    statement: 'task_runs_by_path',
    as: 'analyst',
    request: `{ ${run} { id totalTokens } }`,
    position: 1,
  },
  {
    file: 'runs',
    heading: 'Several runs by their paths, in one statement for all waiting requests.',
    statement: 'task_runs_by_path',
    as: 'owner',
    request: `{ one: ${run} { id } other: ${viewerRun} { id chargedCredits } }`,
  },
  {
    file: 'runs-with-json-and-relations',
    heading:
      'Several runs with JSON, previews, values inside the JSON, reporting groups and files, each only if it is selected.',
    statement: 'task_runs_by_path',
    as: 'owner',
    request: `{ one: ${run} { ${everything} } other: ${viewerRun} { response model } }`,
  },
  {
    file: 'run-paths',
    heading: 'The paths of runs by their ids, for objects that are requested by id only.',
    statement: 'task_run_paths_by_id',
    as: 'owner',
    request: '{ node(id: "run") { ... on TaskRun { totalTokens } } }',
  },
  {
    file: 'reporting-groups-of-subject',
    heading: 'Reporting groups by their ids, with the roles that decide whether the caller gets them.',
    statement: 'reporting_groups_for_subject',
    as: 'owner',
    request:
      '{ _entities(representations: [{ __typename: "ReportingGroup", id: "group" }]) { ... on ReportingGroup { name } } }',
  },
  {
    file: 'reporting-groups',
    heading: 'The reporting groups of runs that were read without them.',
    statement: 'reporting_groups_by_id',
    as: 'owner',
    request:
      '{ taskRuns(orgId: "org", projectId: "project", taskId: "largeTask") { nodes { response reportingGroup { name } } } }',
  },
  {
    file: 'files',
    heading: 'The files of runs that were read without them.',
    statement: 'task_run_files_by_run_id',
    as: 'owner',
    request:
      '{ taskRuns(orgId: "org", projectId: "project", taskId: "largeTask") { nodes { response files { name } } } }',
  },
  {
    file: 'file',
    heading: 'One file by its name, for a link whose signature was verified.',
    statement: 'task_run_file_by_name',
    as: 'stranger',
    request: '{link}',
  },
  {
    file: 'task-page',
    heading:
      'A page of the runs of one task: all of them, those that the caller executed, or none, depending on the roles in the statement.',
    notes: [
      'Without a role `granted.roles` is null. Then the conditions of both ranges are null, and neither is read.',
      'An analyst gets no run here, but the page of task-page-of-analyst.sql.',
      'Only the index of own runs has an order that begins with `user_id`: BETWEEN keeps it, where = would not.',
    ],
    statement: 'task_run_pages_by_task',
    as: 'viewer',
    request: `{ taskRuns(${ownerTask}) { nodes { id totalTokens } } }`,
  },
  {
    file: 'task-page-with-json-and-relations',
    heading: 'A page after a cursor, with JSON, previews, reporting groups and files.',
    statement: 'task_run_pages_by_task',
    as: 'owner',
    request: `{ taskRuns(${ownerTask}, after: "cursorInTask") { nodes { ${everything.replace(/amount.*"\)/, '')} } } }`,
  },
  {
    file: 'task-page-with-values',
    heading: 'A page with values inside the JSON of its runs, backward from a cursor.',
    statement: 'task_run_pages_by_task',
    as: 'owner',
    request: `{ taskRuns(${ownerTask}, last: 2, before: "cursorInTask") { nodes { response(path: "/category") responsePreview model } } }`,
  },
  {
    file: 'task-page-tested',
    heading: 'A page whose filter is tested on index entries, up to a maximum number that ends the page.',
    statement: 'task_run_pages_by_task',
    as: 'owner',
    request: `{ taskRuns(${ownerTask}, filter: { status: FAIL, createdAfter: "2024-01-01T00:00:00Z", createdBefore: "2025-01-01T00:00:00Z" }) { nodes { id } } }`,
  },
  {
    file: 'task-page-tested-on-runs',
    heading: 'A page whose filter has a separate range in an index, and is tested on the runs of that range.',
    statement: 'task_run_pages_by_task',
    as: 'owner',
    request: `{ taskRuns(${ownerTask}, filter: { reportingGroupId: "group", hasFallbackLlmModel: false }) { nodes { id } } }`,
  },
  {
    file: 'task-page-found-by-index',
    heading: 'A page whose filter an index decides, so that no run is tested.',
    statement: 'task_run_pages_by_task',
    as: 'owner',
    request: `{ taskRuns(${ownerTask}, filter: { userIdIn: ["viewer"] }) { nodes { id } } }`,
  },
  {
    file: 'task-page-run-by-run',
    heading:
      'A page whose JSON is too large for one string: a row for each run, without the fields beyond a byte limit.',
    statement: 'task_run_pages_by_task',
    as: 'owner',
    request:
      '{ taskRuns(orgId: "org", projectId: "project", taskId: "largeTask") { nodes { response runData part: response(path: "/text") } } }',
    position: 1,
  },
  {
    file: 'task-page-of-analyst',
    heading: 'A page for an analyst: all runs, without the payload that they do not see.',
    statement: 'task_run_pages_by_task',
    as: 'analyst',
    request: `{ taskRuns(${ownerTask}) { nodes { id totalTokens failureMessage model } } }`,
    position: 1,
  },
  {
    file: 'task-page-of-own-runs-of-analyst',
    heading: 'A page for an analyst whose list is about payload: only the runs that they executed.',
    statement: 'task_run_pages_by_task',
    as: 'analyst',
    request: `{ taskRuns(${ownerTask}, filter: { failureIn: ["Rate limit"] }) { nodes { id } } }`,
  },
  {
    file: 'task-pages',
    heading: 'Pages of several tasks in one statement.',
    statement: 'task_run_pages_by_task',
    as: 'owner',
    request: `{ one: taskRuns(${ownerTask}, first: 2) { nodes { id } } other: taskRuns(${editorTask}, first: 3) { nodes { id } } }`,
  },
  {
    file: 'adjacent-runs',
    heading: 'The run created next in the task, a page of one run.',
    statement: 'task_run_pages_by_task',
    as: 'owner',
    request: `{ ${run} { next { id } } }`,
  },
  {
    file: 'scopes',
    heading: 'The tasks of a project, with the roles that determine which of their runs the caller gets.',
    statement: 'task_run_scopes',
    as: 'owner',
    request: `{ taskRuns(${project}) { nodes { id } } }`,
  },
  {
    file: 'project-page',
    heading: 'A page of a project for a caller who sees all of its runs.',
    statement: 'task_run_page',
    as: 'owner',
    request: `{ taskRuns(${project}) { nodes { id totalTokens } } }`,
  },
  {
    file: 'project-page-of-viewer',
    heading:
      'A page of a project for a caller who sees all runs of some tasks, and in others the runs that they executed.',
    statement: 'task_run_page',
    as: 'viewer',
    request: `{ taskRuns(${project}, first: 2, after: "cursorInProject") { nodes { id responsePreview } } }`,
  },
  {
    file: 'project-page-tested',
    heading: 'A page of a project whose filter is tested on a limited number of entries and runs.',
    statement: 'task_run_page',
    as: 'viewer',
    request: `{ taskRuns(${project}, filter: { status: FAIL }) { nodes { id } } }`,
  },
  {
    file: 'project-page-of-analyst',
    heading: 'A page of a project for an analyst: all runs, without the payload that they do not see.',
    statement: 'task_run_page',
    as: 'analyst',
    request: `{ taskRuns(${project}) { nodes { id responsePreview model } } }`,
  },
  {
    file: 'project-page-of-auditor',
    heading: 'A page of a project for an analyst who cannot have executed runs.',
    statement: 'task_run_page',
    as: 'auditor',
    request: `{ taskRuns(${project}) { nodes { id responsePreview } } }`,
  },
  {
    file: 'project-page-of-found-runs',
    heading: 'A page of runs that a scan has found, limited to those that the caller still sees.',
    statement: 'task_run_page',
    as: 'viewer',
    request: `{ taskRuns(${project}, filter: { response: [{ path: "/category", eq: "billing" }] }) { nodes { id response } } }`,
  },
  {
    file: 'project-page-run-by-run',
    heading: 'A page of a project whose JSON is too large for one string: a row for each run.',
    statement: 'task_run_page',
    as: 'owner',
    request: `{ taskRuns(${project}) { nodes { id response } } }`,
    position: 1,
  },
  {
    file: 'scan',
    heading: 'A step of a scan: the next runs of each task, which are read and tested against the filter.',
    statement: 'task_run_scan',
    as: 'owner',
    request: `{ taskRuns(${project}, filter: { response: [{ path: "/category", eq: "billing" }] }) { nodes { id } } }`,
  },
  {
    file: 'scan-of-entries',
    heading: 'A step of a scan in which index entries decide part of the filter.',
    statement: 'task_run_scan',
    as: 'viewer',
    request: `{ taskRuns(${project}, last: 2, before: "cursorOfFailures", filter: { status: FAIL, response: [{ path: "/category", eq: "billing" }] }) { nodes { id } } }`,
  },
  {
    file: 'scan-with-terms',
    heading: 'A step of a scan in which the search index finds the runs of completely visible tasks.',
    statement: 'task_run_scan',
    as: 'owner',
    request: '{ taskRuns(orgId: "org", projectId: "otherProject", filter: { search: "limit" }) { nodes { id } } }',
    position: 1,
    timed: [5, 6],
  },
  {
    file: 'scan-of-own-runs',
    heading:
      'A step of a scan in order of creation, over tasks in which the caller sees only the runs that they executed.',
    statement: 'task_run_scan',
    as: 'viewer',
    request: `{ taskRuns(${ownerTask}, orderBy: CREATED_ASC, filter: { createdAfter: "2024-01-01T00:00:00Z", status: FAIL, response: [{ path: "/category", eq: "billing" }] }) { nodes { id } countUpTo { count } } }`,
  },
  {
    file: 'scan-of-count-without-filter',
    heading: 'A step of a count up to a maximum, without conditions to test.',
    statement: 'task_run_scan',
    as: 'viewer',
    request: `{ taskRuns(${project}) { countUpTo(max: 10) { count } } }`,
  },
  {
    file: 'scan-of-count',
    heading: 'A step of a count up to a maximum.',
    statement: 'task_run_scan',
    as: 'viewer',
    request: `{ taskRuns(${project}, filter: { status: FAIL }) { countUpTo(max: 10) { count } } }`,
  },
  {
    file: 'search-state',
    heading: 'Whether runs can be searched for words.',
    statement: 'task_run_search_state',
    as: 'owner',
    request: '{ viewer { canSearch } }',
  },
  {
    file: 'search-terms',
    heading: 'The keys of words and values in the search index.',
    statement: 'task_run_search_terms',
    as: 'owner',
    request: `{ taskRuns(${project}, filter: { search: "rate limit", response: [{ path: "/category", in: ["billing", "shipping"] }] }) { nodes { id } } }`,
  },
  {
    file: 'search-count',
    heading: 'The number of runs with the keys of a search, from the plan of a statement that reads none of them.',
    statement: 'task_run_search_count',
    as: 'owner',
    request: `{ taskRuns(${project}, filter: { search: "rate limit" }) { totalCount } }`,
  },
  {
    file: 'count-with-terms',
    heading: 'The number of runs in a list. The search index finds those of completely visible tasks.',
    statement: 'task_run_count',
    as: 'viewer',
    request: `{ taskRuns(${project}, filter: { search: "rate limit", status: FAIL }) { totalCount } }`,
  },
  {
    file: 'count-of-own-runs',
    heading: "The number of a task's runs that the caller executed.",
    statement: 'task_run_count',
    as: 'viewer',
    request: `{ taskRuns(${ownerTask}) { totalCount } }`,
  },
  {
    file: 'counts-of-own-runs',
    heading: 'The numbers of runs in several tasks that the caller executed, in one statement.',
    statement: 'task_run_count',
    as: 'viewer',
    request:
      '{ _entities(representations: [{ __typename: "Task", id: "ownerTask" }, { __typename: "Task", id: "editorTask" }]) { ... on Task { taskRuns(filter: { status: FAIL }) { totalCount } } } }',
  },
  {
    file: 'count-of-filters',
    heading: 'The number of runs that meet every kind of condition.',
    statement: 'task_run_count',
    as: 'owner',
    request: `{ taskRuns(${project}, filter: {
      statusIn: [FAIL], taskRevisionId: "run", taskRevisionIdIn: ["run"], reportingGroupIdIn: ["group", null], reportingGroupName: "Pilot", userId: "viewer",
      reference: { eq: "order 4711", in: ["order 4711"], startsWith: "order" }, contextId: { startsWith: "c" },
      usedFallbackModel: false, fallbackLlmModelIdIn: ["run"], primaryFailureReasonContains: "limit", failureIn: ["Rate limit", "Timeout"],
      minLlmRetries: 1, maxLlmRetries: 2, minLlmCallTiming: 0.5, maxLlmCallTiming: 9, minTotalTokens: 1, maxTotalTokens: 9, minChargedCredits: "0.1", maxChargedCredits: "9",
      hasFiles: true, hasReportingGroup: true, hasUser: true, hasReference: false, hasContext: false, hasPrimaryFailureReason: true, hasFallbackLlmModel: false,
      hasLlmCallTiming: true, hasChargedCredits: true, hasResponse: true, model: "large-1",
      response: [{ path: "/a", eq: "x" }, { path: "/a", in: ["x", 1] }, { path: "/a", exists: true }, { path: "/a", contains: "x" }, { path: "/+1", gt: 1, gte: 1, lt: 2, lte: 2 }],
      submitted: [{ path: "/text", exists: false }], runData: [{ path: "", eq: null }],
      AND: [{ status: FAIL }], OR: [{ userIdIn: ["viewer"] }, { createdBefore: "2025-01-01T00:00:00Z" }], NOT: { createdAfter: "2025-01-01T00:00:00Z" }
    }) { totalCount } }`,
  },
  {
    file: 'count',
    heading: 'The number of runs in a list.',
    statement: 'task_run_count',
    as: 'viewer',
    request: `{ taskRuns(${project}, filter: { response: [{ path: "/category", eq: "billing" }] }) { totalCount } }`,
  },
  {
    file: 'counts',
    heading: 'The numbers of runs in the lists of several projects, in one statement.',
    statement: 'task_run_count',
    as: 'owner',
    request: '{ viewer { organizations { projects { project { taskRuns { totalCount } } } } } }',
  },
  {
    file: 'counts-up-to-maximum',
    heading: 'The numbers of runs in the lists of several projects, each up to a maximum.',
    statement: 'task_run_count',
    as: 'owner',
    request: '{ viewer { organizations { projects { project { taskRuns { countUpTo(max: 5) { count } } } } } } }',
  },
  {
    file: 'order',
    heading: 'The first runs of a list ordered by a value. No index provides that order.',
    statement: 'task_run_order',
    as: 'owner',
    request: `{ taskRuns(${ownerTask}, orderBy: LLM_CALL_TIMING_DESC) { nodes { id } } }`,
  },
  {
    file: 'order-after-cursor',
    heading: 'The next runs of a list ordered by a value, after a run without a value.',
    statement: 'task_run_order',
    as: 'owner',
    request: `{ taskRuns(${ownerTask}, orderBy: LLM_CALL_TIMING_DESC, after: "cursorByTiming") { nodes { id } } }`,
  },
  {
    file: 'order-before-cursor',
    heading: 'The runs of a list ordered by a value, before a run with a value.',
    statement: 'task_run_order',
    as: 'owner',
    request: `{ taskRuns(${ownerTask}, orderBy: TOTAL_TOKENS_ASC, last: 2, before: "cursorByTokens") { nodes { id } } }`,
  },
  {
    file: 'contexts',
    heading: 'The contexts of runs, each with the totals of its runs that the caller sees.',
    statement: 'task_run_contexts',
    as: 'viewer',
    request: `{ ${viewerRun} { context { totals { runs } } } }`,
  },
  {
    file: 'statistics',
    heading: 'The figures of all runs of a project.',
    statement: 'task_run_statistics',
    as: 'owner',
    request: `{ taskRunStats(${project}) { runs errors totalTokens } }`,
  },
  {
    file: 'statistics-of-groups',
    heading: 'Figures by time, and for the first groups of some values, compared with the previous period.',
    statement: 'task_run_statistics',
    as: 'viewer',
    request: `{ taskRunStats(${project}, filter: { createdAfter: "2024-01-01T00:00:00Z", createdBefore: "2024-02-01T00:00:00Z" }) {
      runs llmCallTiming { p95 } previous { runs llmCallTiming { p95 } }
      buckets(by: DAY, timeZone: "Europe/Berlin", withEmpty: true) { label runs }
      groupBy(dimension: REPORTING_GROUP, first: 5, orderBy: RUNS_GROWTH_DESC) { reportingGroup { name } errors previous { errors } buckets(by: DAY) { start runs } }
      json: groupBy(dimension: RESPONSE, path: "/category", first: 5) { json runs llmCallTiming { p95 } }
    } }`,
  },
  {
    file: 'statistics-from-index',
    heading: 'Figures by kinds of failures and by hour, read only from indexes.',
    statement: 'task_run_statistics',
    as: 'owner',
    request: `{ taskRunStats(${project}) {
      groupBy(dimension: FAILURE) { runs }
      buckets(by: HOUR, withEmpty: true) { label runs llmCallTiming { p50 } }
    } }`,
  },
  {
    file: 'statistics-of-report',
    heading: 'The figures of a report: all groups, most runs first.',
    statement: 'task_run_statistics',
    as: 'owner',
    request:
      '/api/v1/org/{org}/project/{project}/task/{viewerTask}/credit_report?start_date=2024-01-01&end_date=2024-02-01',
  },
  {
    file: 'affected-runs',
    heading:
      'What a report counts besides statistics: runs with retries, and runs above the thresholds of their task, in both periods.',
    statement: 'affected_runs',
    as: 'viewer',
    request:
      '/api/v1/org/{org}/project/{project}/task_run/report?created_after=2024-01-16T00:00:00Z&created_before=2024-01-31T00:00:00Z',
  },
  {
    file: 'statistics-of-percentiles',
    heading: 'The percentiles of all runs of a task.',
    statement: 'task_run_statistics',
    as: 'owner',
    request: `{ taskRunStats(${ownerTask}) { llmCallTiming { p95 } } }`,
  },
  {
    file: 'statistics-of-nested-groups',
    heading: 'Figures and percentiles for nested groups.',
    statement: 'task_run_statistics',
    as: 'owner',
    request: `{ taskRunStats(${project}, filter: { createdAfter: "2024-01-01T00:00:00Z" }) {
      groupBy(dimension: TASK) { value groupBy(dimension: STATUS, first: 2, orderBy: RUNS_GROWTH_DESC) { runs llmCallTiming { p95 } } }
      buckets(by: WEEK) { start runs llmCallTiming { p50 } }
    } }`,
  },
  {
    file: 'statistics-of-one-dimension',
    heading: 'Figures for groups by a value that the list index contains.',
    statement: 'task_run_statistics',
    as: 'owner',
    request: `{ taskRunStats(${project}) { groupBy(dimension: USER, orderBy: LAST_CREATED_DESC) { runs lastCreated } } }`,
  },
  {
    file: 'statistics-from-indexes-of-a-period',
    heading: 'Figures for values that other indexes contain, in a period.',
    statement: 'task_run_statistics',
    as: 'owner',
    request: `{ taskRunStats(${project}, filter: { status: FAIL, createdAfter: "2024-01-01T00:00:00Z" }) {
      groupBy(dimension: FAILURE) { runs }
      contexts: groupBy(dimension: CONTEXT) { runs }
    } }`,
  },
  {
    file: 'statistics-of-models',
    heading: 'Figures for models and for values inside the JSON of runs.',
    statement: 'task_run_statistics',
    as: 'owner',
    request: `{ taskRunStats(${project}) {
      groupBy(dimension: MODEL) { runs }
      numbers: groupBy(dimension: RESPONSE, path: "/+1") { runs }
      inputs: groupBy(dimension: SUBMITTED, path: "/text") { runs }
    } }`,
  },
  {
    file: 'statistics-of-projects',
    heading: 'The figures of several projects in one statement.',
    statement: 'task_run_statistics',
    as: 'owner',
    request:
      '{ viewer { organizations { projects { project { taskRunStats { groupBy(dimension: FAILURE) { runs } } } } } } }',
  },
  {
    file: 'change-scopes',
    heading: 'The tasks whose changes a feed follows, with the database state on which cursors depend.',
    statement: 'task_run_change_scopes',
    as: 'owner',
    request: `{ taskRunChanges(${project}) { endCursor } }`,
  },
  {
    file: 'changes',
    heading: 'A page of changes, starting with the first run.',
    statement: 'task_run_changes',
    as: 'owner',
    request: `{ taskRunChanges(${project}, first: 2) { changes { run { id } } } }`,
  },
  {
    file: 'changes-and-deletions',
    heading: 'A page of changes after a cursor, with the deletions that the caller receives.',
    statement: 'task_run_changes',
    as: 'viewer',
    request: `{ taskRunChanges(${project}, after: "cursorOfChanges") { changes { run { id responsePreview } deleted { runId } } } }`,
  },
  {
    file: 'changes-of-confined-token',
    heading: 'A page of changes for a token that is confined to tasks, with the deletions in these tasks.',
    statement: 'task_run_changes',
    as: 'confined',
    request: `{ taskRunChanges(${project}, after: "cursorOfChanges") { changes { deleted { runId } } } }`,
  },
  {
    file: 'changes-of-stranger',
    heading: 'A page of changes for a caller who has a role on a task but sees none of its runs.',
    statement: 'task_run_changes',
    as: 'auditor',
    request: `{ taskRunChanges(${ownerTask}, after: "cursorOfChanges", filter: { failureIn: ["Rate limit"] }) { changes { run { response } } } }`,
  },
  {
    file: 'change-too-large-to-share',
    heading: 'A page of changes with one run, whose JSON is too large for a page of several runs.',
    statement: 'task_run_changes',
    as: 'owner',
    request:
      '{ taskRunChanges(orgId: "org", projectId: "project", taskId: "largeTask") { changes { run { response } } } }',
    position: 1,
  },
  {
    file: 'export-catalogue',
    heading: 'The organization, project, tasks and reporting groups of an export.',
    statement: 'export_catalogue',
    as: 'owner',
    request: 'task-run-gateway export project',
  },
  {
    file: 'run-counts',
    heading: 'The estimated numbers of runs, from which costs are estimated.',
    statement: 'run_counts',
    as: 'owner',
    request: 'task-run-gateway start',
  },
  {
    file: 'deletions',
    heading: 'A page of deletions, with which an export ends.',
    statement: 'task_run_changes',
    as: 'owner',
    request: '/api/v1/org/{org}/project/{project}/task_run/export?after={cursorOfChanges}',
  },
  {
    file: 'changes-tested',
    heading:
      'A page of changes whose filter is tested on a limited number of runs, with their JSON up to a byte limit.',
    statement: 'task_run_changes',
    as: 'viewer',
    request: `{ taskRunChanges(${project}, filter: { search: "limit" }) { changes { run { response } } } }`,
  },
  {
    file: 'changes-of-analyst',
    heading: 'A page of changes of one task for an analyst.',
    statement: 'task_run_changes',
    as: 'analyst',
    request: `{ taskRunChanges(${ownerTask}, after: "cursorOfChanges") { changes { run { totalTokens model } deleted { runId } } } }`,
  },
  {
    file: 'change-poll',
    heading: 'Which of the waiting feeds have a change that their callers see.',
    statement: 'task_run_change_poll',
    as: 'owner',
    request: `{ taskRunChanges(${project}, after: "lastCursorOfChanges", wait: 1) { endCursor } }`,
  },
  {
    file: 'organizations',
    heading: 'The organizations and projects that the caller sees.',
    statement: 'seen_organizations',
    as: 'owner',
    request: '{ viewer { organizations { organization { id } } } }',
  },
  {
    file: 'tasks',
    heading: 'The tasks of projects that the caller sees.',
    statement: 'seen_tasks',
    as: 'owner',
    request: '{ viewer { organizations { projects { tasks { nodes { task { id } } } } } } }',
  },
  {
    file: 'found-tasks',
    heading: 'The tasks that the caller sees, found by words in their names.',
    statement: 'found_tasks',
    as: 'owner',
    request: '{ viewer { tasks(name: "tri") { task { id } } } }',
  },
  {
    file: 'held-roles',
    heading: 'The roles that the caller holds along a path.',
    statement: 'held_roles',
    as: 'owner',
    request: '{ viewer { can(permission: "task_run:read", orgId: "org", projectId: "project", taskId: "ownerTask") } }',
  },
  {
    file: 'own-runs',
    heading: 'Whether the caller has executed any run of a task, and so may share it.',
    statement: 'own_runs',
    as: 'viewer',
    request:
      '{ viewer { can(permission: "task_run:share", orgId: "org", projectId: "project", taskId: "viewerTask") } }',
  },
  {
    file: 'share-facts',
    heading: 'The facts on which a link to a run depends, for a new link, which has no id yet.',
    notes: ['For a view, $7 is the id of the link, and $8 the time when it was made.'],
    statement: 'share_facts',
    as: 'owner',
    request: `{ ${run} { share { expires } } }`,
  },
  {
    file: 'names',
    heading: 'The names of organizations, projects and tasks that the caller sees.',
    statement: 'resource_names',
    as: 'owner',
    request: `{ ${run} { task { name project { organization { name } } } } }`,
  },
  {
    file: 'external-names',
    heading: 'The names that an organization has given to users, task revisions and models.',
    statement: 'external_names',
    as: 'owner',
    request: `{ ${run} { taskRevision { name } } }`,
  },
  {
    file: 'retention',
    heading: 'The number of days after which the runs of tasks are deleted.',
    statement: 'task_retention',
    as: 'owner',
    request: '{ viewer { tasks(name: "tri") { retentionDays } } }',
  },
  {
    file: 'organization-scope',
    heading: 'The tasks of an organization on which the caller has a role, with their projects.',
    notes: ["It starts from the caller's grants, and reads the tasks from an index."],
    statement: 'organization_scope',
    as: 'owner',
    request: '{ taskRuns(orgId: "org") { nodes { id } } }',
  },
  {
    file: 'organization-page',
    heading:
      'A page of an organization with more tasks than the page has runs: only the tasks whose first run comes earliest are read.',
    statement: 'task_run_page',
    as: 'viewer',
    request: '{ taskRuns(orgId: "wideOrg") { nodes { id projectId } } }',
  },
  {
    file: 'organization-page-tested',
    heading:
      'The same with a filter that is tested: the page ends at the first run of the first task that is not read.',
    statement: 'task_run_page',
    as: 'viewer',
    request: '{ taskRuns(orgId: "wideOrg", filter: { status: FAIL }) { nodes { id } } }',
  },
  {
    file: 'organization-scan',
    heading: 'A step of a scan over more tasks than it tests.',
    statement: 'task_run_scan',
    as: 'viewer',
    request:
      '{ taskRuns(orgId: "wideOrg", filter: { response: [{ path: "/category", eq: "billing" }] }) { nodes { id } } }',
  },
  {
    file: 'organization-scan-of-entries',
    heading: 'The same with a condition that index entries decide.',
    statement: 'task_run_scan',
    as: 'viewer',
    request:
      '{ taskRuns(orgId: "wideOrg", filter: { status: FAIL, response: [{ path: "/category", eq: "billing" }] }) { nodes { id } } }',
  },
  {
    file: 'organization-statistics',
    heading: 'Statistics of an organization by project. The project is that of the task.',
    statement: 'task_run_statistics',
    as: 'owner',
    request: '{ taskRunStats(orgId: "org") { groupBy(dimension: PROJECT) { value runs } } }',
  },
  {
    file: 'project-statistics-by-project',
    heading: 'Statistics of a project by project, of which there is only one.',
    statement: 'task_run_statistics',
    as: 'owner',
    request: `{ taskRunStats(${project}) { groupBy(dimension: PROJECT) { value runs } } }`,
  },
  {
    file: 'organization-change-scope',
    heading:
      'The same facts as organization-scope.sql, with the end of settled changes and the roles on deleted tasks.',
    statement: 'organization_change_scope',
    as: 'owner',
    request: '{ taskRunChanges(orgId: "org") { endCursor } }',
  },
  {
    file: 'organization-changes',
    heading:
      'A page of changes in an organization for a caller who sees all of its runs: moves within it are not deletions.',
    statement: 'task_run_changes',
    as: 'owner',
    request: '{ taskRunChanges(orgId: "org", after: "cursorOfChanges") { changes { run { id } deleted { runId } } } }',
  },
  {
    file: 'organization-changes-of-viewer',
    heading:
      'The same for a caller who sees only part of it: a run that they no longer see after a move is reported as deleted.',
    statement: 'task_run_changes',
    as: 'viewer',
    request: '{ taskRunChanges(orgId: "org", after: "cursorOfChanges") { changes { run { id } deleted { runId } } } }',
  },
  {
    file: 'organization-change-poll',
    heading: 'Which of the callers who follow an organization have changes to receive.',
    statement: 'organization_change_poll',
    as: 'viewer',
    request: '{ taskRunChanges(orgId: "org", after: "lastCursorOfChanges", wait: 1) { endCursor } }',
  },
  {
    file: 'new-failure-kinds',
    heading:
      "The kinds of failures that no run in an organization had before a given time. The index is read from one of a task's kinds to the next.",
    statement: 'new_failure_kinds',
    as: 'viewer',
    request: '{ taskRuns(orgId: "org", filter: { failureFirstSeenAfter: "2024-01-01T00:00:00Z" }) { nodes { id } } }',
  },
  {
    file: 'first-failures',
    heading: 'When kinds of failures were first seen in an organization.',
    statement: 'failure_kinds_first_runs',
    as: 'owner',
    request: '{ taskRunStats(orgId: "org") { groupBy(dimension: FAILURE) { value firstSeen } } }',
  },
];
