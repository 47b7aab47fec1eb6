// The texts that statistics are read by. One that changes is prepared and planned anew, and timed with bench/statistics.

import { noFilter } from '../../../src/task-runs/scope/run-filter.js';
import type { Dimension } from '../../../src/task-runs/statistics/dimensions.js';
import {
  type SplitSelection,
  type StatisticsSelection,
  toGroupings,
} from '../../../src/task-runs/statistics/groupings.js';
import type { Measure, Timing } from '../../../src/task-runs/statistics/measures.js';
import { composeStatistics, type StatisticsRow } from '../../../src/task-runs/statistics/statement.js';
import { toReadResult } from '../../../src/task-runs/statistics/statistics-reader.js';

const id = (digit: string) => `01a01e2f-2000-0000-0000-00000000000${digit}`;
const path = { orgId: id('1'), projectId: id('2'), taskId: null };
const scope = { path, allOf: [id('3')], ownOf: [id('4')], userId: id('5') };
const day: Dimension = { by: 'DAY', timeZone: 'Europe/Berlin' };

const statistics = (
  measures: readonly Measure[],
  splits: readonly (readonly [Dimension, StatisticsSelection])[] = [],
  percentiles: readonly Timing[] = [],
): StatisticsSelection => ({
  measures,
  percentiles,
  splits: splits.map(([dimension, below]) => ({ dimension, statistics: below })),
});
const tokens = statistics(['runs', 'errors', 'inputTokens', 'outputTokens', 'totalTokens']);
const credits = statistics(['chargedCredits']);
const timing = statistics(['llmCallTiming'], [], ['llmCallTiming']);

const composed = (selection: StatisticsSelection) => {
  const groupings = toGroupings(selection);
  const { statement, values } = composeStatistics(
    { scope, filter: noFilter, groupings, previousFilter: groupings.previous && noFilter, now: 0 },
    { current: 'list', previous: 'list' },
    10_000,
  );
  return `${statement.text}\n-- ${JSON.stringify(values)}`;
};

it.each([
  ['tokens', tokens],
  ['runs per day', statistics([], [[day, statistics(['runs'])]])],
  ['tokens by revision, and per day', statistics([], [['taskRevisionId', statistics([], [[day, tokens]])]])],
  ['timing', timing],
  ['timing per day', statistics([], [[day, timing]])],
  ['days beside all timing', statistics(['llmCallTiming'], [[day, tokens]], ['llmCallTiming'])],
  ['credits by reporting group', statistics(['chargedCredits'], [['reportingGroupId', credits]])],
  [
    'two splits side by side',
    statistics(
      [],
      [
        ['taskId', tokens],
        ['fallbackLlmModelId', tokens],
        [day, tokens],
      ],
    ),
  ],
])('the statement of %s', (_name, selection) => {
  expect(composed(selection)).toMatchSnapshot();
});

const split = (dimension: Dimension, below: StatisticsSelection, options: Partial<SplitSelection> = {}) => ({
  ...{ dimension, statistics: below },
  ...options,
});

it.each([
  ['users with most tokens', [split('userId', tokens, { top: { orderBy: 'TOTAL_TOKENS_DESC', first: 5 } })], {}],
  ['timing of contexts', [split('contextId', timing, { top: { orderBy: 'RUNS_DESC', first: 20 } })], {}],
  ['all days, with labels', [split(day, { ...tokens, hasLabels: true }, { withEmpty: true })], {}],
  ['tokens compared with the period before', [], { previous: { measures: ['totalTokens'], percentiles: [] } }],
] as const)('the statement of %s', (_name, splits, rest) => {
  expect(composed({ ...tokens, splits: [...splits], ...rest })).toMatchSnapshot();
});

const rowOf = (runs: number, groups = 0): StatisticsRow => ({
  cells: [
    { groupingId: '1', values: [null], figures: { runs } },
    ...Array.from({ length: groups }, (_, index) => ({
      groupingId: '0',
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
      { groupingId: '11', values: [null, null], figures: { runs: groups } },
      ...Array.from({ length: groups }, (_, index) => ({
        groupingId: '01',
        values: [`task ${index}`, null],
        figures: { runs: 1 },
      })),
    ],
    series: [Array.from({ length: days }, (_, index) => `day ${index}`)],
  });
  expect(toReadResult(row(9, 1110), groupings, ['taskId', day]).cells).toBe(10_000);
  expect(() => toReadResult(row(9, 1111), groupings, ['taskId', day])).toThrow('A value in the request is invalid.');
});
