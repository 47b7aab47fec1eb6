// The relations of runs, by loaders made for each request. Fields that read runs prime them with what their statement
// has read; for all other runs one statement reads what is requested in the same tick.

import { FieldGroup, type FieldGroups } from './field-groups.js';
import { PrimedLoader } from './primed-loader.js';
import type { ReportingGroupRecord, StoredFile, TaskRunFileRecord, TaskRunRecord } from './records.js';
import { filesOfRun, type Relations, toFilesByRun } from './run-relations.js';

export interface RelationLoaders {
  /** Null for a run without a group, and where the group was deleted after its run was read. */
  reportingGroupOf(run: TaskRunRecord): Promise<ReportingGroupRecord | null> | ReportingGroupRecord | null;
  filesOf(run: TaskRunRecord): Promise<readonly TaskRunFileRecord[]> | readonly TaskRunFileRecord[];
  /** @param relations of a statement, other callers' among them */
  primeRun(run: TaskRunRecord, fieldGroups: FieldGroups, relations: Relations): void;
  /** @param relations of these runs alone */
  primePage(runs: readonly TaskRunRecord[], fieldGroups: FieldGroups, relations: Relations): void;
}

interface RelationReads {
  /** For each id in their order. */
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

  /** An empty list for a run without files. */
  async function readFilesOf(runs: readonly TaskRunRecord[]): Promise<(readonly TaskRunFileRecord[] | Error)[]> {
    const files = await readFiles(runs.map(({ id }) => id));
    return runs.map((run, index) => {
      const ofRun = files[index]!;
      return ofRun instanceof Error ? ofRun : filesOfRun(run, toFilesByRun(ofRun));
    });
  }
}
