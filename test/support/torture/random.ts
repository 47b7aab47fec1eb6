import { seededSource } from '../../../src/demo/data/random.js';

/** Returns a function that generates numbers from 0 to 1, determined by the seed. */
export function createRandom(seed: number): () => number {
  const next = seededSource(seed);
  return () => next() / 2 ** 32;
}
