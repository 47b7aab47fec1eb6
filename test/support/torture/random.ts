import { seededSource } from '../../../src/demo/data/random.js';

/** Numbers from 0 to 1 that follow from the seed. */
export function createRandom(seed: number): () => number {
  const next = seededSource(seed);
  return () => next() / 2 ** 32;
}
