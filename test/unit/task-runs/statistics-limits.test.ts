// The limits of what a statistics statement returns.

import { GatewayError } from '../../../src/errors/gateway-error.js';
import { ReadScheduler } from '../../../src/scheduling/read-scheduler.js';
import type { Dimension } from '../../../src/task-runs/statistics/dimensions.js';
import {
  type SplitSelection,
  type StatisticsSelection,
  toGroupings,
} from '../../../src/task-runs/statistics/groupings.js';
import type { Split } from '../../../src/task-runs/statistics/splits.js';
import type { StatisticsRow } from '../../../src/task-runs/statistics/statement.js';
import { StatisticsReader, toReadResult } from '../../../src/task-runs/statistics/statistics-reader.js';
import { noFilter } from '../../../src/task-runs/visibility/run-filter.js';
import { createBudget } from '../../support/callers.js';

const day: Dimension = { by: 'DAY', timeZone: 'Europe/Berlin' };
const task: Dimension = { by: 'TASK' };

const selected = (...splits: SplitSelection[]): StatisticsSelection => ({
  measures: ['runs'],
  percentiles: [],
  splits,
});
const top = (first: number): Split => ({ dimension: task, top: { orderBy: 'RUNS_DESC', first } });

const setsOf = (count: number, parents: readonly number[] = [0]) =>
  parents.flatMap((parent) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ id: 10 * parent + index + 1, parent, value: `value ${index}`, figures: { runs: 1 } },
    })),
  );
const rowOf = (...sets: StatisticsRow['sets']): StatisticsRow => ({
  sets: [[{ id: 0, parent: 0, value: null, figures: { runs: 1 } }], ...sets],
  percentiles: null,
  previous: null,
  previousPercentiles: null,
  groups: null,
  series: [],
});

it('a statistic has 10,000 groups, no more', () => {
  const groupings = toGroupings(selected({ dimension: task, statistics: selected() }));
  expect(toReadResult(rowOf(setsOf(10_000)), groupings).statistics.splitBy({ dimension: task })).toHaveLength(10_000);
  expect(() => toReadResult(rowOf(setsOf(10_001)), groupings)).toThrow(
    '`filter` must yield at most 10,000 groups and buckets, not 10,001: narrow the filter or use longer buckets.',
  );
});

it('buckets without runs count among the 10,000 sets that there may be, in each group', () => {
  const groupings = toGroupings(
    selected({ dimension: task, statistics: selected({ dimension: day, withEmpty: true, statistics: selected() }) }),
  );
  const row = (groups: number, days: number): StatisticsRow => ({
    ...rowOf(setsOf(groups), null),
    series: [Array.from({ length: days }, (_, index) => `day ${index}`)],
  });
  expect(toReadResult(row(10, 999), groupings).sets).toBe(1 + 10_000);
  expect(() => toReadResult(row(10, 1000), groupings)).toThrow(
    '`filter` must yield at most 10,000 groups and buckets, not 10,010',
  );
});

it('the product of nested `first` is at most 10,000, side by side or not', () => {
  const nested = (first: number) => ({ ...top(100), statistics: selected({ ...top(first), statistics: selected() }) });
  expect(toGroupings(selected(nested(100), nested(99))).list).toHaveLength(4);
  expect(() => toGroupings(selected(nested(100), nested(101)))).toThrow(
    '`groupBy.first` must be lower: the product of nested values must be at most 10,000, not 10,100.',
  );
});

it('the same split selected twice is one grouping, and another one with another `first` or order', () => {
  const [few, many] = [top(1), top(2)].map((item) => ({ ...item, statistics: selected() })) as [
    SplitSelection,
    SplitSelection,
  ];
  const newest = { ...few, top: { orderBy: 'LAST_CREATED_DESC', first: 1 } } as const;
  expect(toGroupings(selected(few, many, few, newest)).list).toHaveLength(4);
});

it.each([
  [
    'DEADLINE_EXCEEDED',
    /^The database did not return the statistic in time\. Choose a shorter period or a single task/,
  ],
  ['SERVICE_UNAVAILABLE', /^A service that the gateway depends on is unavailable/],
] as const)('a statistic that ends with %s says what a caller can do', async (reason, message) => {
  const scheduler = new ReadScheduler({ connections: () => 2, timeoutMs: 1000 });
  const reader = new StatisticsReader({ run: () => Promise.reject(new GatewayError(reason)) }, scheduler);
  const path = { orgId: 'o', projectId: 'p', taskId: null };
  const scope = { path, allRunsTaskIds: ['t'], ownRunsTaskIds: [], userId: null };
  const key = { scope, filter: noFilter, groupings: toGroupings(selected()), previousFilter: null, now: 0 };
  const expected = expect.objectContaining({ reason, message: expect.stringMatching(message) });
  await expect(reader.read(key, createBudget())).rejects.toEqual(expected);
  expect(await reader.readAll([key, key], createBudget())).toEqual([expected, expected]);
});
