// The columns of an export, in groups that a caller selects.

import { orNot, validationFailed } from '../errors/validation.js';
import { FieldGroup, type RunSelection } from '../task-runs/record/field-groups.js';
import { type RunColumn, type RunProperty, runColumn } from '../task-runs/record/run-columns.js';

/** Every export has this order of groups and columns. */
const groups = {
  core: [
    'id',
    'taskId',
    'taskRevisionId',
    'created',
    'isError',
    'llmRetries',
    'usedFallbackModel',
    'primaryFailureReason',
    'fallbackLlmModelId',
    'userId',
    'reportingGroupId',
    'reference',
    'contextId',
  ],
  usage: ['inputTokens', 'outputTokens', 'totalTokens', 'chargedCredits'],
  timing: ['inputProcessorTiming', 'llmCallTiming'],
  io: ['response', 'runData'],
  files: ['files'],
} as const satisfies Readonly<Record<string, readonly (RunProperty | 'files')[]>>;

export type ExportGroup = keyof typeof groups;

export const exportGroups = Object.keys(groups) as ExportGroup[];
export const defaultExportGroups: readonly ExportGroup[] = ['core', 'usage', 'timing', 'io'];

/** A column, the files of the run as a list, or whether the run was deleted. */
export type ExportColumn = RunColumn | 'files' | 'deleted';

export function nameOfColumn(column: ExportColumn): string {
  return typeof column === 'string' ? column : column.databaseName;
}

/**
 * Returns the columns of groups, which may be repeated and in any order.
 * @param hasDeletions whether rows may be deletions, which have an id, a task and `deleted`
 */
export function exportColumns(selected: readonly ExportGroup[], hasDeletions = false): ExportColumn[] {
  const columns = exportGroups
    .filter((group) => selected.includes(group))
    .flatMap((group) => groups[group].map((property) => (property === 'files' ? property : runColumn(property))));
  if (!hasDeletions) return columns;
  const keys = selected.includes('core') ? [] : [runColumn('id'), runColumn('taskId')];
  return [...keys, ...columns, 'deleted'];
}

/** @throws GatewayError VALIDATION_FAILED naming `fields` */
export function parseExportGroups(text: string | undefined): readonly ExportGroup[] {
  if (text === undefined) return defaultExportGroups;
  return text.split(',').map((name) => {
    const group = exportGroups.find((each) => each === name);
    if (group === undefined)
      throw validationFailed(
        ['query', 'fields'],
        `must list some of ${exportGroups.join(', ')}, separated by commas${orNot(name)}`,
      );
    return group;
  });
}

/** Returns the selection with which the runs of an export are read. */
export function exportSelection(selected: readonly ExportGroup[]): RunSelection {
  const io = selected.includes('io') ? FieldGroup.response | FieldGroup.runData : FieldGroup.none;
  const files = selected.includes('files') ? FieldGroup.files : FieldGroup.none;
  return { fieldGroups: FieldGroup.details | io | files, pointers: [] };
}
