// Distinguishes differences between builds from differences between two moments by additional attempts.

import { isOfNumbers } from './differences.js';

/**
 * Returns whether the differences of an operation appear in further attempts. Most kinds have to appear in one more.
 * Reads of one response are sent together if they are requested at the same moment, so numbers of statements differ by
 * chance, as do those of the lines of a stream that is left. They have to be different in every attempt, without a number that both builds have.
 * @param {readonly import('./differences.js').Difference[]} differences
 * @param {readonly (readonly import('./differences.js').Difference[])[]} attempts the differences of each
 */
export function isRepeated(differences, attempts) {
  return differences.some((difference) => {
    const same = attempts.flatMap((attempt) => attempt.filter(({ kind }) => kind === difference.kind));
    if (!isOfNumbers(difference)) return same.length > 0;
    if (same.length < attempts.length) return false;
    const all = [difference, ...same];
    const numbers = new Set(all.map(({ old }) => old));
    return !all.some((item) => numbers.has(item.new));
  });
}
