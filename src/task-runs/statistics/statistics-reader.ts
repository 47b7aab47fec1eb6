import type { StatementRunner, StatementSignal } from '../../database/connection/statement-runner.js';
import { validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import { readOne } from '../batching/read-one.js';
import type { ReadScheduler } from '../batching/read-scheduler.js';
import type { RequestBudget } from '../batching/request-budget.js';
import { chooseCandidateIndex, requiresScan } from '../scope/candidates.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { Dimension } from './dimensions.js';
import type { Groupings } from './groupings.js';
import {
  type ComparedRow,
  composeStatistics,
  isReadFromTable,
  type StatisticsKey,
  type StatisticsRow,
} from './statement.js';
import { countSets, type RunStatistics, toRunStatistics } from './statistics-tree.js';
import { unknownTimeZone } from './time-zone.js';

/**
 * @throws GatewayError VALIDATION_FAILED for a result of too many cells, for too many runs where they are read from the
 * table, and for a time zone the database lacks.
 */
export type ReadStatistics = (key: StatisticsKey, budget: RequestBudget) => Promise<ReadResult>;

interface ReadResult {
  readonly statistics: RunStatistics;
  /** Groups and buckets in them. */
  readonly cells: number;
}

const maxCells = limits.cells.value;
const maxRunsFromTable = limits.runsFromTable.value;

export function createStatisticsReader(statements: StatementRunner, scheduler: ReadScheduler): ReadStatistics {
  const read = scheduler.register<StatisticsKey, ReadResult>({
    lane: 'aggregate',
    maxBatchSize: 1,
    readMany: async ([key], signal) => [await runStatement(key!, signal)],
  });

  async function runStatement(key: StatisticsKey, signal: StatementSignal): Promise<ReadResult> {
    const { scope, filter, previousFilter, groupings } = key;
    const chooseIndex = (each: RunFilter | null) =>
      each !== null && requiresScan(each)
        ? chooseCandidateIndex(scope, each, (bound) => statements.run(bound.statement, bound.values, signal))
        : 'list';
    const indexes = { current: await chooseIndex(filter), previous: await chooseIndex(previousFilter) };
    const { statement, values, dimensions, previousDimensions } = composeStatistics(key, indexes, maxCells);
    const [row] = await statements.run<StatisticsRow | ComparedRow>(statement, values, signal).catch(rejectTimeZone);
    if (!('previous' in row!)) return toReadResult(row!, groupings, dimensions);
    const previous = toReadResult(row.previous, groupings.previous!, previousDimensions);
    const current = toReadResult(row.current, groupings, dimensions, previous.statistics);
    return { ...current, cells: current.cells + previous.cells };
  }

  return (key, budget) => readOne(read, key, budget);
}

/** @throws GatewayError VALIDATION_FAILED for too many cells, or runs */
export function toReadResult(
  row: StatisticsRow,
  groupings: Groupings,
  dimensions: readonly Dimension[],
  previous: RunStatistics | null = null,
): ReadResult {
  const cells = countSets(row, groupings, dimensions);
  if (cells > maxCells) {
    throw validationFailed(
      ['filter'],
      `must yield at most ${maxCells.toLocaleString('en')} groups and buckets, not ${cells.toLocaleString('en')}: narrow it down or use longer buckets`,
    );
  }
  const statistics = toRunStatistics(row, groupings, dimensions, previous);
  if (isReadFromTable(groupings) && statistics.figures.runs > maxRunsFromTable) {
    throw validationFailed(
      ['filter'],
      `must match at most ${maxRunsFromTable.toLocaleString('en')} runs to split them by context or failure reason: narrow it down, as with createdAfter`,
    );
  }
  return { statistics, cells };
}

/** The database may know fewer time zones than this process. No other parameter of the statement can be invalid. */
function rejectTimeZone(error: unknown): never {
  const invalidParameterValue = '22023';
  throw (error as { readonly code?: unknown }).code === invalidParameterValue ? unknownTimeZone() : error;
}
