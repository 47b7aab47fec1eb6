import { createRunCounts } from '../../../src/admission/run-counts.js';

const day = 86_400_000;
const now = Date.parse('2026-11-28T12:34:56.789Z');

describe('the estimated times of runs', () => {
  it.each([
    ['none', null, null, null, null],
    ['60.02 days', 60.02, 0.001, 64, 0],
    ['64 days and a bit', 64.1, 0, 128, 0],
    ['less than a day', 0.3, 0.1, 1, 0],
    ['an old stretch', 100, 70, 128, 64],
    ['times to come', -1, -5000, 1, 0],
    ['the years 1 and 9999', 740_000, -2_900_000, 16_384, 0],
  ])('round to days before now, powers of two, from the year 2000 on: %s', async (_, first, last, oldest, newest) => {
    const timeOf = (days: number | null) => (days === null ? null : now - days * day);
    const row = { ofTask: 1000, ofProject: 4000, oldest: timeOf(first), newest: timeOf(last) };
    const counts = createRunCounts({ run: async <Row>() => [row as Row] }, () => now);
    await counts.read();
    const { oldest: from, newest: to } = counts.current();
    expect([from, to]).toEqual([timeOf(oldest) ?? 0, timeOf(newest) ?? 0]);
  });
});
