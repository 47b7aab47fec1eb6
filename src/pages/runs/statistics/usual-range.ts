// Finds the stretch of time in which the failure rate was above its usual range.

/** Counts of the runs in a bucket or period. */
export interface Outcomes {
  readonly runs: number;
  readonly errors: number;
}

/** A stretch of buckets with an unusual failure rate. */
export interface RateRise {
  /** The indexes of the first and last bucket; `last` is `undefined` if the rise has not ended. */
  readonly first: number;
  readonly last: number | undefined;
  /** The failure rate in the stretch and in all other runs of this and the previous period, from 0 to 1. */
  readonly rate: number;
  readonly usual: number;
}

/** Fewer runs or failures prove nothing. */
const minRuns = 20;
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
  const all = sumOf([...buckets, previous]);
  // A stretch that begins or ends without a failure is never the clearest.
  const failed = buckets.flatMap(({ errors }, index) => (errors > 0 ? [index] : []));
  const last = buckets.length - 1;
  const lasting = clearest(failed.map((first) => stretchOf(buckets, first, last, all)));
  const ended = clearest(
    failed.flatMap((first, position) => stretchesFrom(buckets, first, failed.slice(position), all)),
  );
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

function clearest(stretches: readonly Stretch[]): Stretch {
  return stretches.reduce((best, stretch) => (stretch.deviance > best.deviance ? stretch : best), noStretch);
}

function stretchOf(buckets: readonly Outcomes[], first: number, last: number, all: Outcomes): Stretch {
  return compared(first, last, sumOf(buckets.slice(first, last + 1)), all);
}

/** Returns the stretches that begin with one bucket. @param lasts the buckets with which they end, ascending */
function stretchesFrom(
  buckets: readonly Outcomes[],
  first: number,
  lasts: readonly number[],
  all: Outcomes,
): readonly Stretch[] {
  let [inside, next]: [Outcomes, number] = [{ runs: 0, errors: 0 }, first];
  return lasts.map((last) => {
    inside = sumOf([inside, ...buckets.slice(next, last + 1)]);
    next = last + 1;
    return compared(first, last, inside, all);
  });
}

function compared(first: number, last: number, inside: Outcomes, all: Outcomes): Stretch {
  const outside = { runs: all.runs - inside.runs, errors: all.errors - inside.errors };
  const rates = { rate: rateOf(inside), usual: rateOf(outside) };
  return { first, last, rates, deviance: devianceOf(inside, outside) };
}

/** Returns how much better two rates explain the runs than one; 0 if too few runs rose too little. */
function devianceOf(inside: Outcomes, outside: Outcomes): number {
  const [rate, usual] = [rateOf(inside), rateOf(outside)];
  if (outside.runs < minRuns || inside.runs < minRuns || inside.errors < minErrors || rate - usual < minRise) return 0;
  const common = rateOf(sumOf([inside, outside]));
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

function sumOf(outcomes: readonly Outcomes[]): Outcomes {
  const sum = { runs: 0, errors: 0 };
  for (const { runs, errors } of outcomes) {
    sum.runs += runs;
    sum.errors += errors;
  }
  return sum;
}
