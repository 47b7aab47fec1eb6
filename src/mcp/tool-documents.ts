// The tools of every gateway. Like those of trusted documents, they are operations. The comment before each is the
// description of its tool.

import type { ListedDocument } from '../trusted-documents/parse-list.js';

export const toolDocuments: readonly ListedDocument[] = [
  toDocument(
    'whoami',
    `
# Returns the caller, and the organizations, projects and tasks that it may see, with the ids that the other tools require.
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
# Finds tasks by words of their names, with the ids of their organization and project that the other tools require.
query find_tasks($name: String!, $first: Int! = 20) {
  viewer {
    tasks(name: $name, first: $first) {
      task { id name project { id name organization { id name } } } role isAnalyst runAccess
    }
  }
}`,
  ),
  toDocument(
    'list_runs',
    `
# Lists the runs of a task, or of a whole project if taskId is omitted. Newest first by default. Each run has a preview of its
# inputs and response. For the next page, pass endCursor as after, also if the page is empty: if scan.isComplete is false, the
# page ended before it was full. In the filter, createdAfter and createdBefore take times such as 2026-01-31T12:00:00Z, and
# relative times: -24h, -7d, yesterday.
query list_runs(
  $orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter
  $orderBy: TaskRunOrder! = CREATED_DESC, $first: Int = 20, $after: String
) {
  taskRuns(
    orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter
    orderBy: $orderBy, first: $first, after: $after
  ) {
    nodes {
      id taskId taskRevisionId created status failureMessage primaryFailureReason llmRetries usedFallbackModel
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
# Returns one task run: its usage, timings, retries, reporting group and files, previews of its inputs and response, and the
# previous and next run of its task. The id alone is enough; with the other ids the run must be under that path.
query get_run($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) { ...run }
}
query get_run_by_id($id: ID!) { taskRun: node(id: $id) { ...run } }
fragment run on TaskRun {
  id task { id name } taskRevisionId created status failureMessage primaryFailureReason
  llmRetries usedFallbackModel fallbackLlmModelId
  inputTokens outputTokens totalTokens chargedCredits llmCallTiming inputProcessorTiming
  userId reference contextId reportingGroup { id name }
  files { name contentType sizeBytes direction created }
  submittedPreview(length: 1000) responsePreview(length: 1000) responseBytes
  previous { id status } next { id status }
}`,
  ),
  toDocument(
    'read_response',
    `
# Reads the response of a task run in pieces of its JSON text: of the whole response, or of the value at path, a JSON Pointer
# such as /items/0. For the next piece, pass nextOffset as offset.
query read_response($id: ID!, $path: String! = "") { node(id: $id) { ... on TaskRun { value: response(path: $path) } } }`,
  ),
  toDocument(
    'read_run_data',
    `
# Reads the run data of a task run in pieces of its JSON text, as read_response does. Its inputs are at the path /submitted.
query read_run_data($id: ID!, $path: String! = "") { node(id: $id) { ... on TaskRun { value: runDataAt(path: $path) } } }`,
  ),
  toDocument(
    'explain_failure',
    `
# Explains why a task run failed: its message and the kind of its failure, the primary model's failure, its retries and fallback
# model, the previous run, and how often the task has failed since a time, by kind, by the primary model's failure and by
# revision. The group of byFailure whose value is the run's failure shows how often that kind was seen, since when, and in
# which revisions.
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
    byFailureReason: groupBy(dimension: FAILURE_REASON, first: 10) { value runs }
    byRevision: groupBy(dimension: REVISION, first: 10) { value runs errors errorRate }
  }
}`,
  ),
  toDocument(
    'statistics',
    `
# Returns runs, errors, retries, tokens, credits and timings of a task, or of a whole project if taskId is omitted: in total, by
# time, by revision, and grouped by a dimension, which is the primary model's failure unless given; FAILURE is the kind of a
# failure. RESPONSE, SUBMITTED and RUN_DATA group by the value at path, a JSON Pointer such as /category. In the filter, createdAfter takes times such as
# 2026-01-31T12:00:00Z and -7d.
query statistics(
  $orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter
  $by: BucketWidth! = DAY, $timeZone: String! = "UTC"
  $dimension: TaskRunDimension! = FAILURE_REASON, $path: String
  $orderBy: TaskRunStatsOrder! = RUNS_DESC, $first: Int! = 10
) {
  taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter) {
    ...measures
    buckets(by: $by, timeZone: $timeZone) { start runs errors totalTokens chargedCredits }
    groups: groupBy(dimension: $dimension, path: $path, orderBy: $orderBy, first: $first) {
      value task { name } reportingGroup { name } runs errors totalTokens chargedCredits firstCreated lastCreated
    }
    byRevision: groupBy(dimension: REVISION, first: 10) { value runs errors totalTokens chargedCredits }
  }
}
fragment measures on TaskRunStats {
  runs errors errorRate fallbacks retriesTotal inputTokens outputTokens totalTokens chargedCredits
  tokensPerSecond creditsPerSuccess llmCallTiming { avg min max }
}`,
  ),
];

/** Tools that return JSON in pieces, instead of its beginning. */
export const piecewiseTools: ReadonlySet<string> = new Set(['read_response', 'read_run_data']);

function toDocument(name: string, text: string): ListedDocument {
  return { id: name, name, text: text.trim(), file: 'the tools of the gateway' };
}
