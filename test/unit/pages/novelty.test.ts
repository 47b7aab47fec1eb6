import { noveltyOf } from '../../../src/pages/runs/statistics/novelty.js';

const end = Date.parse('2026-10-30T12:00:00Z');
const days = (count: number) => ({ start: end - count * 86_400_000, end });

describe('a kind of failure in a period', () => {
  it.each([
    ['was first seen in it', '2026-10-30T08:00:00Z', 0, days(1), 'new'],
    ['was first seen in it, with runs of another project before', '2026-10-29T12:00:00Z', 3, days(1), 'new'],
    ['was seen earlier, but not in the day before', '2026-10-01T00:00:00Z', 0, days(1), 'back after 1 day'],
    ['was seen earlier, but not in the week before', '2026-10-01T00:00:00Z', 0, days(7), 'back after 7 days'],
    [
      'was not seen in the hour before',
      '2026-10-01T00:00:00Z',
      0,
      { start: end - 3_600_000, end },
      'back after 1 hour',
    ],
    ['was seen in the previous period', '2026-10-01T00:00:00Z', 5, days(1), null],
    ['has no first time', null, 0, days(1), null],
    ['has no period', '2026-10-30T08:00:00Z', undefined, { start: undefined, end }, null],
  ])('that %s', (_, firstSeen, before, period, expected) => {
    expect(noveltyOf({ firstSeen, before }, period)).toBe(expected);
  });
});
