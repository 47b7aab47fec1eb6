import { parseJson } from '../../../src/pages/shared/json/json-tree.js';
import { chartsOf, findBuckets } from '../../../src/pages/shared/plot/bucket-charts.js';
import { stacked } from '../../../src/pages/shared/plot/chart-values.js';

const treeOf = (value: unknown) => parseJson(typeof value === 'string' ? value : JSON.stringify(value))!;
const bucket = (day: number, more: object) => ({ start: `2026-10-0${day}T00:00:00Z`, ...more });

describe('buckets of statistics', () => {
  it('come from anywhere in the response', () => {
    const list = [bucket(1, { runs: 1 })];
    const tree = treeOf({ taskRunStats: { buckets: list, byTask: [{ buckets: list }, { buckets: [] }] } });
    expect(findBuckets(tree).map(({ path }) => path)).toEqual([
      'taskRunStats.buckets',
      'taskRunStats.byTask.0.buckets',
    ]);
  });

  it.each([[{ a: [{ start: 1 }] }], [{ a: [{ runs: 1 }] }], [{ a: [] }], [null]])('do not come from %j', (value) => {
    expect(findBuckets(treeOf(value))).toEqual([]);
  });
});

describe('charts of buckets', () => {
  const chartsIn = (...buckets: object[]) => chartsOf(treeOf(buckets).members.map(({ value }) => value));

  it('stack errors and the other runs, and show the number of runs', () => {
    const [chart] = chartsIn(bucket(1, { runs: 5, errors: 2 }), bucket(2, { runs: 1, errors: 0 }));
    expect(chart).toMatchObject({
      kind: 'stack',
      times: [Date.parse('2026-10-01') / 1000, Date.parse('2026-10-02') / 1000],
    });
    expect(chart!.series.map(({ label, values, texts }) => [label, values, texts])).toEqual([
      ['errors', [2, 0], ['2', '0']],
      ['runs', [3, 1], ['5', '1']],
    ]);
  });

  it('show percentiles as a band, with a gap for null', () => {
    const [chart] = chartsIn(
      bucket(1, { llmCallTiming: { p50: 0.5, p99: 2 } }),
      bucket(2, { llmCallTiming: { p50: null, p99: null } }),
    );
    expect(chart).toMatchObject({ kind: 'band', title: 'LLM call, seconds' });
    expect(chart!.series.map(({ label, values }) => [label, values])).toEqual([
      ['p50', [0.5, null]],
      ['p99', [2, null]],
    ]);
  });

  it('show decimals as they were written', () => {
    const credits = '123456789012345678901234567890.10';
    const [chart] = chartsIn(bucket(1, { chargedCredits: credits }));
    expect(chart).toMatchObject({ title: 'Charged credits', series: [{ texts: [credits] }] });
  });

  it('show only selected values', () => {
    expect(chartsIn(bucket(1, { runs: 1, inputTokens: '7' })).map(({ title }) => title)).toEqual([
      'Runs and errors',
      'Tokens',
    ]);
    expect(chartsIn(bucket(1, {}))).toEqual([]);
    expect(chartsIn()).toEqual([]);
  });
});

it('series are stacked on those before them, and nothing is drawn for zero', () => {
  const series = (label: string, values: readonly (number | null)[]) => ({ label, colour: 'accent' as const, values });
  const drawn = stacked([series('failed', [0, 2, null]), series('succeeded', [0, 3, 4])]).map(
    ({ drawn: values }) => values,
  );
  expect(drawn).toEqual([
    [null, 5, 4],
    [null, 2, null],
  ]);
});
