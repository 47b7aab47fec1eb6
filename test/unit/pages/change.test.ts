import { changeOf, isComparable, runsBefore } from '../../../src/pages/runs/statistics/change.js';
import { isHighRate, p95Of, p95Text, shareOf } from '../../../src/pages/runs/statistics/rates.js';

describe('the change of a figure', () => {
  it.each([
    [100, 100, 'none', '='],
    [100, 104.9, 'none', '≈'],
    [100, 95.1, 'none', '≈'],
    [100, 105, 'up', '5.0 %'],
    [100, 91.7, 'down', '8.3 %'],
    [100, 0, 'down', '100 %'],
    [100, 1099, 'up', '999 %'],
    [100, 1100, 'up', '×11'],
    [3, 93, 'up', '×31'],
    [1, 1234, 'up', '×1,234'],
    [0, 7, 'up', 'from 0'],
    [0, 0, 'none', '='],
  ] as const)('from %d to %d is %s, %s', (before, now, direction, text) => {
    expect(changeOf(before, now)).toEqual({ direction, text });
  });

  it.each([
    [2, 2, 'none', '='],
    [2, 2.9, 'none', '≈'],
    [2.7, 6.7, 'up', '4.0 pp'],
    [50, 20, 'down', '30.0 pp'],
    [0, 12.5, 'up', '12.5 pp'],
  ] as const)('from a rate of %d %% to %d %% is %s, %s', (before, now, direction, text) => {
    expect(changeOf(before, now, true)).toEqual({ direction, text });
  });
});

describe('periods', () => {
  it.each([
    [0, 500, 'none before'],
    [3, 94, '3 before'],
    [19, 20, '19 before'],
    [1500, 2, '1,500 before'],
    [20, 20, null],
  ])('of %d and %d runs are not compared but noted as %s', (before, now, note) => {
    expect(runsBefore({ runs: before }, { runs: now })).toBe(note);
    expect(isComparable({ runs: before }, { runs: now })).toBe(note === null);
  });
});

describe('a failure rate', () => {
  it.each([
    [0, 0, '', false],
    [1, 1, '1 of 1 run', false],
    [3, 2, '2 of 3 runs', false],
    [19, 19, '19 of 19 runs', false],
    [20, 0, '0.0 %', false],
    [1000, 49, '4.9 %', false],
    [20, 2, '10.0 %', false],
    [60, 3, '5.0 %', true],
  ])('of %d runs with %d failed is "%s", and a problem: %s', (runs, errors, text, isHigh) => {
    expect(shareOf({ runs, errors })).toBe(text);
    expect(isHighRate({ runs, errors })).toBe(isHigh);
  });
});

describe('a 95th percentile', () => {
  it.each([
    [0, null, null, 'none'],
    [19, 3.2, null, 'n = 19'],
    [20, 3.2, 3.2, '3.2 s'],
    [20, null, null, 'none'],
  ])('of %d runs that is %d is read as %d and shown as %s', (runs, p95, read, text) => {
    expect(p95Of({ runs, llmCallTiming: { p95 } })).toBe(read);
    expect(p95Text({ runs, llmCallTiming: { p95 } })).toBe(text);
  });
});
