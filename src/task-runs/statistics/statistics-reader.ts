import type { ByteBudget } from '../../admission/byte-budget.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import type { StatementRunner, StatementSignal } from '../../database/connection/statement-runner.js';
import type { BoundStatement } from '../../database/statements.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import { formatCount } from '../../format-count.js';
import { limits } from '../../limits.js';
import { type BatchRead, type ReadScheduler, readSingle } from '../../scheduling/read-scheduler.js';
import { requiresScan } from '../visibility/filter-parts.js';
import { batchKeyOfScope, readByBatchKey } from '../visibility/requested-scopes.js';
import { noFilter, type RunFilter } from '../visibility/run-filter.js';
import { noSearch, openSearch } from '../visibility/search-terms.js';
import type { Groupings } from './groupings.js';
import {
  bindStatistics,
  bindStatisticsOfScopes,
  hasJsonOf,
  type StatisticsKey,
  type StatisticsRow,
} from './statement.js';
import { countSets, type RunStatistics, toRunStatistics } from './statistics-tree.js';
import { unknownTimeZone } from './time-zone.js';

interface ReadResult {
  readonly statistics: RunStatistics;
  /** Number of groups and buckets, including the set of all runs and those of the previous period. */
  readonly sets: number;
}

const maxSets = limits.cells.value;

/** Reads the statistics of all requests. */
export class StatisticsReader {
  readonly #readRow: BatchRead<StatisticsKey, StatisticsRow>;
  readonly #readRowsOfScopes: BatchRead<readonly StatisticsKey[], readonly StatisticsRow[]>;

  constructor(
    private readonly statements: StatementRunner,
    scheduler: ReadScheduler,
  ) {
    const type = { lane: 'aggregate', maxBatchSize: 1 } as const;
    this.#readRow = scheduler.register('statistics', {
      ...type,
      readMany: async ([key], signal) => [await this.#runStatement(key!, signal)],
    });
    this.#readRowsOfScopes = scheduler.register('statistics of scopes', {
      ...type,
      readMany: async ([keys], signal) => {
        const bound = bindStatisticsOfScopes(keys!, { maxSets: maxSetsOfEach(keys!), maxJsonBytes: 0 });
        return [await this.#run(bound, signal)];
      },
    });
  }

  /** @throws GatewayError VALIDATION_FAILED for too many groups and buckets, or a time zone unknown to the database. */
  async read(key: StatisticsKey, budget: RequestBudget): Promise<ReadResult> {
    const row = await readSingle(this.#readRow, key, budget).catch(remedyFor);
    return toReadResult(withinBudget(row, budget.bytes), key.groupings);
  }

  /**
   * Reads the statistics for all objects in a list. Those that differ only in scope share a statement. Never rejects.
   */
  readAll(keys: readonly StatisticsKey[], budget: RequestBudget): Promise<readonly (ReadResult | Error)[]> {
    return readByBatchKey(
      keys,
      batchKeyOf,
      (key) => this.read(key, budget),
      (batch) => this.#readOfScopes(batch, budget),
    );
  }

  async #readOfScopes(keys: readonly StatisticsKey[], budget: RequestBudget): Promise<ReadResult[]> {
    const rows = await readSingle(this.#readRowsOfScopes, keys, budget).catch(remedyFor);
    return Promise.all(
      rows.map((row, index) => {
        const { groupings } = keys[index]!;
        const isWhole = countSets(row, groupings) <= maxSetsOfEach(keys);
        return isWhole ? toReadResult(row, groupings) : this.read(keys[index]!, budget);
      }),
    );
  }

  async #runStatement(key: StatisticsKey, signal: StatementSignal): Promise<StatisticsRow> {
    const { scope, filter, previousFilter } = key;
    const termsOf = async (periodFilter: RunFilter | null) => {
      const search = periodFilter
        ? await openSearch(scope, periodFilter, (bound) => this.statements.run(bound.statement, bound.values, signal))
        : noSearch;
      return search.termsUpTo(limits.searchedAggregateRuns.value);
    };
    const terms = { current: await termsOf(filter), previous: await termsOf(previousFilter) };
    const maxJsonBytes = limits.groupJsonBytes.value;
    const [row] = await this.#run(bindStatistics(key, terms, { maxSets, maxJsonBytes }), signal);
    return row!;
  }

  #run({ statement, values }: BoundStatement, signal: StatementSignal): Promise<StatisticsRow[]> {
    return this.statements.run<StatisticsRow>(statement, values, signal).catch(rejectTimeZone);
  }
}

/** Returns each scope's share of the maximum number of groups and buckets per statement. */
function maxSetsOfEach(keys: readonly StatisticsKey[]): number {
  return Math.floor(maxSets / keys.length);
}

/**
 * Returns null for a key with its own statement: it requires the search index, has JSON, which is limited, or is about
 * projects, which the statement for several scopes does not distinguish.
 */
function batchKeyOf(key: StatisticsKey): string | null {
  const { scope, filter, previousFilter, groupings } = key;
  const isByProject = groupings.list.some(({ split }) => split?.dimension.by === 'PROJECT');
  const isSingle =
    [filter, previousFilter ?? noFilter].some(requiresScan) || groupings.list.some(hasJsonOf) || isByProject;
  return isSingle ? null : `${batchKeyOfScope(scope, filter)} ${statisticsKey({ ...key, scope: null })}`;
}

/** Returns a key that identifies statistics within a request. */
export function statisticsKey({
  scope,
  filter,
  groupings,
  previousFilter,
}: Omit<StatisticsKey, 'scope'> & { readonly scope: StatisticsKey['scope'] | null }): string {
  return JSON.stringify([scope?.path, filter, groupings, previousFilter], (name, value) => {
    if (name === 'parent') return value?.index;
    return value instanceof Set ? [...value] : value;
  });
}

/** Omits group JSON beyond the request's byte budget. */
function withinBudget(row: StatisticsRow, budget: ByteBudget): StatisticsRow {
  const sets = row.sets.map(
    (groupingSets) =>
      groupingSets?.map((set) => {
        if (!set.json || set.json.startsWith('!')) return set;
        const bytes = Buffer.byteLength(set.json);
        return budget.tryReserve(bytes) ? set : { ...set, json: `!${bytes}` };
      }) ?? null,
  );
  return { ...row, sets };
}

/** @throws GatewayError VALIDATION_FAILED for too many groups and buckets */
export function toReadResult(row: StatisticsRow, groupings: Groupings): ReadResult {
  const sets = countSets(row, groupings);
  if (sets > maxSets) {
    throw validationFailed(
      ['filter'],
      `must yield at most ${formatCount(maxSets)} groups and buckets, not ${formatCount(sets)}: narrow the filter or use longer buckets`,
    );
  }
  const previousSets = row.previous?.reduce((sum, groupingSets) => sum + (groupingSets?.length ?? 0), 0) ?? 0;
  return { statistics: toRunStatistics(row, groupings), sets: 1 + sets + previousSets };
}

/** Rejects a time zone that the database lacks. No other parameter of the statement can be invalid. */
function rejectTimeZone(error: unknown): never {
  const invalidParameterValue = '22023';
  throw (error as { readonly code?: unknown }).code === invalidParameterValue ? unknownTimeZone() : error;
}

/** Suggests what the caller can do about statistics over too many runs, which a retry would not finish either. */
export function remedyFor(error: unknown): never {
  if (!(error instanceof GatewayError) || error.reason !== 'DEADLINE_EXCEEDED') throw error;
  const message =
    'The database did not return the statistic in time. Choose a shorter period or a single task, or export the runs.';
  throw new GatewayError(error.reason, { retryAfter: 1 }, { message, cause: error });
}
