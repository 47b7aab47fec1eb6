// Scans of lists whose filter no index decides. The runs are tested in the order of the list, in statements of growing size.
// Other reads take their turns in between.

import { limits } from '../../limits.js';
import type { RequestBudget } from '../batching/request-budget.js';
import { timestampOfJson } from '../record/timestamp.js';
import { noTerms, type Search } from '../scope/search-terms.js';
import type { RunPosition } from './cursor.js';
import type { ScanRow, ScanStep } from './scan-statement.js';

export interface ScanRequest extends Omit<ScanStep, 'maxTested' | 'terms'> {
  readonly search: Search;
  /** The scan ends with so many, though a further one may be found. */
  readonly size: number;
}

export interface Scan {
  /** The number of runs that match, `maxFound` at most. */
  readonly found: number;
  /** Their ids in the order of reading, if the steps return them. */
  readonly ids: readonly string[];
  /** The last run that was tested; null: more runs than `size` were found, or the list ends. */
  readonly end: RunPosition | null;
}

/** A step, and how long the database took for it. */
export interface ScannedStep {
  readonly row: ScanRow;
  readonly elapsedMs: number;
}

const firstStep = 400;
const maxGrowth = 4;
/** Short enough for others to wait for, and much longer than it takes to begin. */
const targetMs = 100;

/** The runs and the time that the scans of one operation share. */
export class ScanAllowance {
  #runs: number;
  #endsAt: number | undefined;

  constructor(
    private readonly budget: Pick<RequestBudget, 'deadline'>,
    maxRuns: number = limits.scannedRuns.value,
  ) {
    this.#runs = maxRuns;
  }

  /** Takes runs to test for a step: as many as are wanted and left, but no fewer than the minimum. */
  take(wanted: number, min: number): number {
    // Half of the time that is left when the first of them begins.
    this.#endsAt ??= (performance.now() + this.budget.deadline) / 2;
    const taken = Math.max(min, Math.min(wanted, this.#runs));
    this.#runs -= taken;
    return taken;
  }

  giveBack(runs: number): void {
    this.#runs += runs;
  }

  get isSpent(): boolean {
    return this.#runs <= 0 || performance.now() >= this.#endsAt!;
  }
}

export async function scanRuns(
  { size, search, ...request }: ScanRequest,
  allowance: ScanAllowance,
  readStep: (step: ScanStep) => Promise<ScannedStep>,
): Promise<Scan> {
  let { page } = request;
  let found = 0;
  let tested = 0;
  const ids: string[] = [];
  let wanted = firstStep;
  // A page of what many runs have is full before the index says how many these are.
  let terms = noTerms;
  for (let min = Math.min(size, limits.pageSize.value); ; min = 1) {
    const maxTested = allowance.take(wanted, min);
    const maxFound = request.maxFound - found;
    const { row, elapsedMs } = await readStep({ ...request, terms, page, maxTested, maxFound });
    allowance.giveBack(Math.max(0, maxTested - row.tested));
    found += row.found;
    tested += row.tested;
    ids.push(...(row.ids ?? []));
    const end = row.endId === null ? null : { storedCreated: timestampOfJson(row.endCreated!), id: row.endId };
    if (end === null || found >= size || allowance.isSpent) return { found, ids, end: found > size ? null : end };
    if (tested >= search.minTested) terms = await search.termsUpTo(limits.searchedRuns.value);
    page = { ...page, [page.isBackward ? 'before' : 'after']: end };
    wanted = Math.max(1, Math.round(maxTested * Math.min(maxGrowth, Math.max(1 / maxGrowth, targetMs / elapsedMs))));
  }
}
