import { randomFillSync } from 'node:crypto';

/** A source of uniformly distributed integers from 0 to 2^32 - 1. */
export type Uint32Source = () => number;

/** Pseudo-random choices that only use integer arithmetic, so that they are the same on every machine. */
export interface Random {
  /** Returns an integer between both bounds, inclusive. */
  integer(min: number, max: number): number;
  pick<T>(choices: readonly T[]): T;
  /** Returns true with a probability of `percent` percent. */
  chance(percent: number): boolean;
  /** Returns lower-case hexadecimal digits. */
  hex(digits: number): string;
}

export function createRandom(next: Uint32Source): Random {
  const integer = (min: number, max: number) => min + (next() % (max - min + 1));
  return {
    integer,
    pick: (choices) => choices[integer(0, choices.length - 1)]!,
    chance: (percent) => integer(0, 99) < percent,
    hex(digits) {
      let text = '';
      while (text.length < digits) text += next().toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}

/** Returns a source that produces the same sequence for the same seed on every machine (mulberry32). */
export function seededSource(seed: number): Uint32Source {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Returns a source of cryptographically random numbers. */
export function systemSource(): Uint32Source {
  const pool = new Uint32Array(4096);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    return pool[used++]!;
  };
}
