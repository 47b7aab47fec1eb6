import type { StatementRunner, StatementSignal } from '../../database/connection/statement-runner.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { readOne } from '../batching/read-one.js';
import type { ReadScheduler } from '../batching/read-scheduler.js';
import type { RequestBudget } from '../batching/request-budget.js';
import type { RunFilter } from '../scope/run-filter.js';
import { noSearch, openSearch } from '../scope/search-terms.js';
import type { Groupings } from './groupings.js';
import { composeStatistics, type StatisticsKey, type StatisticsRow } from './statement.js';
import { countSets, type RunStatistics, toRunStatistics } from './statistics-tree.js';
import { unknownTimeZone } from './time-zone.js';

/** @throws GatewayError VALIDATION_FAILED for too many groups and buckets, and for a time zone the database lacks. */
export type ReadStatistics = (key: StatisticsKey, budget: RequestBudget) => Promise<ReadResult>;

interface ReadResult {
  readonly statistics: RunStatistics;
  /** All runs, groups, and buckets in them; those of the period before as well. */
  readonly sets: number;
}

const maxSets = limits.cells.value;

export function createStatisticsReader(statements: StatementRunner, scheduler: ReadScheduler): ReadStatistics {
  const read = scheduler.register<StatisticsKey, StatisticsRow>({
    lane: 'aggregate',
    maxBatchSize: 1,
    readMany: async ([key], signal) => [await runStatement(key!, signal)],
  });

  async function runStatement(key: StatisticsKey, signal: StatementSignal): Promise<StatisticsRow> {
    const { scope, filter, previousFilter } = key;
    const termsOf = async (each: RunFilter | null) => {
      const search = each
        ? await openSearch(scope, each, (bound) => statements.run(bound.statement, bound.values, signal))
        : noSearch;
      return search.termsUpTo(limits.searchedAggregateRuns.value);
    };
    const terms = { current: await termsOf(filter), previous: await termsOf(previousFilter) };
    const maxJsonBytes = limits.groupJsonBytes.value;
    const { statement, values } = composeStatistics(key, terms, { maxSets, maxJsonBytes });
    const [row] = await statements.run<StatisticsRow>(statement, values, signal).catch(rejectTimeZone);
    return row!;
  }

  return async (key, budget) => {
    const row = await readOne(read, key, budget);
    return toReadResult(withinBudget(row, budget), key.groupings);
  };
}

/** Leaves out JSON of groups that the request may not hold any more. */
function withinBudget(row: StatisticsRow, budget: RequestBudget): StatisticsRow {
  const sets = row.sets.map(
    (each) =>
      each?.map((set) => {
        if (!set.json || set.json.startsWith('!')) return set;
        const bytes = Buffer.byteLength(set.json);
        return budget.tryHold(bytes) ? set : { ...set, json: `!${bytes}` };
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
      `must yield at most ${maxSets.toLocaleString('en')} groups and buckets, not ${sets.toLocaleString('en')}: narrow it down or use longer buckets`,
    );
  }
  const previousSets = row.previous?.reduce((sum, each) => sum + (each?.length ?? 0), 0) ?? 0;
  return { statistics: toRunStatistics(row, groupings), sets: 1 + sets + previousSets };
}

/** The database may know fewer time zones than this process. No other parameter of the statement can be invalid. */
function rejectTimeZone(error: unknown): never {
  const invalidParameterValue = '22023';
  throw (error as { readonly code?: unknown }).code === invalidParameterValue ? unknownTimeZone() : error;
}
