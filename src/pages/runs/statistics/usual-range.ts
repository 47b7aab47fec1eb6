// Finds the stretch of time in which the failure rate was above its usual range.

import { minRuns } from './change.js';
import type { Outcomes } from './rates.js';

/** A stretch of buckets with an unusual failure rate. */
export interface RateRise {
  /** The indexes of the first and last bucket; `last` is `undefined` if the rise has not ended. */
  readonly first: number;
  readonly last: number | undefined;
  /** The failure rate in the stretch and in all other runs of this and the previous period, from 0 to 1. */
  readonly rate: number;
  readonly usual: number;
}

/** Fewer failures prove nothing, as do fewer runs than {@link minRuns}. */
const minErrors = 5;
const minRise = 0.02;
/**
 * Twice the logarithm of the likelihood ratio, which fewer than one in a hundred weeks without a change reach by chance.
 * Any stretch can have ended, so there are many more of those than of stretches that last until now.
 */
const minDeviance = { lasting: 18, ended: 30 };
/** A stretch that has ended must explain the runs this much better than one that lasts until now. */
const minEvidenceOfEnd = 10;

export const usualRangeRule =
  `The usual range is the failure rate of all other runs of this period and the previous one. A stretch of at least ` +
  `${minRuns} runs is above it if its rate is at least ${minRise * 100} points higher, and chance explains this in fewer ` +
  `than one of a hundred periods.`;

/** Returns the clearest rise of the failure rate, or `undefined` without one. @param previous the previous period */
export function rateRiseIn(buckets: readonly Outcomes[], previous: Outcomes): RateRise | undefined {
  const sums = cumulativeSums(buckets);
  const all = added(sums.at(-1)!, previous);
  const stretchOf = (first: number, last: number): Stretch => {
    const inside = without(sums[last + 1]!, sums[first]!);
    const outside = without(all, inside);
    const rates = { rate: rateOf(inside), usual: rateOf(outside) };
    return { first, last, rates, deviance: devianceOf(inside, outside) };
  };
  // A stretch that begins or ends without a failure is never the clearest.
  const failed = buckets.flatMap(({ errors }, index) => (errors > 0 ? [index] : []));
  const end = buckets.length - 1;
  const lasting = clearest(failed, () => [end], stretchOf);
  const ended = clearest(failed, (position) => failed.slice(position), stretchOf);
  const hasEnded = ended.deviance - lasting.deviance >= minEvidenceOfEnd;
  if (lasting.deviance >= minDeviance.lasting && !hasEnded)
    return { ...lasting.rates, first: lasting.first, last: undefined };
  return ended.deviance >= minDeviance.ended ? { ...ended.rates, first: ended.first, last: ended.last } : undefined;
}

interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly rates: Pick<RateRise, 'rate' | 'usual'>;
  readonly deviance: number;
}

const noStretch: Stretch = { first: 0, last: 0, rates: { rate: 0, usual: 0 }, deviance: 0 };

/** @param lastsOf returns the buckets with which the stretches from a first one end, by its position in `firsts` */
function clearest(
  firsts: readonly number[],
  lastsOf: (position: number) => readonly number[],
  stretchOf: (first: number, last: number) => Stretch,
): Stretch {
  let best = noStretch;
  for (const [position, first] of firsts.entries()) {
    for (const last of lastsOf(position)) {
      const stretch = stretchOf(first, last);
      if (stretch.deviance > best.deviance) best = stretch;
    }
  }
  return best;
}

/** Returns how much better two rates explain the runs than one; 0 if too few runs rose too little. */
function devianceOf(inside: Outcomes, outside: Outcomes): number {
  const [rate, usual] = [rateOf(inside), rateOf(outside)];
  if (outside.runs < minRuns || inside.runs < minRuns || inside.errors < minErrors || rate - usual < minRise) return 0;
  const common = rateOf(added(inside, outside));
  const separate = logLikelihood(inside, rate) + logLikelihood(outside, usual);
  return 2 * (separate - logLikelihood(inside, common) - logLikelihood(outside, common));
}

/** Returns a rate that is neither 0 nor 1, whose logarithms would be infinite. */
function rateOf({ runs, errors }: Outcomes): number {
  return (errors + 0.5) / (runs + 1);
}

function logLikelihood({ runs, errors }: Outcomes, rate: number): number {
  return errors * Math.log(rate) + (runs - errors) * Math.log(1 - rate);
}

/** Returns the sum of the buckets before each one, and of all. */
function cumulativeSums(buckets: readonly Outcomes[]): readonly Outcomes[] {
  const sums: Outcomes[] = [{ runs: 0, errors: 0 }];
  for (const bucket of buckets) sums.push(added(sums.at(-1)!, bucket));
  return sums;
}

function added(one: Outcomes, other: Outcomes): Outcomes {
  return { runs: one.runs + other.runs, errors: one.errors + other.errors };
}

function without(whole: Outcomes, part: Outcomes): Outcomes {
  return { runs: whole.runs - part.runs, errors: whole.errors - part.errors };
}
