// Operations a newcomer starts from, over the demo data: each asks something a team really asks.

import { type DemoPath, demoPlaces } from '../database/demo/demo-places.js';

/** One run with everything about it. */
export const completeRunQuery = `query OneRun(
  $orgId: ID!
  $projectId: ID!
  $taskId: ID!
  $id: ID!
) {
  taskRun(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    id: $id
  ) {
    id
    created
    isError
    submitted
    response
    inputTokens
    outputTokens
    totalTokens
    chargedCredits
    inputProcessorTiming
    llmCallTiming
    reference
    contextId
    reportingGroup {
      name
      description
    }
    files {
      name
      contentType
      sizeBytes
      direction
      downloadUrl(inline: true)
    }
  }
}`;

/** Why a run failed, and what was tried before. */
const failedRunQuery = `# A failed run: its message, and what was tried before it was given up.
query WhyDidItFail(
  $orgId: ID!
  $projectId: ID!
  $taskId: ID!
  $id: ID!
) {
  taskRun(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    id: $id
  ) {
    isError
    response
    llmRetries
    usedFallbackModel
    primaryFailureReason
    fallbackLlmModelId
    llmCallTiming
    submitted
  }
}`;

/** Several runs side by side: one statement whatever their number. */
const comparisonQuery = `# Two runs side by side, read by one SQL statement, and who is asking.
query TwoRunsCompared(
  $orgId: ID!
  $projectId: ID!
  $taskId: ID!
  $id: ID!
  $failedTaskId: ID!
  $failedId: ID!
) {
  good: taskRun(
    orgId: $orgId
    projectId: $projectId
    taskId: $taskId
    id: $id
  ) {
    ...Cost
  }
  failed: taskRun(
    orgId: $orgId
    projectId: $projectId
    taskId: $failedTaskId
    id: $failedId
  ) {
    ...Cost
  }
  viewer {
    subject
  }
}

fragment Cost on TaskRun {
  created
  totalTokens
  chargedCredits
  llmCallTiming
  reportingGroup {
    name
  }
}`;

const { richRun, failedRun } = demoPlaces;

export const exampleOperations: readonly {
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
}[] = [
  {
    query: `# One run with everything about it. Ctrl+click a downloadUrl to open it.\n${completeRunQuery}`,
    variables: variablesOf(richRun),
  },
  { query: failedRunQuery, variables: variablesOf(failedRun) },
  {
    query: comparisonQuery,
    variables: { ...variablesOf(richRun), failedTaskId: failedRun.taskId, failedId: failedRun.id },
  },
];

function variablesOf({ orgId, projectId, taskId, id }: DemoPath): Record<string, string> {
  return { orgId, projectId, taskId, id };
}
