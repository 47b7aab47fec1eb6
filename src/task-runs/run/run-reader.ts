// The only reader of single runs. Entry points pass a path and a caller, and every returned run has passed the policy.

import { decideReading, explainForbidden, type MissingRole } from '../../access/policy.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import { declareLimit } from '../../limits.js';
import { andThen, type MaybePromise } from '../../maybe-promise.js';
import { type BatchRead, type ReadScheduler, readSingle } from '../../scheduling/read-scheduler.js';
import { registerSingle, registerStatement } from '../../scheduling/register-statement.js';
import type { RunsRow } from '../columns/columnar-run.js';
import type { ModelPointer } from '../columns/json-pointer.js';
import { readWithinBudget } from '../columns/page-layout.js';
import { withoutPayload } from '../columns/payload.js';
import { includesJson } from '../columns/projection.js';
import type { ReportingGroupRecord, StoredFile, TaskRunRecord } from '../columns/records.js';
import { bindFiles, bindReportingGroups, bindStoredFile, type StoredFileKey } from '../columns/relation-statements.js';
import type { RunPath } from '../columns/run-path.js';
import { type Relations, readFileRow, readGroupRow } from '../columns/run-relations.js';
import {
  bindFirstFailures,
  bindNewKinds,
  type FirstFailuresKey,
  type KindRow,
  type NewKindsKey,
} from '../failures/first-failures-statement.js';
import { replaceNewKinds } from '../failures/new-kinds.js';
import { bindOrganizationScope, type OrganizationScopeKey } from '../visibility/organization-scope-statement.js';
import type { RunFilter } from '../visibility/run-filter.js';
import type { OrganizationAccess, RunScope, TaskAccess } from '../visibility/run-scope.js';
import { bindScopes, type ScopeKey, type ScopeRow } from '../visibility/scope-statement.js';
import {
  bindGroupsForSubject,
  bindRunPaths,
  type GroupRow,
  type GroupsKey,
  type RunPathRow,
} from './entity-statements.js';
import { bindRuns, type RunKey, type RunResult, toRunResults } from './run-statement.js';

/** A run with its selected fields, or the decision not to return it. */
export type RunReadResult =
  | { readonly decision: 'found'; readonly run: TaskRunRecord; readonly relations: Relations }
  | { readonly decision: 'forbidden'; readonly missing: MissingRole | null }
  /** The caller sees only the run's usage, which was not read. */
  | { readonly decision: 'usage'; readonly missing: MissingRole }
  | { readonly decision: 'not found' };

interface LargeRunKey {
  readonly key: RunKey;
  /** Maximum size of the run's JSON. */
  readonly bytes: number;
}

/** Larger runs are read separately, so that no other read waits for them. */
const maxBatchedRunBytes = declareLimit(128 * 1024, {
  section: 'Inside',
  name: "bytes of a run's JSON in a shared statement",
  unit: 'bytes',
  shownAs: 'KiB',
  beyond: 'read separately',
});
/** Measured: fewer than 12 cost a busy server more statements; with many more, it waits for the one in flight. */
const batching = {
  lane: 'point',
  maxBatchSize: declareLimit(64, {
    section: 'Inside',
    name: 'runs in a shared statement',
    beyond: 'another statement',
  }),
  minBatchSize: 12,
  connectionShare: 0.5,
} as const;

/** Batching for small rows, which take next to no time. */
const smallRows = {
  lane: 'point',
  maxBatchSize: declareLimit(300, {
    section: 'Inside',
    name: 'groups, files or paths in a shared statement',
    beyond: 'another statement',
  }),
} as const;

export class RunReader {
  readonly #readBatched: BatchRead<RunKey, RunResult>;
  readonly #readLarge: BatchRead<LargeRunKey, RunResult>;
  readonly #readGroupRows: BatchRead<string, readonly { readonly group: ReportingGroupRecord }[]>;
  readonly #readFileRows: BatchRead<string, readonly { readonly file: StoredFile }[]>;
  readonly #readPathRows: BatchRead<string, readonly RunPathRow[]>;
  readonly #readScopes: BatchRead<ScopeKey, readonly TaskAccess[]>;
  readonly #readOrganizationScope: BatchRead<OrganizationScopeKey, OrganizationAccess>;
  readonly #readGroupsForSubject: BatchRead<GroupsKey, readonly GroupRow[]>;
  readonly #readNewKinds: BatchRead<NewKindsKey, readonly KindRow[]>;
  readonly #readFirstFailures: BatchRead<FirstFailuresKey, readonly KindRow[]>;
  readonly #readStoredFile: BatchRead<StoredFileKey, StoredFile | null>;

  /** @param modelPointer location of the model in a run's JSON; null if not configured */
  constructor(
    statements: StatementRunner,
    scheduler: ReadScheduler,
    readonly modelPointer: ModelPointer | null = null,
  ) {
    const scheduled = { statements, scheduler };
    this.#readBatched = registerStatement(scheduled, 'runs', {
      ...batching,
      maxBytes: maxBatchedRunBytes,
      batchKeyOf: ({ selection, isUsageOnly = false }) => isUsageOnly || (selection.pointers.length > 0 && 'pointers'),
      bind: (keys) => bindRuns(keys, { bytes: maxBatchedRunBytes, perField: false }),
      toResults: toRunResults,
    });
    this.#readLarge = registerSingle(scheduled, 'large run', {
      lane: 'page',
      connectionShare: 0.25,
      bind: ({ key, bytes }: LargeRunKey) => bindRuns([key], { bytes, perField: true }),
      toResult: (rows: RunsRow[], { key }) => toRunResults(rows, [key])[0]!,
    });
    this.#readGroupRows = registerStatement(scheduled, 'reporting groups', {
      ...smallRows,
      requiresPrimary: true,
      bind: bindReportingGroups,
      toResults: (rows: { readonly group: ReportingGroupRecord }[], ids) =>
        rowsByKey(rows, ({ group }) => group.id, ids),
    });
    this.#readFileRows = registerStatement(scheduled, 'files', {
      ...smallRows,
      requiresPrimary: true,
      bind: bindFiles,
      toResults: (rows: { readonly file: StoredFile }[], ids) => rowsByKey(rows, ({ file }) => file.taskRunId, ids),
    });
    this.#readPathRows = registerStatement(scheduled, 'run paths', {
      ...smallRows,
      bind: bindRunPaths,
      toResults: (rows: RunPathRow[], ids) => rowsByKey(rows, ({ id }) => id, ids),
    });
    this.#readScopes = registerStatement(scheduled, 'scopes', {
      ...batching,
      bind: bindScopes,
      toResults: (rows: ScopeRow[]) => rows.map(({ tasks }) => tasks),
    });
    this.#readOrganizationScope = registerSingle(scheduled, 'organization scope', {
      lane: 'page',
      bind: bindOrganizationScope,
      toResult: ([row]: OrganizationAccess[]) => row!,
    });
    this.#readGroupsForSubject = registerSingle(scheduled, 'groups for a subject', {
      lane: 'point',
      bind: bindGroupsForSubject,
      toResult: (rows: GroupRow[]) => rows.map((row) => ({ ...row, group: row.group && readGroupRow(row.group) })),
    });
    const kinds = { lane: 'aggregate', toResult: (rows: KindRow[]) => rows } as const;
    this.#readNewKinds = registerSingle(scheduled, 'new failure kinds', { ...kinds, bind: bindNewKinds });
    this.#readFirstFailures = registerSingle(scheduled, 'first failures of kinds', {
      ...kinds,
      bind: bindFirstFailures,
    });
    this.#readStoredFile = registerSingle(scheduled, 'stored file', {
      lane: 'point',
      bind: bindStoredFile,
      toResult: ([row]: { readonly file: StoredFile }[]) => row?.file ?? null,
    });
  }

  /** Reads runs, each for its subject, with statements that other requests may share. */
  async readRuns(keys: readonly RunKey[], budget: RequestBudget): Promise<readonly (RunReadResult | Error)[]> {
    const decided = await this.#readDecided(keys, budget);
    const isUsage = (result: RunReadResult | Error, index: number) =>
      !(result instanceof Error) && result.decision === 'usage' && keys[index]!.scopeKind === 'usage';
    return decided.some(isUsage) ? this.#readUsage(decided, keys, budget) : decided;
  }

  async #readDecided(keys: readonly RunKey[], budget: RequestBudget): Promise<(RunReadResult | Error)[]> {
    const results = await this.#readBatched(keys, budget);
    const reads = results.map((result, index) =>
      result instanceof Error ? result : this.#completeRun(result, keys[index]!, budget),
    );
    const decided: (RunReadResult | Error)[] = [];
    // An `await` would cost each complete run a tick.
    for (const read of reads) decided.push(read instanceof Promise ? await read : read);
    return decided;
  }

  /** Reads the usage of runs for which the caller sees nothing else, with a statement that reads no payload. */
  async #readUsage(
    decided: readonly (RunReadResult | Error)[],
    keys: readonly RunKey[],
    budget: RequestBudget,
  ): Promise<(RunReadResult | Error)[]> {
    const usageKeys = new Map<number, RunKey>();
    for (const [index, result] of decided.entries()) {
      const key = keys[index]!;
      if (result instanceof Error || result.decision !== 'usage' || key.scopeKind !== 'usage') continue;
      const missing = key.namesTask ? result.missing : null;
      const selection = withoutPayload(key.selection);
      usageKeys.set(index, { ...key, selection, isUsageOnly: true, withheldOf: () => ({ missing }) });
    }
    budget.cost.chargeByEstimate();
    const results = await this.#readDecided([...usageKeys.values()], budget);
    const resultAt = new Map([...usageKeys.keys()].map((index, at) => [index, results[at]!]));
    return decided.map((result, index) => resultAt.get(index) ?? result);
  }

  /** Reads the facts about the tasks under each path. */
  readScopes(keys: readonly ScopeKey[], budget: RequestBudget): Promise<readonly (readonly TaskAccess[] | Error)[]> {
    return this.#readScopes(keys, budget);
  }

  /** Reads the facts about all tasks of an organization on which a subject has a role. */
  readOrganizationScope(key: OrganizationScopeKey, budget: RequestBudget): Promise<OrganizationAccess> {
    return readSingle(this.#readOrganizationScope, key, budget);
  }

  /** Reads the actual paths of runs by id, or null for nonexistent runs. */
  async readRunPaths(ids: readonly string[], budget: RequestBudget): Promise<readonly (RunPath | Error | null)[]> {
    const rows = await this.#readPathRows(ids, budget);
    return rows
      .map(firstOrNull)
      .map((row) => (row === null || row instanceof Error || row.orgId !== null ? row : null));
  }

  /** Reads the groups of runs that have already been read. */
  async readReportingGroups(
    ids: readonly string[],
    budget: RequestBudget,
  ): Promise<readonly (ReportingGroupRecord | Error | null)[]> {
    const rows = await this.#readGroupRows(ids, budget);
    return rows.map(firstOrNull).map((row) => (row === null || row instanceof Error ? row : readGroupRow(row.group)));
  }

  /** Reads a row for each group, with the facts that decide whether the subject may see it. */
  readGroupsForSubject(key: GroupsKey, budget: RequestBudget): Promise<readonly GroupRow[]> {
    return readSingle(this.#readGroupsForSubject, key, budget);
  }

  /** Reads the files of runs that have already been read, in order within each run. */
  async readFiles(
    runIds: readonly string[],
    budget: RequestBudget,
  ): Promise<readonly (readonly StoredFile[] | Error)[]> {
    const files = await this.#readFileRows(runIds, budget);
    return files.map((rows) => (rows instanceof Error ? rows : rows.map(({ file }) => readFileRow(file))));
  }

  /**
   * Returns the filter with its conditions on when kinds of failures were first seen in a scope replaced by conditions
   * on the kinds. Reads nothing for a filter without them.
   */
  resolveFilter(scope: RunScope, filter: RunFilter, budget: RequestBudget): Promise<RunFilter> {
    return replaceNewKinds(filter, async (since) =>
      (await readSingle(this.#readNewKinds, { scope, since }, budget)).map(({ kind }) => kind),
    );
  }

  /** Reads when kinds of failures were first seen in a scope. Omits kinds that no run has. */
  readFirstFailures(key: FirstFailuresKey, budget: RequestBudget): Promise<readonly KindRow[]> {
    return readSingle(this.#readFirstFailures, key, budget);
  }

  /** Reads files for a caller who has proven their right to read them. */
  readStoredFile(
    keys: readonly StoredFileKey[],
    budget: RequestBudget,
  ): Promise<readonly (StoredFile | Error | null)[]> {
    return this.#readStoredFile(keys, budget);
  }

  /** Decides on a statement's result. A run that is too large for the statement is read separately. */
  #completeRun(result: RunResult, key: RunKey, budget: RequestBudget): MaybePromise<RunReadResult | Error> {
    const read = readWithinBudget(budget.bytes, {
      joined: result.tooLargeBytes === null ? result : null,
      bytes: includesJson(key.selection) ? (result.tooLargeBytes ?? 0) : 0,
      readLarge: (bytes) => readSingle(this.#readLarge, { key, bytes }, budget),
      runsOf: ({ run }) => (run === null ? [] : [run]),
    });
    return andThen(
      read,
      (complete) => decide(complete, key),
      (error) => error,
    );
  }
}

/** Returns the rows that belong to each key, in the order of the keys. */
function rowsByKey<Row>(rows: readonly Row[], keyOf: (row: Row) => string, keys: readonly string[]): Row[][] {
  const byKey = new Map(keys.map((key): [string, Row[]] => [key, []]));
  for (const row of rows) byKey.get(keyOf(row))!.push(row);
  return keys.map((key) => byKey.get(key)!);
}

function firstOrNull<Row>(rows: readonly Row[] | Error): Row | Error | null {
  return rows instanceof Error ? rows : (rows[0] ?? null);
}

function decide(
  { roles, visibility, executed, run, relations }: RunResult,
  { isUsageOnly = false }: RunKey,
): RunReadResult {
  const access = { roles, visibility, runExists: run !== null, isExecutor: executed };
  const decision = decideReading(access);
  switch (decision) {
    case 'usage':
      if (!isUsageOnly) return { decision, missing: explainForbidden(access)! };
      return run === null ? { decision: 'not found' } : { decision: 'found', run, relations };
    case 'forbidden':
      return { decision, missing: explainForbidden(access) };
    case 'not found':
      return { decision };
    case 'found':
      return { decision, run: run!, relations };
  }
}
