import { GatewayError } from '../errors/gateway-error.js';
import type { RunDeletion } from '../task-runs/changes/change-reader.js';
import type { StoredFile, TaskRunRecord } from '../task-runs/columns/records.js';
import { type ExportColumn, nameOfColumn } from './export-columns.js';

/** Runs to write, with their files, and deletions, which are written first. */
export interface ExportedRuns {
  readonly deletions?: readonly RunDeletion[];
  readonly runs: readonly TaskRunRecord[];
  readonly filesByRun: ReadonlyMap<string, readonly StoredFile[]>;
  /** Whether a row group ends after these runs. */
  readonly endsPart?: boolean;
}

/** Called with the run's id for each JSON text that is too large to be read. The export contains null instead. */
export type OnUnreadable = (column: string, runId: string) => void;

/**
 * Returns a value: `RawJson` for JSON columns, null for one that is too large, and a list of plain objects for files.
 */
export function exportedValue(
  column: ExportColumn,
  run: TaskRunRecord,
  { filesByRun }: ExportedRuns,
  onUnreadable: OnUnreadable,
): unknown {
  if (column === 'files') return (filesByRun.get(run.id) ?? []).map(toFile);
  if (column === 'deleted') return false;
  try {
    return run[column === 'model' ? column : column.propertyName];
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    onUnreadable(nameOfColumn(column), run.id);
    return null;
  }
}

/** Returns a column's value in the row of a deletion. */
export function deletionValue(column: ExportColumn, { runId, taskId }: RunDeletion): string | true | null {
  if (column === 'deleted') return true;
  return { id: runId, task_id: taskId }[nameOfColumn(column)] ?? null;
}

/** Returns a file with its storage key, because a link would expire before the export is read. */
function toFile(file: StoredFile) {
  return {
    name: file.name,
    content_type: file.contentType,
    size_bytes: file.sizeBytes,
    direction: file.direction,
    created: file.created,
    storage_key: file.storageKey,
  };
}
