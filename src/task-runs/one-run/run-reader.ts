// The only reader of single runs. Entry points pass a path and a caller; returned runs have passed the policy.

import { decideReading, explainForbidden, type MissingRole, roleOfRank } from '../../access/policy.js';
import type { StatementRunner, StatementSignal } from '../../database/connection/statement-runner.js';
import type { Statement } from '../../database/statements.js';
import { readOne } from '../batching/read-one.js';
import type { BatchRead, ReadScheduler } from '../batching/read-scheduler.js';
import type { RunsRow } from '../record/columnar-run.js';
import { readWithinBudget } from '../record/page-form.js';
import { includesJson } from '../record/projection.js';
import type { ReportingGroupRecord, StoredFile, TaskRunRecord } from '../record/records.js';
import { filesStatement, reportingGroupsStatement, storedFileStatement } from '../record/relation-statements.js';
import type { RunPath } from '../record/run-path.js';
import { type Relations, readFileRow, readGroupRow } from '../record/run-relations.js';
import type { TaskAccess } from '../scope/run-scope.js';
import { type ScopeKey, type ScopeRow, scopeStatement, toScopeStatementValues } from '../scope/scope-statement.js';
import {
  type GroupRow,
  type GroupsKey,
  groupsForSubjectStatement,
  type RunPathRow,
  runPathsStatement,
  toGroupsValues,
} from './entity-statements.js';
import { createRunStatements, type RunKey, type RunResult } from './run-statement.js';

/** A run with its selected fields, or the decision not to return it. */
export type RunReadResult =
  | { readonly decision: 'found'; readonly run: TaskRunRecord; readonly relations: Relations }
  | { readonly decision: 'forbidden'; readonly missing: MissingRole | null }
  | { readonly decision: 'not found' };

export interface RunReader {
  /** Reads runs, each for its own subject, by statements that other requests may share. */
  readonly readRuns: BatchRead<RunKey, RunReadResult>;
  /** Reads the facts about the tasks under each path. */
  readonly readScopes: BatchRead<ScopeKey, readonly TaskAccess[]>;
  /** Reads the true paths of runs by their ids; null: there is no such run. */
  readonly readRunPaths: BatchRead<string, RunPath | null>;
  /** Reads the groups of runs that were read before. */
  readonly readReportingGroups: BatchRead<string, ReportingGroupRecord | null>;
  /** Reads a row for each group, with the facts that decide whether the subject may see it. */
  readonly readGroupsForSubject: BatchRead<GroupsKey, readonly GroupRow[]>;
  /** Reads the files of runs that were read before, in their order within each run. */
  readonly readFiles: BatchRead<string, readonly StoredFile[]>;
  /** Reads a file for a caller that has proven its right to it. */
  readonly readStoredFile: BatchRead<StoredFileKey, StoredFile | null>;
}

interface LargeRunKey {
  readonly key: RunKey;
  /** The most JSON of the run. */
  readonly bytes: number;
}

interface StoredFileKey {
  readonly path: RunPath;
  readonly name: string;
}

// limit | Inside | bytes of a run's JSON in a shared statement | KiB | read by itself
/** A larger run is read by itself, so that no other read waits for it. */
const maxBatchedRunBytes = 128 * 1024;
/** Measured: fewer than 12 cost a busy server more statements; with many more, it waits for the one in flight. */
const batching = {
  lane: 'point',
  // limit | Inside | runs in a shared statement | | a further statement
  maxBatchSize: 64,
  minBatchSize: 12,
  connectionShare: 0.5,
} as const;

// limit | Inside | groups, files or paths in a shared statement | | a further statement
/** A limit for small rows, which take next to no time. */
const maxRows = 300;

export function createRunReader(statements: StatementRunner, scheduler: ReadScheduler): RunReader {
  const bindRuns = createRunStatements();
  const runStatement = (
    keys: readonly RunKey[],
    limit: Parameters<typeof bindRuns>[1],
    signal: StatementSignal,
  ): Promise<RunResult[]> => {
    const { statement, values, toResults } = bindRuns(keys, limit);
    return statements.run<RunsRow>(statement, values, signal).then(toResults);
  };
  const readBatched = scheduler.register<RunKey, RunResult>({
    ...batching,
    maxBytes: maxBatchedRunBytes,
    batchKeyOf: ({ selection }) => selection.pointers.length > 0,
    readMany: (keys, signal) => runStatement(keys, { bytes: maxBatchedRunBytes, perField: false }, signal),
  });
  const readLarge = scheduler.register<LargeRunKey, RunResult>({
    lane: 'page',
    maxBatchSize: 1,
    connectionShare: 0.25,
    readMany: ([large], signal) => runStatement([large!.key], { bytes: large!.bytes, perField: true }, signal),
  });
  /** Registers a read of the rows that belong to each key. */
  const registerRows = <Row extends object>(statement: Statement, idOf: (row: Row) => string) =>
    scheduler.register<string, readonly Row[]>({
      lane: 'point',
      maxBatchSize: maxRows,
      readMany: async (ids, signal) => {
        const rows = await statements.run<Row>(statement, [ids], signal);
        const byId = new Map(ids.map((id): [string, Row[]] => [id, []]));
        for (const row of rows) byId.get(idOf(row))!.push(row);
        return ids.map((id) => byId.get(id)!);
      },
    });
  const readGroups = registerRows<{ group: ReportingGroupRecord }>(reportingGroupsStatement, ({ group }) => group.id);
  const readFiles = registerRows<{ file: StoredFile }>(filesStatement, ({ file }) => file.taskRunId);
  const readRunPaths = registerRows<RunPathRow>(runPathsStatement, ({ id }) => id);

  return {
    readScopes: scheduler.register({
      ...batching,
      readMany: async (keys, signal) => {
        const rows = await statements.run<ScopeRow>(scopeStatement, toScopeStatementValues(keys), signal);
        return rows.map(({ tasks }) => tasks);
      },
    }),
    async readRuns(keys, budget) {
      const results = await readBatched(keys, budget);
      const readEach = (result: RunResult, key: RunKey) => {
        const read = readWithinBudget(budget, {
          joined: result.tooLargeBytes === null ? result : null,
          bytes: includesJson(key.selection) ? (result.tooLargeBytes ?? 0) : 0,
          readLarge: (bytes) => readOne(readLarge, { key, bytes }, budget),
          runsOf: ({ run }) => (run === null ? [] : [run]),
        });
        return read instanceof Promise ? read.then(decide, (error: Error) => error) : decide(read);
      };
      const reads = results.map((result, index) => (result instanceof Error ? result : readEach(result, keys[index]!)));
      const decided: (RunReadResult | Error)[] = [];
      for (const read of reads) decided.push(read instanceof Promise ? await read : read);
      return decided;
    },
    readRunPaths: async (ids, budget) =>
      (await readRunPaths(ids, budget))
        .map(firstOrNull)
        .map((row) => (row === null || row instanceof Error || row.orgId !== null ? row : null)),
    readReportingGroups: async (ids, budget) =>
      (await readGroups(ids, budget))
        .map(firstOrNull)
        .map((row) => (row === null || row instanceof Error ? row : readGroupRow(row.group))),
    readGroupsForSubject: scheduler.register({
      lane: 'point',
      maxBatchSize: 1,
      readMany: async ([key], signal) => {
        const rows = await statements.run<GroupRow>(groupsForSubjectStatement, toGroupsValues(key!), signal);
        return [rows.map((row) => ({ ...row, group: row.group && readGroupRow(row.group) }))];
      },
    }),
    readFiles: async (runIds, budget) =>
      (await readFiles(runIds, budget)).map((rows) =>
        rows instanceof Error ? rows : rows.map(({ file }) => readFileRow(file)),
      ),
    readStoredFile: scheduler.register({
      lane: 'point',
      maxBatchSize: 1,
      readMany: async ([key], signal) => {
        const { path, name } = key!;
        const values = [path.orgId, path.projectId, path.taskId, path.id, name];
        const [row] = await statements.run<{ file: StoredFile }>(storedFileStatement, values, signal);
        return [row?.file ?? null];
      },
    }),
  };
}

function firstOrNull<Row>(rows: readonly Row[] | Error): Row | Error | null {
  return rows instanceof Error ? rows : (rows[0] ?? null);
}

function decide({ rank, visibility, executed, run, relations }: RunResult): RunReadResult {
  const access = { role: roleOfRank(rank), visibility, runExists: run !== null, isExecutor: executed };
  const decision = decideReading(access);
  switch (decision) {
    case 'forbidden':
      return { decision, missing: explainForbidden(access) };
    case 'not found':
      return { decision };
    case 'found':
      return { decision, run: run!, relations };
  }
}
