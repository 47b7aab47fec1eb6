// The tools that every gateway has. Like those of trusted documents they are operations: the comment before each says what
// it is for.

import type { ListedDocument } from '../trusted-documents/listed-document.js';

export const toolDocuments: readonly ListedDocument[] = [
  toDocument(
    'whoami',
    `
# Whose token this is, and the organizations, projects and tasks that it may see, with the ids that the other tools take.
query whoami {
  viewer {
    subject
    organizations {
      organization { id name } role
      projects {
        project { id name } role
        tasks(first: 100) { totalCount nodes { task { id name } role runAccess } }
      }
    }
  }
}`,
  ),
  toDocument(
    'list_runs',
    `
# Lists task runs of a task, or of a whole project where taskId is omitted: newest first unless ordered otherwise, with the
# beginning of what was submitted and returned. Pass endCursor as after for the next page. createdAfter and createdBefore
# of the filter take times as in 2026-01-31T12:00:00Z and relative ones: -24h, -7d, yesterday.
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
  }
}`,
  ),
  toDocument(
    'get_run',
    `
# One task run: its usage, timings, retries, reporting group and files, the runs before and after it in its task, and the
# beginning of what was submitted and returned.
query get_run($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) {
    id task { id name } taskRevisionId created status failureMessage primaryFailureReason
    llmRetries usedFallbackModel fallbackLlmModelId
    inputTokens outputTokens totalTokens chargedCredits llmCallTiming inputProcessorTiming
    userId reference contextId reportingGroup { id name }
    files { name contentType sizeBytes direction created }
    submittedPreview(length: 1000) responsePreview(length: 1000) responseBytes
    previous { id status } next { id status }
  }
}`,
  ),
  toDocument(
    'explain_failure',
    `
# Why a task run failed: the reason and message it has, its retries and fallback model, the run before it, and how often
# its task failed since a time, by reason and revision.
query explain_failure($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!, $since: DateTime = "-7d") {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) {
    id task { id name } taskRevisionId created status failureMessage primaryFailureReason
    llmRetries usedFallbackModel fallbackLlmModelId llmCallTiming inputTokens
    submittedPreview(length: 1000) responsePreview(length: 1000)
    previous { id created status primaryFailureReason taskRevisionId }
  }
  taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: { createdAfter: $since }) {
    runs errors errorRate
    byFailureReason(first: 10) { primaryFailureReason runs }
    byRevision(first: 10) { taskRevisionId runs errors errorRate }
  }
}`,
  ),
  toDocument(
    'statistics',
    `
# Runs, errors, retries, tokens, credits and timings of a task, or of a whole project where taskId is omitted: in all, by
# time, by failure reason and by revision. createdAfter of the filter takes times as in 2026-01-31T12:00:00Z and -7d.
query statistics(
  $orgId: ID!, $projectId: ID!, $taskId: ID, $filter: TaskRunFilter
  $by: BucketWidth! = DAY, $timeZone: String! = "UTC"
) {
  taskRunStats(orgId: $orgId, projectId: $projectId, taskId: $taskId, filter: $filter) {
    ...measures
    buckets(by: $by, timeZone: $timeZone) { start runs errors totalTokens chargedCredits }
    byFailureReason(first: 10) { primaryFailureReason runs }
    byRevision(first: 10) { taskRevisionId runs errors totalTokens chargedCredits }
  }
}
fragment measures on TaskRunStats {
  runs errors errorRate fallbacks retriesTotal inputTokens outputTokens totalTokens chargedCredits
  tokensPerSecond creditsPerSuccess llmCallTiming { avg min max }
}`,
  ),
];

function toDocument(name: string, text: string): ListedDocument {
  return { id: name, name, text: text.trim(), file: 'the tools of the gateway' };
}
