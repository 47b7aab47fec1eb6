// Samples of distributions with exact tails.

import { seededSource } from '../../src/demo/data/random.js';

export interface Samples {
  /** Returns an integer between both bounds, inclusive. */
  integer(min: number, max: number): number;
  /** Returns a number between both bounds. */
  between(min: number, max: number): number;
  /** Returns a number between both bounds, whose logarithm is distributed evenly. */
  magnitude(min: number, max: number): number;
  normal(): number;
  binomial(count: number, probability: number): number;
  /** Returns a sum of exponentially distributed numbers with a mean of 1. */
  exponentialSum(count: number): number;
}

export function createSamples(seed: number): Samples {
  const next = seededSource(seed);
  const uniform = () => (next() + 0.5) / 2 ** 32;
  return {
    integer: (min, max) => Math.floor(min + uniform() * (max + 1 - min)),
    between: (min, max) => min + uniform() * (max - min),
    magnitude: (min, max) => min * (max / min) ** uniform(),
    normal,
    binomial,
    exponentialSum: gamma,
  };

  function normal(): number {
    return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  /** Divides the trials at an order statistic until few remain. */
  function binomial(count: number, probability: number): number {
    if (count < 16) {
      let hits = 0;
      for (let trial = 0; trial < count; trial += 1) if (uniform() < probability) hits += 1;
      return hits;
    }
    const rank = Math.floor((count + 1) / 2);
    const [lower, upper] = [gamma(rank), gamma(count + 1 - rank)];
    const middle = lower / (lower + upper);
    return middle <= probability
      ? rank + binomial(count - rank, (probability - middle) / (1 - middle))
      : binomial(rank - 1, probability / middle);
  }

  /** Marsaglia and Tsang's method for shapes of at least 1. */
  function gamma(shape: number): number {
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  }
}
