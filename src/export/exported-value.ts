import { GatewayError } from '../errors/gateway-error.js';
import type { StoredFile, TaskRunRecord } from '../task-runs/record/records.js';
import type { RunColumn } from '../task-runs/record/run-columns.js';
import { type ExportColumn, nameOfColumn } from './export-columns.js';

/** Runs to write, with the files of those that have any. */
export interface ExportedRuns {
  readonly runs: readonly TaskRunRecord[];
  readonly filesByRun: ReadonlyMap<string, readonly StoredFile[]>;
}

/** Called for each value that cannot be shown, with the run's id; an export has null in its place. */
export type OnUnreadable = (column: string, runId: string) => void;

/** JSON columns are `RawJson`, files a list of plain objects; null: there is nothing, or it cannot be shown. */
export function exportedValue(
  column: ExportColumn,
  run: TaskRunRecord,
  { filesByRun }: ExportedRuns,
  onUnreadable: OnUnreadable,
): unknown {
  if (column === 'files') return (filesByRun.get(run.id) ?? []).map((file) => toFile(file, run.id, onUnreadable));
  const value = read(run, column);
  return typeof value === 'object' ? valueOrNull(value, nameOfColumn(column), run.id, onUnreadable) : value;
}

/** By its key in the storage: a link would have expired before anybody reads the export. */
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

/** A text larger than any response is an error that is thrown; any other value that cannot be shown is one in its place. */
function read(run: TaskRunRecord, { propertyName }: RunColumn): unknown {
  try {
    return run[propertyName];
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}
