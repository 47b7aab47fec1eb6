import type { StatementRunner, StatementSignal } from '../../database/connection/statement-runner.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { readOne } from '../batching/read-one.js';
import type { ReadScheduler } from '../batching/read-scheduler.js';
import type { RequestBudget } from '../batching/request-budget.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { RunScope } from '../scope/run-scope.js';
import { unknownTimeZone } from './dimensions.js';
import type { Groupings } from './groupings.js';
import { composeStatistics, type StatisticsRow } from './statement.js';
import { type RunStatistics, toRunStatistics } from './statistics-tree.js';

interface StatisticsKey {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  readonly groupings: Groupings;
}

/** @throws GatewayError VALIDATION_FAILED for a result of too many cells and for a time zone the database lacks. */
export type ReadStatistics = (key: StatisticsKey, budget: RequestBudget) => Promise<ReadResult>;

interface ReadResult {
  readonly statistics: RunStatistics;
  /** Groups and buckets in them. */
  readonly cells: number;
}

const maxCells = limits.cells.value;

export function createStatisticsReader(statements: StatementRunner, scheduler: ReadScheduler): ReadStatistics {
  const read = scheduler.register<StatisticsKey, ReadResult>({
    lane: 'aggregate',
    maxBatchSize: 1,
    readMany: async ([key], signal) => [await readNow(key!, signal)],
  });

  async function readNow({ scope, filter, groupings }: StatisticsKey, signal: StatementSignal): Promise<ReadResult> {
    const { statement, values, dimensions } = composeStatistics(scope, filter, groupings, maxCells);
    const [row] = await statements.run<StatisticsRow>(statement, values, signal).catch(rejectTimeZone);
    if (row!.cells.length > maxCells) {
      throw validationFailed(
        ['filter'],
        `must match runs in at most ${maxCells} groups and buckets: narrow it down or use longer buckets`,
      );
    }
    return { statistics: toRunStatistics(row!, groupings.list, dimensions), cells: row!.cells.length };
  }

  return (key, budget) => readOne(read, key, budget);
}

/** The database may know fewer time zones than this process. No other parameter of the statement can be invalid. */
function rejectTimeZone(error: unknown): never {
  const invalidParameterValue = '22023';
  throw (error as { readonly code?: unknown }).code === invalidParameterValue ? unknownTimeZone() : error;
}
