import type { StatementRunner } from '../../database/statements.js';
import { validationFailed } from '../../errors/validation.js';
import { createRequestBatcher, type DatabaseLimits, oneByOne } from '../batching/request-batcher.js';
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
export type ReadStatistics = (key: StatisticsKey) => Promise<ReadResult>;

interface ReadResult {
  readonly statistics: RunStatistics;
  /** Groups and buckets in them. */
  readonly cells: number;
}

const maxCells = 10_000;

export function createStatisticsReader(
  statements: StatementRunner,
  { connections, timeoutMs }: DatabaseLimits,
): ReadStatistics {
  // A statistic may scan millions of runs for seconds: connections are left to other reads.
  const inTurn = createRequestBatcher((keys: readonly StatisticsKey[]) => Promise.all(keys.map(readNow)), {
    ...oneByOne,
    maxInFlight: Math.max(1, Math.floor(connections / 2)),
    maxBatchDelayMs: 0,
    maxWaitMs: timeoutMs,
  });

  async function readNow({ scope, filter, groupings }: StatisticsKey): Promise<ReadResult> {
    const { statement, values, dimensions } = composeStatistics(scope, filter, groupings, maxCells);
    const [row] = await statements.run<StatisticsRow>(statement, values).catch(rejectTimeZone);
    if (row!.cells.length > maxCells) {
      throw validationFailed(
        ['filter'],
        `matches runs in more than ${maxCells} groups and buckets: narrow it down or use longer buckets`,
      );
    }
    return { statistics: toRunStatistics(row!, groupings.list, dimensions), cells: row!.cells.length };
  }

  return async (key) => (await inTurn([key]))[0]!;
}

/** The database may know fewer time zones than this process. No other parameter of the statement can be invalid. */
function rejectTimeZone(error: unknown): never {
  const invalidParameterValue = '22023';
  throw (error as { readonly code?: unknown }).code === invalidParameterValue ? unknownTimeZone() : error;
}
