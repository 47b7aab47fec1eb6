import { GatewayError } from '../errors/gateway-error.js';
import type { RunDeletion } from '../task-runs/changes/change-reader.js';
import type { StoredFile, TaskRunRecord } from '../task-runs/columns/records.js';
import type { RunProperty } from '../task-runs/columns/run-columns.js';
import { type ExportColumn, nameOfColumn } from './export-columns.js';

/** Runs to write, with their files, and deletions, which come before them. */
export interface ExportedRuns {
  readonly deletions?: readonly RunDeletion[];
  readonly runs: readonly TaskRunRecord[];
  readonly filesByRun: ReadonlyMap<string, readonly StoredFile[]>;
  /** Whether a row group ends with them. */
  readonly endsPart?: boolean;
}

/** Called for each value that cannot be represented, with the run's id. The export has null instead. */
export type OnUnreadable = (column: string, runId: string) => void;

/** Returns a value: `RawJson` for JSON columns, a list of plain objects for files, null for one that is unreadable. */
export function exportedValue(
  column: ExportColumn,
  run: TaskRunRecord,
  { filesByRun }: ExportedRuns,
  onUnreadable: OnUnreadable,
): unknown {
  if (column === 'files') return (filesByRun.get(run.id) ?? []).map((file) => toFile(file, run.id, onUnreadable));
  if (column === 'deleted') return false;
  const value = read(run, column === 'model' ? column : column.propertyName);
  return typeof value === 'object' ? valueOrNull(value, nameOfColumn(column), run.id, onUnreadable) : value;
}

/** Returns the value of a column in the row of a deletion. */
export function deletionValue(column: ExportColumn, { runId, taskId }: RunDeletion): string | true | null {
  if (column === 'deleted') return true;
  return { id: runId, task_id: taskId }[nameOfColumn(column)] ?? null;
}

/** Returns a file with its key in the storage: a link would expire before the export is read. */
function toFile(file: StoredFile, runId: string, onUnreadable: OnUnreadable) {
  return {
    name: file.name,
    content_type: file.contentType,
    size_bytes: valueOrNull(file.sizeBytes, 'files', runId, onUnreadable),
    direction: file.direction,
    created: valueOrNull(file.created, 'files', runId, onUnreadable),
    storage_key: file.storageKey,
  };
}

function valueOrNull(value: unknown, column: string, runId: string, onUnreadable: OnUnreadable): unknown {
  if (!(value instanceof GatewayError)) return value;
  onUnreadable(column, runId);
  return null;
}

/** Returns the value, or the error of an unreadable one. Throws for a text larger than any response. */
function read(run: TaskRunRecord, property: RunProperty | 'model'): unknown {
  try {
    return run[property];
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}
