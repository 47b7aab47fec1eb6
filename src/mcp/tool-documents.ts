// The tools of every gateway. Like those of trusted documents, they are operations. The comment before each operation
// is the tool's description: what it returns, when to use it, and what to call next.

import type { ListedDocument } from '../trusted-documents/parse-list.js';

export const toolDocuments: readonly ListedDocument[] = [
  toDocument(
    'whoami',
    `
# Returns the caller, and the organizations, projects and tasks that it may see, with the ids that other tools require: of a
# project, 100 tasks at most. Use it first, or find_tasks if a task is named. Next: list_runs, statistics or failures.
query whoami {
  viewer {
    subject
    organizations {
      organization { id name } role isAnalyst
      projects {
        project { id name } role isAnalyst
        tasks(first: 100) { totalCount nodes { task { id name } role isAnalyst runAccess } }
      }
    }
  }
}`,
  ),
  toDocument(
    'find_tasks',
    `
# Finds tasks by words of their names, with the ids of their organization and project that other tools require. Use it first
# when a task is named. Next: list_runs, statistics or failures.
query find_tasks($name: String!, $first: Int! = 20) {
  viewer {
    tasks(name: $name, first: $first) {
      task { id name project { id name organization { id name } } } role isAnalyst runAccess
    }
  }
}`,
  ),
  toDocument(
    'report',
    `
# Reports what has changed in a task, project or organization in a period, by default 24 hours until createdBefore or now, compared
# with the previous one, by rules: new and growing kinds of failures; failure rates, timings, credits, retries and fallbacks that
# rose; tasks that have stopped. Use it first to see whether something is wrong, and where. Next: list_runs with the arguments in
# show, which returns the affected runs.
query report($orgId: ID!, $projectId: ID, $taskId: ID, $createdAfter: DateTime, $createdBefore: DateTime) {
  taskRunStats(
    orgId: $orgId, projectId: $projectId, taskId: $taskId
    filter: { createdAfter: $createdAfter, createdBefore: $createdBefore }
  ) { runs errors previous { runs errors } }
}`,
  ),
  toDocument(
    'list_runs',
    `
# Lists runs of a task, project or organization, newest first by default, with previews of inputs and
# response. Use it to find runs; filter_values has the values that filters take. In the filter, createdAfter and createdBefore
# take times such as 2026-01-31T12:00:00Z, and relative ones: -24h, -7d, yesterday. For the next page, pass endCursor as after,
# also if the page is empty: if scan.isComplete is false, it ended before it was full. Next: get_run, or explain_failure.
query list_runs(
  $orgId: ID!, $projectId: ID, $taskId: ID, $filter: TaskRunFilter
  $orderBy: TaskRunOrder! = CREATED_DESC, $first: Int = 20, $after: String
) {
  taskRuns(
    orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter
    orderBy: $orderBy, first: $first, after: $after
  ) {
    nodes {
      id projectId taskId taskRevisionId created status failureMessage primaryFailureReason llmRetries usedFallbackModel
      totalTokens chargedCredits llmCallTiming reference contextId submittedPreview responsePreview
    }
    pageInfo { hasNextPage endCursor }
    scan { isComplete scannedTo }
  }
}`,
  ),
  toDocument(
    'get_run',
    `
# Returns one run: usage, timings, retries, files, previews of inputs and response, and the previous and next run of its task. Use
# it when an id is known, which is enough; with other ids, the run must be under that path. Next: read_response or read_run_data
# for whole values, compare_runs.
query get_run($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) { ...run }
}
query get_run_by_id($id: ID!) { taskRun: node(id: $id) { ...run } }
query get_run_files($id: ID!) {
  node(id: $id) { ... on TaskRun { files { name contentType sizeBytes direction created downloadUrl } } }
}
fragment run on TaskRun {
  id task { id name project { id organization { id } } } taskRevisionId taskRevision { name } created status failure failureMessage primaryFailureReason
  llmRetries usedFallbackModel fallbackLlmModelId
  inputTokens outputTokens totalTokens chargedCredits llmCallTiming inputProcessorTiming
  userId reference contextId reportingGroup { id name }
  submittedPreview(length: 1000) responsePreview(length: 1000) responseBytes
  files { name contentType sizeBytes direction created }
  previous { id status } next { id status }
}`,
  ),
  toDocument(
    'read_response',
    `
# Reads the response of a run in pieces of its JSON text: of the whole response, or of the value at path, a JSON Pointer such as
# /items/0. Use it when a preview is not enough. Next: pass nextOffset as offset.
query read_response($id: ID!, $path: String! = "") { node(id: $id) { ... on TaskRun { value: response(path: $path) } } }`,
  ),
  toDocument(
    'read_run_data',
    `
# Reads the run data of a run in pieces, as read_response does. Use it for inputs, at the path /submitted. Next: as there.
query read_run_data($id: ID!, $path: String! = "") { node(id: $id) { ... on TaskRun { value: runDataAt(path: $path) } } }`,
  ),
  toDocument(
    'compare_runs',
    `
# Compares two runs: the figures of both, and each difference between their inputs and responses, by JSON Pointer. Use it to see
# what changed between a run that failed and one that did not, or between revisions. Next: read_response at the pointer.
query compare_runs($id: ID!, $otherId: ID!) { run: node(id: $id) { ...compared } other: node(id: $otherId) { ...compared } }
fragment compared on TaskRun {
  id task { id name } taskRevisionId taskRevision { name } created status failure failureMessage primaryFailureReason
  llmRetries usedFallbackModel fallbackLlmModelId
  inputTokens outputTokens totalTokens chargedCredits llmCallTiming inputProcessorTiming
  reference contextId submitted response
}`,
  ),
  toDocument(
    'explain_failure',
    `
# Explains why one run failed: its message and the kind of its failure, retries and fallback model, the previous run, and how
# often its task has failed since a time, by kind, by the primary model's failure and by revision. Use it for a failed run. The
# group of byFailure whose value is the run's failure shows how often, since when and in which revisions that kind was seen.
# Where withheld is true, you see only usage: the run's payload and byFailure are null.
# Next: list_runs with failureIn, or compare_runs with a run that did not fail.
query explain_failure($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!, $since: DateTime = "-7d") {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) {
    id task { id name } taskRevisionId created status failure failureMessage primaryFailureReason
    llmRetries usedFallbackModel fallbackLlmModelId llmCallTiming inputTokens
    submittedPreview(length: 1000) responsePreview(length: 1000)
    previous { id created status primaryFailureReason taskRevisionId }
  }
  taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: { createdAfter: $since }) {
    runs errors errorRate
    byFailure: groupBy(dimension: FAILURE, first: 20) {
      value runs firstCreated lastCreated byRevision: groupBy(dimension: REVISION, first: 5) { value runs }
    }
    ...causes
  }
}
query explain_failure_usage($orgId: ID!, $projectId: ID!, $taskId: ID!, $since: DateTime = "-7d") {
  taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: { createdAfter: $since }) {
    runs errors errorRate ...causes
  }
}
fragment causes on TaskRunStats {
  byFailureReason: groupBy(dimension: FAILURE_REASON, first: 10) { value runs }
  byRevision: groupBy(dimension: REVISION, first: 10) { value runs errors errorRate }
}`,
  ),
  toDocument(
    'failures',
    `
# Returns the kinds of failures of a task, project or organization since a time, most growth first: how often each was seen, how often in the
# previous period, in which revisions, and (of the first 20) its newest run. Use it when runs fail more than before. Next: explain_failure with
# newestRun, or list_runs with the value in failureIn.
query failures($orgId: ID!, $projectId: ID, $taskId: ID, $since: DateTime! = "-7d", $first: Int! = 10) {
  all: taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: { createdAfter: $since }) {
    runs errors errorRate previous { runs errors errorRate }
  }
  failed: taskRunStats(
    orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: { createdAfter: $since, status: FAIL }
  ) {
    kinds: groupBy(dimension: FAILURE, orderBy: RUNS_GROWTH_DESC, first: $first) {
      value runs previous { runs } firstCreated lastCreated
      byRevision: groupBy(dimension: REVISION, first: 3) { value taskRevision { name } runs }
    }
  }
}
query failures_newest($orgId: ID!, $projectId: ID, $taskId: ID, $since: DateTime!, $kind: String!) {
  taskRuns(
    orgId: $orgId, projectId: $projectId, taskId: $taskId, first: 1, filter: { createdAfter: $since, failureIn: [$kind] }
  ) { nodes { id created projectId taskId } }
}`,
  ),
  toDocument(
    'filter_values',
    `
# Returns the most frequent values of a dimension, with counts. Use it before filtering, instead of guessing. Pass a value in the
# filter of list_runs or statistics: PROJECT as projectIdIn, TASK as taskIdIn, REVISION as taskRevisionId, USER userId, REPORTING_GROUP reportingGroupId,
# FALLBACK_MODEL fallbackLlmModelId, CONTEXT contextId.eq, REFERENCE reference.eq, FAILURE failureIn, FAILURE_REASON
# primaryFailureReasonContains; RESPONSE, SUBMITTED and RUN_DATA need path, a JSON Pointer, and take {path, eq: json}.
query filter_values(
  $orgId: ID!, $projectId: ID, $taskId: ID, $filter: TaskRunFilter
  $dimension: TaskRunDimension!, $path: String, $first: Int! = 20
) {
  taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter) {
    runs
    values: groupBy(dimension: $dimension, path: $path, first: $first) {
      value json project { name } task { name } taskRevision { name } reportingGroup { name } user { name } fallbackLlmModel { name }
      runs errors lastCreated
    }
  }
}`,
  ),
  toDocument(
    'statistics',
    `
# Returns runs, errors, retries, tokens, credits and timings of a task, project or organization: in total, by
# revision, by a dimension (the primary model's failure unless given), and by time. Use it for how much, how often and since
# when. RESPONSE, SUBMITTED and RUN_DATA group by the value at path, a JSON Pointer such as /category. Next: failures for what
# fails, list_runs for the runs behind a number.
query statistics(
  $orgId: ID!, $projectId: ID, $taskId: ID, $filter: TaskRunFilter
  $by: BucketWidth! = DAY, $timeZone: String! = "UTC"
  $dimension: TaskRunDimension! = FAILURE_REASON, $path: String
  $orderBy: TaskRunStatsOrder! = RUNS_DESC, $first: Int! = 10
) {
  taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter) {
    ...measures
    byRevision: groupBy(dimension: REVISION, first: 10) {
      value taskRevision { name } runs errors errorRate totalTokens chargedCredits firstCreated
    }
    groups: groupBy(dimension: $dimension, path: $path, orderBy: $orderBy, first: $first) {
      value project { name } task { name } reportingGroup { name } runs errors totalTokens chargedCredits firstCreated lastCreated
    }
    buckets(by: $by, timeZone: $timeZone) { start runs errors errorRate totalTokens chargedCredits }
  }
}
fragment measures on TaskRunStats {
  runs errors errorRate fallbacks retriesTotal inputTokens outputTokens totalTokens chargedCredits
  tokensPerSecond creditsPerSuccess llmCallTiming { avg min max }
}`,
  ),
];

/** Tools that return JSON in pieces rather than only its beginning. */
export const piecewiseTools: ReadonlySet<string> = new Set(['read_response', 'read_run_data']);

function toDocument(name: string, text: string): ListedDocument {
  return { id: name, name, text: text.trim(), file: 'the tools of the gateway' };
}
