// Classifies the parts of a run as payload or usage (docs/payload.md). Every field, filter, dimension and column group
// has a row. A missing one counts as payload and fails a test.

import { rowsOf } from '../../database/fragment.js';
import { type ErrorTarget, forbidden, type GatewayError } from '../../errors/gateway-error.js';
import { FieldGroup, type FieldGroups, type RunSelection } from './field-groups.js';
import { storedColumns } from './json-pointer.js';
import type { Withheld } from './records.js';
import { type RunColumn, runColumns } from './run-columns.js';

export type RunPart = 'payload' | 'usage';

/** The runs that a field reads: those with visible payload, or those with visible usage. */
export type ScopeKind = RunPart;

export const runParts = {
  /** The fields of `TaskRun` in GraphQL, and therefore the entity's columns. */
  fields: {
    id: 'usage',
    orgId: 'usage',
    projectId: 'usage',
    taskId: 'usage',
    taskRevisionId: 'usage',
    response: 'payload',
    responseText: 'payload',
    responsePreview: 'payload',
    responseBytes: 'payload',
    runData: 'payload',
    runDataAt: 'payload',
    runDataText: 'payload',
    submitted: 'payload',
    submittedText: 'payload',
    submittedPreview: 'payload',
    files: 'payload',
    status: 'usage',
    failureMessage: 'payload',
    failure: 'payload',
    // Configuring a location for the model makes the value there usage.
    model: 'usage',
    created: 'usage',
    inputTokens: 'usage',
    outputTokens: 'usage',
    totalTokens: 'usage',
    inputProcessorTiming: 'usage',
    llmCallTiming: 'usage',
    chargedCredits: 'usage',
    isError: 'usage',
    llmRetries: 'usage',
    usedFallbackModel: 'usage',
    primaryFailureReason: 'usage',
    fallbackLlmModelId: 'usage',
    userId: 'usage',
    reportingGroupId: 'usage',
    reference: 'usage',
    contextId: 'usage',
    // Objects related to the run.
    organization: 'usage',
    project: 'usage',
    task: 'usage',
    taskRevision: 'usage',
    user: 'usage',
    fallbackLlmModel: 'usage',
    reportingGroup: 'usage',
    context: 'usage',
    next: 'usage',
    previous: 'usage',
    share: 'usage',
  },
  filters: {
    status: 'usage',
    statusIn: 'usage',
    projectIdIn: 'usage',
    taskIdIn: 'usage',
    taskRevisionId: 'usage',
    taskRevisionIdIn: 'usage',
    reportingGroupId: 'usage',
    reportingGroupIdIn: 'usage',
    reportingGroupName: 'usage',
    userId: 'usage',
    userIdIn: 'usage',
    reference: 'usage',
    contextId: 'usage',
    createdAfter: 'usage',
    createdBefore: 'usage',
    usedFallbackModel: 'usage',
    fallbackLlmModelId: 'usage',
    fallbackLlmModelIdIn: 'usage',
    primaryFailureReasonContains: 'usage',
    minLlmRetries: 'usage',
    maxLlmRetries: 'usage',
    minLlmCallTiming: 'usage',
    maxLlmCallTiming: 'usage',
    minTotalTokens: 'usage',
    maxTotalTokens: 'usage',
    minChargedCredits: 'usage',
    maxChargedCredits: 'usage',
    hasFiles: 'usage',
    hasReportingGroup: 'usage',
    hasUser: 'usage',
    hasReference: 'usage',
    hasContext: 'usage',
    hasPrimaryFailureReason: 'usage',
    hasFallbackLlmModel: 'usage',
    hasLlmCallTiming: 'usage',
    hasChargedCredits: 'usage',
    hasResponse: 'payload',
    response: 'payload',
    submitted: 'payload',
    runData: 'payload',
    search: 'payload',
    failureIn: 'payload',
    failureFirstSeenAfter: 'payload',
    model: 'usage',
    modelIn: 'usage',
  },
  dimensions: {
    PROJECT: 'usage',
    TASK: 'usage',
    REVISION: 'usage',
    STATUS: 'usage',
    USER: 'usage',
    CONTEXT: 'usage',
    REPORTING_GROUP: 'usage',
    FALLBACK_MODEL: 'usage',
    FAILURE_REASON: 'usage',
    REFERENCE: 'usage',
    MODEL: 'usage',
    FAILURE: 'payload',
    RESPONSE: 'payload',
    SUBMITTED: 'payload',
    RUN_DATA: 'payload',
  },
  /** The column groups for lists, changes and exports over REST. */
  columnGroups: {
    core: 'usage',
    usage: 'usage',
    timing: 'usage',
    io: 'payload',
    files: 'payload',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, RunPart>>>>;

/** Whether a field, filter, dimension or column group is payload. Unclassified ones are. */
export function isPayload(kind: keyof typeof runParts, name: string): boolean {
  const parts: Readonly<Record<string, RunPart>> = runParts[kind];
  return !Object.hasOwn(parts, name) || parts[name] !== 'usage';
}

const usageGroups = FieldGroup.reportingGroup | FieldGroup.details;

/** Whether any of the field groups is payload. */
export function hasPayload(fieldGroups: FieldGroups): boolean {
  return (fieldGroups & ~usageGroups) !== 0;
}

/** Removes payload from a selection. */
export function withoutPayload({ fieldGroups, pointers }: RunSelection): RunSelection {
  return { fieldGroups: fieldGroups & usageGroups, pointers: pointers.filter(({ isModel }) => isModel) };
}

/** Columns read for every caller: usage, and the order of changes. */
const usageColumns = [
  ...runColumns.filter(({ propertyName }) => !isPayload('fields', propertyName)).map(nameOf),
  'changed_xid',
];
const payloadColumns = [
  ...runColumns.filter(({ propertyName }) => isPayload('fields', propertyName)).map(nameOf),
  'response_bytes',
  'run_data_bytes',
];

function nameOf({ databaseName }: RunColumn): string {
  return databaseName;
}

/** The column of {@link maskedColumns} that contains whether the run's payload is withheld. */
export const withheldColumn = 'isWithheld';

/** A row `run` of the table of runs. */
export const runRows = rowsOf('run', usageColumns, payloadColumns);
/** A row `run` with the columns that {@link maskedColumns} returns. */
export const maskedRunRows = rowsOf('run', runRows.columns, Object.values(storedColumns), [withheldColumn]);

/**
 * Returns SQL for the columns of a row `task_run`, with null for withheld payload, plus the stored columns, from which
 * statements read only the model.
 * @param isVisible SQL over `task_run`, never null
 */
export function maskedColumns(isVisible: string): string {
  return [
    ...usageColumns.map((column) => `task_run.${column}`),
    ...payloadColumns.map((column) => `CASE WHEN ${isVisible} THEN task_run.${column} END AS ${column}`),
    `task_run.response AS "${storedColumns.response}"`,
    `task_run.run_data AS "${storedColumns.runData}"`,
    `NOT (${isVisible}) AS "${withheldColumn}"`,
  ].join(', ');
}

/** Returns the error for withheld payload. */
export function payloadForbidden(target: ErrorTarget, { missing }: Withheld): GatewayError {
  const explanation = missing === null ? undefined : { resourceId: target.taskId!, ...missing };
  return forbidden(target, 'task_run', explanation, 'read_payload');
}
