import { Baseline1766100000000 } from './1766100000000-baseline.js';

/** In the order in which they run. */
export const migrations = [Baseline1766100000000];
