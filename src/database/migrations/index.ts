import { Baseline1766100000000 } from './1766100000000-baseline.js';
import { MaskFileNames1766200000000 } from './1766200000000-mask-file-names.js';

/** Migrations in the order in which they run. */
export const migrations = [Baseline1766100000000, MaskFileNames1766200000000];
