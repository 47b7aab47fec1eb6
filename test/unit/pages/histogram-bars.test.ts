import {
  barsBetween,
  barsOf,
  barTimeOf,
  bucketWidthOf,
  hasRunAfter,
  heightsOf,
  withNewRuns,
} from '../../../src/pages/runs/list/histogram-bars.js';

const hour = 3_600_000;
const begin = Date.parse('2026-10-01T00:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();
const bucketsOf = (count: number, runs = 2, errors = 1) =>
  Array.from({ length: count }, (_, index) => ({ start: iso(begin + index * hour), runs, errors }));

describe('the bars above the list', () => {
  it('end with the period, and are partial where it has a part of the hour', () => {
    const period = { start: begin + hour / 2, end: undefined };
    const bars = barsOf(bucketsOf(3), 'HOUR', period, begin + 2.5 * hour);
    expect(bars.map(({ from, to, isPartial }) => [(from - begin) / hour, (to - begin) / hour, isPartial])).toEqual([
      [0.5, 1, true],
      [1, 2, false],
      [2, 2.5, true],
    ]);
  });

  it('merge buckets if there are many, without losing a run', () => {
    const bars = barsOf(bucketsOf(169), 'HOUR', { start: undefined, end: undefined }, begin + 169 * hour);
    expect(bars).toHaveLength(85);
    expect(barTimeOf(bars)).toBe('per 2 hours');
    expect(bars.reduce((sum, { runs }) => sum + runs, 0)).toBe(338);
    expect(bars[0]).toMatchObject({ from: begin, to: begin + 2 * hour, runs: 4, errors: 2, isPartial: false });
    expect(bars.at(-1)).toMatchObject({ runs: 2, isPartial: true });
  });

  it('are none without buckets', () => {
    expect(barsOf([], 'DAY', { start: undefined, end: undefined }, begin)).toEqual([]);
  });

  it('grow with runs that are newer than the counted ones', () => {
    const bars = barsOf(bucketsOf(2), 'HOUR', { start: undefined, end: undefined }, begin + 2 * hour);
    const outcomes = new Map([
      ['old', { created: iso(begin), isError: true }],
      ['new', { created: iso(begin + 1.5 * hour), isError: true }],
      ['later', { created: iso(begin + 9 * hour), isError: false }],
      ['deleted', null],
    ]);
    expect(hasRunAfter(bars, outcomes)).toBe(true);
    expect(hasRunAfter(bars, new Map([...outcomes, ['later', null]]))).toBe(false);
    expect(withNewRuns(bars, outcomes, iso(begin + hour)).map(({ runs, errors }) => [runs, errors])).toEqual([
      [2, 1],
      [4, 2],
    ]);
    expect(heightsOf(bars[0]!, [...bars, { ...bars[0]!, runs: 8 }])).toEqual([0.25, 0.125]);
  });

  it.each([
    [0, 0.24, [0, 0]],
    [0.6, 0.1, [0, 2]],
    [-1, 2, [0, 3]],
  ])('between %s and %s are chosen in either direction', (one, other, bars) => {
    expect(barsBetween(4, one, other)).toEqual(bars);
  });

  it('are of hours in short periods, otherwise of days', () => {
    expect(bucketWidthOf({ start: begin, end: undefined }, begin + 7 * 24 * hour)).toBe('HOUR');
    expect(bucketWidthOf({ start: begin, end: begin + 30 * 24 * hour }, begin + 90 * 24 * hour)).toBe('DAY');
    expect(bucketWidthOf({ start: undefined, end: undefined }, begin)).toBe('DAY');
  });
});
