import { rowsOf, tabsOf } from '../../../src/pages/runs/statistics/breakdown-rows.js';
import { chartOf, revisionMarks, windowsOf } from '../../../src/pages/runs/statistics/chart-view.js';
import { measures } from '../../../src/pages/runs/statistics/measures.js';
import { labelledBuckets, middlesOf, partialValues, wholeValues } from '../../../src/pages/shared/plot/chart-values.js';

const measureOf = (name: string) => measures.find((measure) => measure.name === name)!;
const bucket = (day: number, more: object = {}) => ({
  start: `2026-10-0${day}T00:00:00.000000Z`,
  runs: 40,
  errors: 4,
  fallbacks: 0,
  totalTokens: '1000',
  chargedCredits: '1.50',
  llmCallTiming: { p50: 0.5, p95: 2 },
  ...more,
});

describe('the chart of statistics', () => {
  it('stacks failed and succeeded runs, and draws both percentiles', () => {
    const buckets = [bucket(1), bucket(2, { runs: 0, errors: 0, llmCallTiming: { p50: null, p95: null } })];
    const runs = chartOf({ measure: measureOf('runs'), buckets, lines: undefined });
    expect(runs.kind).toBe('stack');
    expect(runs.series.map(({ label, values }) => [label, values])).toEqual([
      ['failed', [4, 0]],
      ['succeeded', [36, 0]],
    ]);
    const seconds = chartOf({ measure: measureOf('seconds'), buckets, lines: undefined });
    expect(seconds.series.map(({ label, texts }) => [label, texts])).toEqual([
      ['p50', ['500 ms', '–']],
      ['p95', ['2.0 s', '–']],
    ]);
  });

  it('draws a line for each group, also across buckets without its runs', () => {
    const lines = [{ name: 'v2', buckets: [bucket(2)] }];
    const { kind, series } = chartOf({ measure: measureOf('credits'), buckets: [bucket(1), bucket(2)], lines });
    expect(kind).toBe('line');
    expect(series).toMatchObject([{ label: 'v2', values: [0, 1.5], texts: ['0.00', '1.50'] }]);
  });

  it('shows failure rates of at least 20 runs, together with earlier ones', () => {
    const few = [bucket(1, { runs: 12, errors: 1 }), bucket(2, { runs: 10, errors: 1 }), bucket(3)];
    expect(windowsOf(few)).toEqual([null, { runs: 22, errors: 2 }, { runs: 40, errors: 4 }]);
    const { series } = chartOf({ measure: measureOf('rate'), buckets: few, lines: undefined });
    expect(series[0]!.texts).toEqual(['–', '9.1 % of 22 runs', '10.0 % of 40 runs']);
  });

  it('marks revisions that the previous period did not have', () => {
    const firstCreated = '2026-10-02T08:00:00Z';
    expect(
      revisionMarks([
        { name: 'v2', firstCreated, before: 0 },
        { name: 'v1', firstCreated, before: 3 },
        { name: 'v0', firstCreated: null, before: 0 },
      ]),
    ).toEqual([{ time: Date.parse(firstCreated) / 1000, text: 'v2', colour: 'ink-soft' }]);
  });
});

describe('the values of a chart', () => {
  it('stand in the middle of their buckets', () => {
    expect(middlesOf([0, 10, 30])).toEqual([5, 20, 37.5]);
    expect(middlesOf([0])).toEqual([43_200]);
  });

  it('are separate for partial buckets, to which lines lead', () => {
    const partial = [true, false, false, true];
    expect(wholeValues([1, 2, 3, 4], partial)).toEqual([null, 2, 3, null]);
    expect(partialValues([1, 2, 3, 4], partial, false)).toEqual([1, null, null, 4]);
    expect(partialValues([1, 2, 3, 4], partial, true)).toEqual([1, 2, 3, 4]);
  });

  it('have as many labels as there is room for', () => {
    expect(labelledBuckets([1, 2, 3, 4, 5], 2)).toEqual([1, 4]);
    expect(labelledBuckets([1, 2], 9)).toEqual([1, 2]);
  });
});

describe('the table of a dimension', () => {
  const dimension = {
    name: 'REVISION',
    label: 'Task revision',
    isChronological: true,
    nameOf: ({ value }: { value: string | null }) => value ?? 'none',
    filterOf: () => undefined,
  };
  const group = (value: string, firstCreated: string) => ({
    ...bucket(1),
    value,
    firstCreated,
    lastCreated: firstCreated,
  });

  it('compares each revision with the one before, newest first', () => {
    const rows = rowsOf({
      dimension,
      groups: [group('v1', '2026-10-01'), group('v2', '2026-10-05')] as never,
      path: '',
      scope: undefined,
      period: { start: 0, end: 1 },
      urlOfRuns: () => '',
      isChosen: false,
    });
    expect(rows.map(({ name, measures: { previous } }) => [name, (previous as { value?: string })?.value])).toEqual([
      ['v2', 'v1'],
      ['v1', undefined],
    ]);
  });

  it('has a tab only if there are several groups', () => {
    const found = { REVISION: [group('v1', '')], MODEL: [group('a', ''), group('b', '')] } as never;
    const dimensions = [dimension, { ...dimension, name: 'MODEL' }, { ...dimension, name: 'TASK' }];
    expect(tabsOf(dimensions, found).map(({ name }) => name)).toEqual(['MODEL']);
    expect(tabsOf(dimensions, undefined)).toEqual([]);
  });
});
