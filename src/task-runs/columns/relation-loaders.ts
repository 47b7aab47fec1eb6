// The relations of runs, provided by two DataLoaders created for each execution and for each event of a stream.
// Statements that read relations with their runs prime them. The relations of other runs are read with one statement
// per loader and tick.

import DataLoader from 'dataloader';
import { lazy } from '../../scheduling/lazy.js';
import { FieldGroup, type FieldGroups } from './field-groups.js';
import type { ReportingGroupRecord, StoredFile, TaskRunFileRecord, TaskRunRecord } from './records.js';
import { filesOfRun, type Relations, toFilesByRun } from './run-relations.js';

type FilesByRunLoader = DataLoader<TaskRunRecord, readonly TaskRunFileRecord[], string>;
type ReportingGroupByIdLoader = DataLoader<string, ReportingGroupRecord | null>;

interface RelationReads {
  /** Reads the group for each id, in order. */
  readReportingGroups(ids: readonly string[]): Promise<readonly (ReportingGroupRecord | null | Error)[]>;
  readFiles(runIds: readonly string[]): Promise<readonly (readonly StoredFile[] | Error)[]>;
}

export class RelationLoaders {
  readonly #filesByRun: () => FilesByRunLoader;
  readonly #reportingGroupById: () => ReportingGroupByIdLoader;

  constructor({ readReportingGroups, readFiles }: RelationReads) {
    this.#filesByRun = lazy(
      () =>
        new DataLoader(
          async (runs: readonly TaskRunRecord[]) => toFilesOfRuns(runs, await readFiles(runs.map(({ id }) => id))),
          // The keys are runs, because a file's link contains the path of its run.
          { name: 'filesByRun', cacheKeyFn: ({ id }) => id },
        ),
    );
    this.#reportingGroupById = lazy(() => new DataLoader(readReportingGroups, { name: 'reportingGroupById' }));
  }

  /** Loads a run's files, or an empty list for a run without files. */
  get filesByRun(): FilesByRunLoader {
    return this.#filesByRun();
  }

  /** Loads a group, or null for one that was deleted after its run was read. */
  get reportingGroupById(): ReportingGroupByIdLoader {
    return this.#reportingGroupById();
  }

  /** @param relations from a statement, which may include other callers' relations */
  primeRun(run: TaskRunRecord, fieldGroups: FieldGroups, relations: Relations): void {
    const group = fieldGroups & FieldGroup.reportingGroup && relations.groupById.get(run.reportingGroupId!);
    if (group) this.reportingGroupById.prime(group.id, group);
    this.#primeFiles([run], fieldGroups, relations);
  }

  /** @param relations only those of these runs */
  primePage(runs: readonly TaskRunRecord[], fieldGroups: FieldGroups, relations: Relations): void {
    for (const group of relations.groupById.values()) this.reportingGroupById.prime(group.id, group);
    this.#primeFiles(runs, fieldGroups, relations);
  }

  #primeFiles(runs: readonly TaskRunRecord[], fieldGroups: FieldGroups, { filesByRun }: Relations): void {
    if ((fieldGroups & FieldGroup.files) === 0) return;
    for (const run of runs) this.filesByRun.prime(run, filesOfRun(run, filesByRun));
  }
}

function toFilesOfRuns(
  runs: readonly TaskRunRecord[],
  files: readonly (readonly StoredFile[] | Error)[],
): (readonly TaskRunFileRecord[] | Error)[] {
  return runs.map((run, index) => {
    const runFiles = files[index]!;
    return runFiles instanceof Error ? runFiles : filesOfRun(run, toFilesByRun(runFiles));
  });
}
