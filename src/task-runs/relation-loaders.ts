import DataLoader from 'dataloader';
import type { GroupRow } from './entity-statements.js';
import type { ReportingGroupRecord, TaskRunFileRecord, TaskRunRecord } from './records.js';
import type { RunPath } from './run-path.js';
import type { RunReader } from './run-reader.js';
import { fileOfRun } from './run-relations.js';

/** One row per key; null where there is none. */
function createRowById<Row>(
  readRows: (ids: readonly string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): DataLoader<string, Row | null> {
  return new DataLoader(async (ids: readonly string[]) => {
    const rows = await readRows(ids);
    const byId = new Map(rows.map((row) => [idOf(row), row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** Null where the group was deleted after its run had been read. */
export function createReportingGroupById(
  readReportingGroups: RunReader['readReportingGroups'],
): DataLoader<string, ReportingGroupRecord | null> {
  return createRowById(readReportingGroups, ({ id }) => id);
}

/** Null where there is no such run. */
export function createRunPathById(readRunPaths: RunReader['readRunPaths']): DataLoader<string, RunPath | null> {
  return createRowById(readRunPaths, ({ id }) => id);
}

/** Null where there is no such group. */
export function createGroupForSubjectById(
  readGroups: (ids: readonly string[]) => Promise<readonly GroupRow[]>,
): DataLoader<string, GroupRow | null> {
  return createRowById(readGroups, ({ group }) => group.id);
}

/** Many rows per key, in the run's own order; an empty list for a run without files. */
export function createFilesByRun(
  readFiles: RunReader['readFiles'],
): DataLoader<TaskRunRecord, readonly TaskRunFileRecord[], string> {
  return new DataLoader(
    async (runs: readonly TaskRunRecord[]) => {
      const filesOf = new Map(runs.map((run) => [run.id, { run, files: [] as TaskRunFileRecord[] }]));
      for (const file of await readFiles([...filesOf.keys()])) {
        const entry = filesOf.get(file.taskRunId)!;
        entry.files.push(fileOfRun(file, entry.run));
      }
      return runs.map((run) => filesOf.get(run.id)!.files);
    },
    { cacheKeyFn: (run) => run.id },
  );
}
