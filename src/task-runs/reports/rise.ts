// The test of the report: whether a share of runs rose by more than chance explains. Percentiles and means are tested by
// the share of runs above a threshold that the previous period sets, so nothing is assumed about their distribution.

/** A share of runs: how many of them are affected. */
export interface Share {
  readonly affected: number;
  readonly of: number;
}

/** Minimum number of runs in each of two compared periods. */
export const minRuns = 20;

/** Minimum z of a rise. */
export const minZ = 4;

/** Expected number of findings in a report about runs in which nothing has changed. */
const maxExpectedFindings = 0.001;

/** Below this z, the runs outside of a narrower finding show no rise. */
const maxZOfRemainder = 3;

/**
 * Returns how many standard deviations a share rose, negative if it fell. This is the signed root of the likelihood
 * ratio: unlike the difference divided by its standard error, it also holds for rare events and unequal periods.
 */
export function riseOf(now: Share, before: Share): number {
  const pooled = (now.affected + before.affected) / (now.of + before.of);
  const ratio = deviance(now, pooled) + deviance(before, pooled);
  return Math.sign(now.affected / now.of - before.affected / before.of) * Math.sqrt(Math.max(0, 2 * ratio));
}

/** Whether a rise is found. The more comparisons a report makes, the clearer a rise has to be. */
export function isClear(z: number, comparisons: number): boolean {
  return z >= minZ && comparisons * tailAt(z) <= maxExpectedFindings;
}

/** Whether the remaining runs of a set show no rise, so that the runs taken out of it explain its rise. */
export function showsNoRise(now: Share, before: Share): boolean {
  return !isComparable(now, before) || riseOf(now, before) < maxZOfRemainder;
}

export function isComparable(now: Share, before: Share): boolean {
  return now.of >= minRuns && before.of >= minRuns;
}

function deviance({ affected, of }: Share, expected: number): number {
  const term = (count: number, share: number) => (count === 0 ? 0 : count * Math.log(count / (of * share)));
  return term(affected, expected) + term(of - affected, 1 - expected);
}

/** Returns the probability of a greater z by chance, for the values of {@link minZ} and above. */
function tailAt(z: number): number {
  return Math.exp((-z * z) / 2) / (z * Math.sqrt(2 * Math.PI));
}
