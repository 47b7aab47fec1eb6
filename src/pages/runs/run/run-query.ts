import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import type { RunPath } from '../run-url.js';

interface Named {
  readonly name: string | null;
}

export interface RunFile {
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly direction: 'INPUT' | 'OUTPUT';
}

export interface Run {
  readonly id: string;
  readonly created: string;
  readonly isError: boolean;
  readonly usedFallbackModel: boolean;
  readonly primaryFailureReason: string | null;
  readonly fallbackLlmModelId: string | null;
  readonly llmRetries: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly inputProcessorTiming: number | null;
  readonly llmCallTiming: number | null;
  readonly chargedCredits: string | null;
  readonly taskId: string;
  readonly taskRevisionId: string;
  readonly userId: string | null;
  readonly reference: string | null;
  readonly contextId: string | null;
  readonly organization: Named;
  readonly project: Named;
  readonly task: Named;
  readonly reportingGroup: { readonly id: string; readonly name: string } | null;
  readonly responseBytes: number | null;
  /** Its beginning. */
  readonly responsePreview: string | null;
  readonly failureMessage: string | null;
  readonly files: readonly RunFile[] | null;
}

export interface RunData {
  readonly taskRun: Run | null;
}

/** All of a run but what may be large. */
export const runFields = `id created isError usedFallbackModel primaryFailureReason fallbackLlmModelId llmRetries
    inputTokens outputTokens totalTokens inputProcessorTiming llmCallTiming chargedCredits
    taskId taskRevisionId userId reference contextId
    organization { name } project { name } task { name } reportingGroup { id name }
    responseBytes responsePreview(length: 300) failureMessage
    files { name contentType sizeBytes direction }`;

export const runQuery = `query Run($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) {
    ${runFields}
  }
}`;

export function useRun(path: RunPath): QueryState<RunData> {
  return useQuery<RunData>(runQuery, { ...path });
}
