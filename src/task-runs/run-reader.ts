// The one way to runs. Doors hand over a path and a viewer; what comes back has passed the policy.

import type { DataSource } from 'typeorm';
import { type Decision, decideReading, rolesByRank } from '../access/policy.js';
import type { RunVisibility } from '../database/entities/task.entity.js';
import type { StatementRunner } from '../database/statements.js';
import type { ReportingGroupRecord, TaskRunFileRecord, TaskRunRecord } from './records.js';
import {
  createFilesStatement,
  createReportingGroupsStatement,
  createStoredFileStatement,
} from './relation-statements.js';
import type { RunParts } from './run-parts.js';
import type { RunPath } from './run-path.js';
import { createRunStatement } from './run-statement.js';

/** One asked path, on behalf of one subject. */
export interface RunKey {
  readonly path: RunPath;
  readonly subject: string;
  readonly parts: RunParts;
}

/** A run and the relations that were asked for with it; undefined ones were not. */
export interface FoundRun {
  readonly decision: 'found';
  readonly run: TaskRunRecord;
  readonly reportingGroup: ReportingGroupRecord | null;
  readonly files: readonly StoredFile[] | null;
}

export type RunAnswer = FoundRun | { readonly decision: Exclude<Decision, 'found'> };

/** A file's row, before it is tied to its run. */
export type StoredFile = Omit<TaskRunFileRecord, 'run'>;

export interface RunReader {
  /** The answers in the order of the keys, each for its own subject; one statement. */
  readRuns(keys: readonly RunKey[]): Promise<RunAnswer[]>;
  readReportingGroups(ids: readonly string[]): Promise<ReportingGroupRecord[]>;
  /** Files of runs that were read before, in their order within each run. */
  readFiles(runIds: readonly string[]): Promise<StoredFile[]>;
  /** For a caller that has proven its right to exactly this file. */
  readStoredFile(path: RunPath, name: string): Promise<StoredFile | null>;
}

interface RunRow {
  readonly rank: number;
  readonly visibility: RunVisibility | null;
  readonly executed: boolean;
  readonly run: TaskRunRecord | null;
  readonly group: ReportingGroupRecord | null;
  readonly files: StoredFile[] | null;
}

export function createRunReader(dataSource: DataSource, statements: StatementRunner): RunReader {
  const runs = createRunStatement(dataSource);
  const reportingGroups = createReportingGroupsStatement(dataSource);
  const files = createFilesStatement(dataSource);
  const storedFile = createStoredFileStatement(dataSource);
  return {
    async readRuns(keys) {
      const rows = await statements.run<RunRow>(runs, [
        keys.map((key) => key.path.orgId),
        keys.map((key) => key.path.projectId),
        keys.map((key) => key.path.taskId),
        keys.map((key) => key.path.id),
        keys.map((key) => key.subject),
        keys.map((key) => key.parts),
      ]);
      return rows.map(toAnswer);
    },
    async readReportingGroups(ids) {
      const rows = await statements.run<{ group: ReportingGroupRecord }>(reportingGroups, [ids]);
      return rows.map((row) => row.group);
    },
    async readFiles(runIds) {
      const rows = await statements.run<{ file: StoredFile }>(files, [runIds]);
      return rows.map((row) => row.file);
    },
    async readStoredFile(path, name) {
      const values = [path.orgId, path.projectId, path.taskId, path.id, name];
      const [row] = await statements.run<{ file: StoredFile }>(storedFile, values);
      return row?.file ?? null;
    },
  };
}

function toAnswer({ rank, visibility, executed, run, group, files }: RunRow): RunAnswer {
  const role = rank === 0 ? null : rolesByRank[rank - 1]!;
  const decision = decideReading({ role, visibility, runExists: run !== null, isExecutor: executed });
  return decision === 'found' ? { decision, run: run!, reportingGroup: group, files } : { decision };
}
