import { RawJson } from '../json/raw-json.js';
import type { ReportingGroupRecord, TaskRunFileRecord, TaskRunRecord } from '../task-runs/record/records.js';
import { type RunField, runFields } from './openapi/schemas.js';

interface PresentedRelations {
  readonly reportingGroup: ReportingGroupRecord | null;
  readonly files: readonly TaskRunFileRecord[];
  /** One for each file, in their order. */
  readonly downloadUrls: readonly string[];
}

/** The run as the REST reference names and orders its fields. Renames, and nothing else. */
export function presentRun(run: TaskRunRecord, { reportingGroup, files, downloadUrls }: PresentedRelations): string {
  return stringifyJson({
    task_id: run.taskId,
    task_revision_id: run.taskRevisionId,
    response: run.response,
    run_data: run.runData,
    id: run.id,
    created: run.created,
    input_tokens: run.inputTokens,
    output_tokens: run.outputTokens,
    total_tokens: run.totalTokens,
    input_processor_timing: run.inputProcessorTiming,
    llm_call_timing: run.llmCallTiming,
    charged_credits: run.chargedCredits,
    files: files.map((file, index) => presentFile(file, downloadUrls[index]!)),
    is_error: run.isError,
    llm_retries: run.llmRetries,
    used_fallback_model: run.usedFallbackModel,
    primary_failure_reason: run.primaryFailureReason,
    fallback_llm_model_id: run.fallbackLlmModelId,
    user_id: run.userId,
    reporting_group_id: run.reportingGroupId,
    reference: run.reference,
    context_id: run.contextId,
    reporting_group: reportingGroup === null ? null : presentReportingGroup(reportingGroup),
  });
}

function presentFile({ name, contentType, sizeBytes, direction, created }: TaskRunFileRecord, downloadUrl: string) {
  return { name, content_type: contentType, size_bytes: sizeBytes, direction, created, download_url: downloadUrl };
}

function presentReportingGroup({ id, name, description, projectId, created, modified }: ReportingGroupRecord) {
  return { id, name, description, project_id: projectId, created, modified };
}
