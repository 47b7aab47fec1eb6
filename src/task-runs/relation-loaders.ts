import DataLoader from 'dataloader';
import type { ReportingGroupRecord, TaskRunFileRecord, TaskRunRecord } from './records.js';
import type { RunReader } from './run-reader.js';

/** One row per key; null where the group was deleted after its run had been read. */
export function createReportingGroupById(
  readReportingGroups: RunReader['readReportingGroups'],
): DataLoader<string, ReportingGroupRecord | null> {
  return new DataLoader(async (ids: readonly string[]) => {
    const groups = await readReportingGroups(ids);
    const byId = new Map(groups.map((group) => [group.id, group]));
    return ids.map((id) => byId.get(id) ?? null);
  });
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
        entry.files.push({ ...file, run: entry.run });
      }
      return runs.map((run) => filesOf.get(run.id)!.files);
    },
    { cacheKeyFn: (run) => run.id },
  );
}
