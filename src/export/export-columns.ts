// The columns of an export, in groups that a caller selects.

import { FieldGroup, type RunSelection } from '../task-runs/columns/field-groups.js';
import type { ModelPointer } from '../task-runs/columns/json-pointer.js';
import { isPayload, type ScopeKind } from '../task-runs/columns/payload.js';
import { type RunColumn, type RunProperty, runColumn, runColumns } from '../task-runs/columns/run-columns.js';

/**
 * The groups of columns, in the order used by every export. `core` contains all columns that are not in another group.
 */
export const exportGroups = ['core', 'usage', 'timing', 'io', 'files'] as const;

export type ExportGroup = (typeof exportGroups)[number];

const groupByColumn: { readonly [Property in RunProperty]?: ExportGroup } = {
  inputTokens: 'usage',
  outputTokens: 'usage',
  totalTokens: 'usage',
  chargedCredits: 'usage',
  inputProcessorTiming: 'timing',
  llmCallTiming: 'timing',
  response: 'io',
  runData: 'io',
};

export const defaultExportGroups: readonly ExportGroup[] = ['core', 'usage', 'timing', 'io'];

/** A column, the model or files of the run, or whether the run was deleted. */
export type ExportColumn = RunColumn | 'model' | 'files' | 'deleted';

/** The parts of an export that are independent of its groups. */
export interface ExportParts {
  /** Whether rows may be deletions, which have an id, a task and `deleted`. */
  readonly hasDeletions?: boolean;
  /** Whether the last column of `core` is the model. */
  readonly hasModels?: boolean;
}

export function nameOfColumn(column: ExportColumn): string {
  return typeof column === 'string' ? column : column.databaseName;
}

/** Returns the columns of groups, which may be in any order and contain duplicates. */
export function exportColumns(
  selected: readonly ExportGroup[],
  { hasDeletions = false, hasModels = false }: ExportParts = {},
): ExportColumn[] {
  const columns = exportGroups
    .filter((group) => selected.includes(group))
    .flatMap<ExportColumn>((group) => {
      if (group === 'files') return [group];
      return group === 'core' && hasModels ? [...columnsOfGroup(group), 'model'] : columnsOfGroup(group);
    });
  if (!hasDeletions) return columns;
  const keys = selected.includes('core') ? [] : [runColumn('id'), runColumn('taskId')];
  return [...keys, ...columns, 'deleted'];
}

function columnsOfGroup(group: ExportGroup): RunColumn[] {
  return runColumns.filter(({ propertyName }) => (groupByColumn[propertyName] ?? 'core') === group);
}

/**
 * Returns the selection for reading the runs of an export.
 * @param modelPointer the configured path to the model in the runs' JSON, or `null`
 */
export function exportSelection(
  selected: readonly ExportGroup[],
  modelPointer: ModelPointer | null = null,
): RunSelection {
  const io = selected.includes('io') ? FieldGroup.response | FieldGroup.runData : FieldGroup.none;
  const files = selected.includes('files') ? FieldGroup.files : FieldGroup.none;
  const pointers = modelPointer !== null && selected.includes('core') ? [modelPointer] : [];
  return { fieldGroups: FieldGroup.details | io | files, pointers };
}

/**
 * Returns which runs an export of these groups contains: if any group is payload, only those whose payload the caller
 * may read.
 */
export function scopeKindOfGroups(selected: readonly ExportGroup[]): ScopeKind {
  return selected.some((group) => isPayload('columnGroups', group)) ? 'payload' : 'usage';
}
