import { type JsonColumns, toRows } from '../database/json-object.js';
import type { ReportingGroupRecord, StoredFile, TaskRunFileRecord, TaskRunRecord } from './records.js';

/** The groups and files of all the runs of a statement. */
export interface Relations {
  readonly groupById: ReadonlyMap<string, ReportingGroupRecord>;
  readonly filesByRun: ReadonlyMap<string, readonly StoredFile[]>;
}

export function toRelations(
  groups: JsonColumns<ReportingGroupRecord> | null | undefined,
  files: JsonColumns<StoredFile> | null | undefined,
): Relations {
  const filesByRun = new Map<string, StoredFile[]>();
  for (const file of toRows(files)) {
    const others = filesByRun.get(file.taskRunId);
    if (others) others.push(file);
    else filesByRun.set(file.taskRunId, [file]);
  }
  return { groupById: new Map(toRows(groups).map((group) => [group.id, group])), filesByRun };
}

/** The run's own, in their order. */
export function filesOfRun(run: TaskRunRecord, { filesByRun }: Relations): TaskRunFileRecord[] {
  return (filesByRun.get(run.id) ?? []).map((file) => fileOfRun(file, run));
}

/**
 * Written out: measured, V8 allocates `{ ...file, run }` in its old generation, and what it points to, the run with all its
 * JSON, then lives until the next full collection.
 */
export function fileOfRun(file: StoredFile, run: TaskRunRecord): TaskRunFileRecord {
  const { taskRunId, position, name, contentType, sizeBytes, direction, storageKey, created } = file;
  return { taskRunId, position, name, contentType, sizeBytes, direction, storageKey, created, run };
}
