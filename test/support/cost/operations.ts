// Operations whose costs are measured. Each is expensive for a different reason.

export interface CostedQuery {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Ids of a task with runs. */
export interface MeasuredTask {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly ids: readonly string[];
}

const parameters = '$orgId: ID!, $projectId: ID!, $taskId: ID';
const scope = 'orgId: $orgId, projectId: $projectId, taskId: $taskId';
const columns = 'id created isError totalTokens llmCallTiming chargedCredits reference';
const json = 'response runData';
const measures =
  'runs errors retries inputTokens outputTokens chargedCredits llmCallTiming { avg min max } inputProcessorTiming { avg }';
const percentiles = 'llmCallTiming { p50 p90 p95 p99 }';

export function operationsFor({ orgId, projectId, taskId, ids }: MeasuredTask): CostedQuery[] {
  const taskScope = { orgId, projectId, taskId };
  const projectScope = { orgId, projectId };
  const list = (name: string, selection: string, more = '', variables: object = taskScope) => ({
    name,
    query: `query (${parameters}) { taskRuns(${scope}${more}) { ${selection} } }`,
    variables: variables as CostedQuery['variables'],
  });
  const stats = (name: string, selection: string, variables: object = taskScope) => ({
    name,
    query: `query (${parameters}) { taskRunStats(${scope}) { ${selection} } }`,
    variables: variables as CostedQuery['variables'],
  });
  const path = '$orgId: ID!, $projectId: ID!, $taskId: ID!';
  return [
    {
      name: 'a run',
      query: `query (${path}, $id: ID!) { taskRun(${scope}, id: $id) { ${columns} ${json} } }`,
      variables: { ...taskScope, id: ids[0] },
    },
    {
      name: 'ten runs by their paths',
      query: `query (${path}) { ${ids.slice(0, 10).map((id, index) => `r${index}: taskRun(${scope}, id: "${id}") { ${columns} ${json} }`)} }`,
      variables: taskScope,
    },
    ...[10, 100].map((count) => ({
      name: `${count} runs by their ids`,
      query: `query (${path}, $ids: [ID!]!) { taskRunsByIds(${scope}, ids: $ids) { ${columns} ${json} } }`,
      variables: { ...taskScope, ids: ids.slice(0, count) },
    })),
    list('a page of one run', `nodes { ${columns} }`, ', first: 1'),
    list('a page', `nodes { ${columns} }`, ', first: 50'),
    list('a page with JSON', `nodes { ${columns} ${json} }`, ', first: 50'),
    list('a page of a hundred with JSON', `nodes { ${columns} ${json} }`, ', first: 100'),
    list(
      'a page with files and groups',
      `nodes { ${columns} ${json} files { name downloadUrl } reportingGroup { name } }`,
    ),
    list('a page with neighbours', `nodes { id next { id } previous { id } }`, ', first: 20'),
    list('a page of a project', `nodes { ${columns} ${json} }`, ', first: 50', projectScope),
    list('a page with its count', `totalCount nodes { id }`, ', first: 1', projectScope),
    list('a page with its statistics', `stats { ${measures} } nodes { id }`, ', first: 1', projectScope),
    list('a page by duration', `nodes { id }`, ', first: 20, orderBy: LLM_CALL_TIMING_DESC', projectScope),
    list(
      'a page by what is in JSON',
      'nodes { id }',
      ', first: 20, filter: { submitted: [{ path: "/priority", eq: 3 }] }',
      projectScope,
    ),
    stats('statistics of a task', measures),
    stats('statistics of a project', measures, projectScope),
    stats('percentiles of a project', percentiles, projectScope),
    stats('a project by day', `buckets(by: DAY) { start ${measures} }`, projectScope),
    stats(
      'a project by status and group',
      `byStatus: groupBy(dimension: STATUS) { runs } byReportingGroup: groupBy(dimension: REPORTING_GROUP) { runs chargedCredits }`,
      projectScope,
    ),
    stats('a project by user', `byUser: groupBy(dimension: USER) { runs }`, projectScope),
    stats('a project by kind of failure', `byFailure: groupBy(dimension: FAILURE) { value runs }`, projectScope),
    stats('a project by failure reason', `byFailureReason: groupBy(dimension: FAILURE_REASON) { runs }`, projectScope),
    { name: 'who the caller is', query: '{ viewer { subject } }', variables: {} },
    {
      name: 'what the caller sees',
      query:
        '{ viewer { organizations { organization { name } role projects { project { name } role tasks { nodes { task { name } role runAccess } } } } } }',
      variables: {},
    },
    {
      name: 'what has changed',
      query: `query (${parameters}) { taskRunChanges(${scope}) { changes { cursor run { ${columns} ${json} } } } }`,
      variables: taskScope,
    },
    { name: 'the errors', query: '{ errorCatalog { code message } }', variables: {} },
    {
      name: 'the schema',
      query: '{ __schema { types { name fields { name description type { name } } } } }',
      variables: {},
    },
  ];
}
