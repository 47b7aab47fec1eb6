import { Baseline1766100000000 } from './1766100000000-baseline.js';
import { MaskFileNames1766200000000 } from './1766200000000-mask-file-names.js';
import { MovesInOrganizations1766300000000 } from './1766300000000-moves-in-organizations.js';
import { VisibilityOfTasks1766400000000 } from './1766400000000-visibility-of-tasks.js';
import { ShareRevocations1766500000000 } from './1766500000000-share-revocations.js';

/** Migrations in the order in which they run. */
export const migrations = [
  Baseline1766100000000,
  MaskFileNames1766200000000,
  MovesInOrganizations1766300000000,
  VisibilityOfTasks1766400000000,
  ShareRevocations1766500000000,
];
