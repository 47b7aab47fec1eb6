import type { Outcomes } from '../../../src/pages/runs/statistics/rates.js';
import { rateRiseIn } from '../../../src/pages/runs/statistics/usual-range.js';

const hours = 168;

/** A generator of numbers from 0 to 1 (mulberry32), the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Week {
  readonly buckets: readonly Outcomes[];
  readonly previous: Outcomes;
}

/** A week with more runs by day than by night. Its failure rate is multiplied from one hour to another. */
function weekOf(seed: number, { from = hours, to = hours, factor = 1 } = {}): Week {
  const random = randomOf(seed);
  const [volume, usual] = [20 + random() * 60, 0.01 + random() * 0.05];
  const hourOf = (index: number): Outcomes => {
    const isDay = index % 24 >= 7 && index % 24 < 20;
    const runs = Math.round(volume * (isDay ? 1 : 0.3) * (0.6 + random() * 0.8));
    const rate = index >= from && index < to ? usual * factor : usual;
    return { runs, errors: Array.from({ length: runs }, random).filter((number) => number < rate).length };
  };
  const previous = Array.from({ length: hours }, (_, index) => hourOf(index - hours));
  return {
    buckets: Array.from({ length: hours }, (_, index) => hourOf(index)),
    previous: {
      runs: previous.reduce((sum, { runs }) => sum + runs, 0),
      errors: previous.reduce((sum, { errors }) => sum + errors, 0),
    },
  };
}

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
const riseIn = ({ buckets, previous }: Week) => rateRiseIn(buckets, previous);

describe('the usual range of the failure rate', () => {
  it('is left within two hours of a rise in at least 18 of 20 weeks', () => {
    const starts = seeds.map((seed) => {
      const from = 40 + ((seed * 37) % 100);
      return { from, rise: riseIn(weekOf(seed, { from, factor: 5 })) };
    });
    const near = starts.filter(({ from, rise }) => rise && Math.abs(rise.first - from) <= 2);
    expect(near.length).toBeGreaterThanOrEqual(18);
    expect(starts.filter(({ rise }) => rise?.last !== undefined)).toEqual([]);
  });

  it('is not left in any of 200 weeks without a change', () => {
    const weeks = Array.from({ length: 200 }, (_, seed) => riseIn(weekOf(1000 + seed)));
    expect(weeks.filter((rise) => rise !== undefined)).toEqual([]);
  });

  it('is left until the rate is usual again', () => {
    const rise = riseIn(weekOf(7, { from: 60, to: 80, factor: 8 }));
    expect(Math.abs(rise!.first - 60)).toBeLessThanOrEqual(2);
    expect(Math.abs(rise!.last! - 79)).toBeLessThanOrEqual(2);
    expect(rise!.rate).toBeGreaterThan(rise!.usual * 4);
  });

  it('is left at the start if the whole period is worse than the previous one', () => {
    const buckets = Array.from({ length: 7 }, () => ({ runs: 100, errors: 20 }));
    expect(rateRiseIn(buckets, { runs: 700, errors: 14 })).toMatchObject({ first: 0, last: undefined });
  });

  it('needs at least 20 runs and a rise of two points', () => {
    expect(rateRiseIn([{ runs: 8, errors: 8 }], { runs: 1000, errors: 1 })).toBeUndefined();
    expect(rateRiseIn([{ runs: 100_000, errors: 2500 }], { runs: 100_000, errors: 1000 })).toBeUndefined();
    expect(rateRiseIn([{ runs: 20, errors: 20 }], { runs: 0, errors: 0 })).toBeUndefined();
  });
});
