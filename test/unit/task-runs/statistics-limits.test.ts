// The limits of what a statement of statistics returns.

import type { Dimension } from '../../../src/task-runs/statistics/dimensions.js';
import {
  type SplitSelection,
  type StatisticsSelection,
  toGroupings,
} from '../../../src/task-runs/statistics/groupings.js';
import type { Measure } from '../../../src/task-runs/statistics/measures.js';
import type { StatisticsRow } from '../../../src/task-runs/statistics/statement.js';
import { toReadResult } from '../../../src/task-runs/statistics/statistics-reader.js';

const day: Dimension = { by: 'DAY', timeZone: 'Europe/Berlin' };

const statistics = (
  measures: readonly Measure[],
  splits: readonly (readonly [Dimension, StatisticsSelection])[] = [],
): StatisticsSelection => ({
  measures,
  percentiles: [],
  splits: splits.map(([dimension, below]) => ({ dimension, statistics: below })),
});
const tokens = statistics(['runs', 'errors', 'inputTokens', 'outputTokens', 'totalTokens']);

const split = (dimension: Dimension, below: StatisticsSelection, options: Partial<SplitSelection> = {}) => ({
  ...{ dimension, statistics: below },
  ...options,
});

const rowOf = (runs: number, groups = 0): StatisticsRow => ({
  cells: [
    { groupingMask: '1', values: [null], figures: { runs } },
    ...Array.from({ length: groups }, (_, index) => ({
      groupingMask: '0',
      values: [`context ${index}`],
      figures: { runs: 1 },
    })),
  ],
  percentiles: null,
  groups: null,
});
const byContext = toGroupings(statistics(['runs'], [['contextId', statistics(['runs'])]]));
const byTask = toGroupings(statistics(['runs'], [['taskId', statistics(['runs'])]]));

it('a million runs are read from the table to split them by context, no more', () => {
  expect(toReadResult(rowOf(1_000_000), byContext, ['contextId']).cells).toBe(1);
  expect(() => toReadResult(rowOf(1_000_001), byContext, ['contextId'])).toThrow(
    expect.objectContaining({
      extensions: expect.objectContaining({
        detail: [
          {
            loc: ['filter'],
            msg: 'must match at most 1,000,000 runs to split them by context or failure reason: narrow it down, as with createdAfter',
            type: 'value_error',
          },
        ],
      }),
    }),
  );
  expect(toReadResult(rowOf(2_000_000), byTask, ['taskId']).cells).toBe(1);
});

it('buckets without runs count among the 10,000 cells that there may be, in each group', () => {
  const groupings = toGroupings({
    ...statistics([]),
    splits: [split('taskId', { ...statistics([]), splits: [split(day, tokens, { withEmpty: true })] })],
  });
  const row = (groups: number, days: number): StatisticsRow => ({
    ...rowOf(groups),
    cells: [
      { groupingMask: '11', values: [null, null], figures: { runs: groups } },
      ...Array.from({ length: groups }, (_, index) => ({
        groupingMask: '01',
        values: [`task ${index}`, null],
        figures: { runs: 1 },
      })),
    ],
    series: [Array.from({ length: days }, (_, index) => `day ${index}`)],
  });
  expect(toReadResult(row(9, 1110), groupings, ['taskId', day]).cells).toBe(10_000);
  expect(() => toReadResult(row(9, 1111), groupings, ['taskId', day])).toThrow(
    '`filter` must yield at most 10,000 groups and buckets, not ',
  );
});
