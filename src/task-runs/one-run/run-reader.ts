// The only reader of single runs. Entry points pass a path and a caller; what is returned has passed the policy.

import { type Decision, decideReading, roleOfRank } from '../../access/policy.js';
import type { StatementRunner } from '../../database/statements.js';
import { batchLimits, createRequestBatcher, type DatabaseLimits, oneByOne } from '../batching/request-batcher.js';
import type { RunsRow } from '../record/columnar-run.js';
import type { ReportingGroupRecord, StoredFile, TaskRunRecord } from '../record/records.js';
import { filesStatement, reportingGroupsStatement, storedFileStatement } from '../record/relation-statements.js';
import type { RunPath } from '../record/run-path.js';
import type { Relations } from '../record/run-relations.js';
import type { TaskAccess } from '../scope/run-scope.js';
import { type ScopeKey, type ScopeRow, scopeStatement, toScopeStatementValues } from '../scope/scope-statement.js';
import { type GroupRow, groupsForSubjectStatement, runPathsStatement } from './entity-statements.js';
import { createRunStatements, type RunKey, type RunResult } from './run-statement.js';

/** A run with what was selected, or why there is none. */
export type RunReadResult =
  | { readonly decision: 'found'; readonly run: TaskRunRecord; readonly relations: Relations }
  | { readonly decision: Exclude<Decision, 'found'> };

export interface RunReader {
  /** The results in the order of the keys, each for its own subject; by one statement, which other requests may share. */
  readRuns(keys: readonly RunKey[]): Promise<RunReadResult[]>;
  /** What is known of the tasks under each path, in the order of the keys; by a statement other requests may share. */
  readScopes(keys: readonly ScopeKey[]): Promise<(readonly TaskAccess[])[]>;
  /** The paths of runs, which still have to be read by them. */
  readRunPaths(ids: readonly string[]): Promise<RunPath[]>;
  /** Groups of runs that were read before. */
  readReportingGroups(ids: readonly string[]): Promise<ReportingGroupRecord[]>;
  /** Groups, and the facts that decide who may see them. @param taskIds of the tasks that count; null: all do */
  readGroupsForSubject(ids: readonly string[], subject: string, taskIds: readonly string[] | null): Promise<GroupRow[]>;
  /** Files of runs that were read before, in their order within each run. */
  readFiles(runIds: readonly string[]): Promise<StoredFile[]>;
  /** For a caller that has proven its right to exactly this file. */
  readStoredFile(path: RunPath, name: string): Promise<StoredFile | null>;
}

/** Joined reads carry runs up to this size; a larger one is read by itself, so that no other read waits for it. */
const sharedRunBytes = 256 * 1024;
/** Measured: fewer than 12 cost a busy server more statements, many more leave it waiting for the one in flight. */
const batchSizes = { maxBatchSize: 64, minBatchSize: 12 };
const noByteLimit = 2 ** 31 - 1;

export function createRunReader(statements: StatementRunner, databaseLimits: DatabaseLimits): RunReader {
  const bindRuns = createRunStatements();
  const readNow = async (keys: readonly RunKey[], byteLimit: number) => {
    const { statement, values, toResults } = bindRuns(keys, byteLimit);
    return toResults(await statements.run<RunsRow>(statement, values));
  };
  const limits = batchLimits(databaseLimits, batchSizes);
  const joined = createRequestBatcher((keys: readonly RunKey[]) => readNow(keys, sharedRunBytes), limits);
  const alone = createRequestBatcher((keys: readonly RunKey[]) => readNow(keys, noByteLimit), {
    ...limits,
    ...oneByOne,
    maxInFlight: 1,
  });
  const scopes = createRequestBatcher(
    (keys: readonly ScopeKey[]) => statements.run<ScopeRow>(scopeStatement, toScopeStatementValues(keys)),
    limits,
  );

  return {
    async readScopes(keys) {
      return (await scopes(keys)).map(({ tasks }) => tasks);
    },
    async readRuns(keys) {
      const results = await joined(keys);
      if (!results.some(({ isTooLarge }) => isTooLarge)) return results.map(decide);
      return Promise.all(
        results.map(async (result, index) => decide(result.isTooLarge ? (await alone([keys[index]!]))[0]! : result)),
      );
    },
    readRunPaths: (ids) => statements.run<RunPath>(runPathsStatement, [ids]),
    readGroupsForSubject: (...values) => statements.run<GroupRow>(groupsForSubjectStatement, values),
    async readReportingGroups(ids) {
      const rows = await statements.run<{ group: ReportingGroupRecord }>(reportingGroupsStatement, [ids]);
      return rows.map((row) => row.group);
    },
    async readFiles(runIds) {
      const rows = await statements.run<{ file: StoredFile }>(filesStatement, [runIds]);
      return rows.map((row) => row.file);
    },
    async readStoredFile(path, name) {
      const values = [path.orgId, path.projectId, path.taskId, path.id, name];
      const [row] = await statements.run<{ file: StoredFile }>(storedFileStatement, values);
      return row?.file ?? null;
    },
  };
}

function decide({ rank, visibility, executed, run, relations }: RunResult): RunReadResult {
  const decision = decideReading({
    role: roleOfRank(rank),
    visibility,
    runExists: run !== null,
    isExecutor: executed,
  });
  return decision === 'found' ? { decision, run: run!, relations } : { decision };
}
