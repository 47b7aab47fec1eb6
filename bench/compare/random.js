// Choices that depend only on a seed. Not imported from a build, because a commit may change it.

/**
 * @typedef {object} Random
 * @property {(min: number, max: number) => number} integer both ends included
 * @property {<T>(choices: readonly T[]) => T} pick
 * @property {(percent: number) => boolean} chance
 * @property {<T>(choices: readonly T[], count: number) => T[]} some `count` different ones at most, in their order
 */

/**
 * Returns the same choices for the same seed on every machine (mulberry32).
 * @param {number} seed
 * @returns {Random}
 */
export function createRandom(seed) {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const integer = (min, max) => min + (next() % (max - min + 1));
  return {
    integer,
    pick: (choices) => choices[integer(0, choices.length - 1)],
    chance: (percent) => integer(0, 99) < percent,
    some(choices, count) {
      const chosen = new Set(Array.from({ length: count }, () => integer(0, choices.length - 1)));
      return choices.filter((_, index) => chosen.has(index));
    },
  };
}
