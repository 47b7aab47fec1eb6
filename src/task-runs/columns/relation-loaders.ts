// Loads the relations of runs, by loaders created for each request. Fields that read runs prime them with the relations
// in their statement. For other runs, one statement reads the relations that are requested in the same tick.

import DataLoader from 'dataloader';
import { FieldGroup, type FieldGroups } from './field-groups.js';
import type { ReportingGroupRecord, StoredFile, TaskRunFileRecord, TaskRunRecord } from './records.js';
import { filesOfRun, type Relations, toFilesByRun } from './run-relations.js';

export interface RelationLoaders {
  /** Returns null for a run without a group, or whose group was deleted after the run was read. */
  reportingGroupOf(run: TaskRunRecord): Promise<ReportingGroupRecord | null> | ReportingGroupRecord | null;
  filesOf(run: TaskRunRecord): Promise<readonly TaskRunFileRecord[]> | readonly TaskRunFileRecord[];
  /** @param relations of a statement, which may include other callers' */
  primeRun(run: TaskRunRecord, fieldGroups: FieldGroups, relations: Relations): void;
  /** @param relations of these runs alone */
  primePage(runs: readonly TaskRunRecord[], fieldGroups: FieldGroups, relations: Relations): void;
}

interface RelationReads {
  /** Reads the group for each id, in their order. */
  readReportingGroups(ids: readonly string[]): Promise<readonly (ReportingGroupRecord | null | Error)[]>;
  readFiles(runIds: readonly string[]): Promise<readonly (readonly StoredFile[] | Error)[]>;
}

export function createRelationLoaders({ readReportingGroups, readFiles }: RelationReads): RelationLoaders {
  const groupById = new PrimedLoader(readReportingGroups, (id: string) => id);
  const filesByRun = new PrimedLoader(readFilesOf, (run: TaskRunRecord) => run.id);
  return {
    reportingGroupOf: (run) => (run.reportingGroupId === null ? null : groupById.load(run.reportingGroupId)),
    filesOf: (run) => filesByRun.load(run),
    primeRun(run, fieldGroups, relations) {
      const group = fieldGroups & FieldGroup.reportingGroup && relations.groupById.get(run.reportingGroupId!);
      if (group) groupById.prime(group.id, group);
      if (fieldGroups & FieldGroup.files) filesByRun.prime(run.id, filesOfRun(run, relations.filesByRun));
    },
    primePage(runs, fieldGroups, relations) {
      for (const group of relations.groupById.values()) groupById.prime(group.id, group);
      if (fieldGroups & FieldGroup.files) {
        for (const run of runs) filesByRun.prime(run.id, filesOfRun(run, relations.filesByRun));
      }
    },
  };

  /** Returns an empty list for a run without files. */
  async function readFilesOf(runs: readonly TaskRunRecord[]): Promise<(readonly TaskRunFileRecord[] | Error)[]> {
    const files = await readFiles(runs.map(({ id }) => id));
    return runs.map((run, index) => {
      const runFiles = files[index]!;
      return runFiles instanceof Error ? runFiles : filesOfRun(run, toFilesByRun(runFiles));
    });
  }
}

/**
 * A DataLoader that returns primed values without promises, of which a page would need hundreds. The loader is lazy,
 * because most requests need none.
 */
class PrimedLoader<Key, Value> {
  readonly #primed = new Map<string, Value>();
  #loader: DataLoader<Key, Value, string> | undefined;

  constructor(
    private readonly readMany: (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>,
    private readonly nameOf: (key: Key) => string,
  ) {}

  prime(name: string, value: Value): void {
    this.#primed.set(name, value);
  }

  load(key: Key): Value | Promise<Value> {
    const value = this.#primed.get(this.nameOf(key));
    if (value !== undefined) return value;
    this.#loader ??= new DataLoader(this.readMany, { cacheKeyFn: this.nameOf });
    return this.#loader.load(key);
  }
}
