// Scans lists whose runs no index finds by the filter. They are tested in the order of the list, in statements of growing
// size, so that other reads run in between.

import type { RequestDeadline } from '../../admission/request-deadline.js';
import { limits } from '../../limits.js';
import { noTerms, type Search } from '../visibility/search-terms.js';
import type { RunPosition } from './cursor.js';
import { scanEndOf } from './page-query.js';
import { pageBeyond } from './page-request.js';
import type { ScanRow, ScanStep } from './scan-statement.js';

export interface ScanRequest extends Omit<ScanStep, 'maxTested' | 'terms'> {
  readonly search: Search;
  /** The number of runs at which the scan ends, though one more may be found. */
  readonly size: number;
}

export interface Scan {
  /** The number of matching runs, at most `maxFound`. */
  readonly found: number;
  /** The ids of matching runs in the order of reading, if the steps return them. */
  readonly ids: readonly string[];
  /** The last run that was tested; null: more runs than `size` were found, or the list ends. */
  readonly end: RunPosition | null;
}

/** The result of a step, and its time in the database. */
export interface ScannedStep {
  readonly row: ScanRow;
  readonly elapsedMs: number;
}

const firstStep = 400;
/** The most runs that the statement of a page tests: a scan continues where few of them match. */
const pageStep = 1000;
const maxGrowth = 4;
/** Short enough for others to wait, and much longer than the fixed cost of a step. */
const targetMs = 100;

/** The runs and the time that the scans of an operation share. */
export class ScanAllowance {
  #runs: number;
  #endsAt: number | undefined;

  constructor(
    private readonly deadline: Pick<RequestDeadline, 'expiresAt'>,
    maxRuns: number = limits.scannedRuns.value,
  ) {
    this.#runs = maxRuns;
  }

  /** Takes runs for the statement of a page, which advances by at least a page. */
  takeForPage(size: number): number {
    return this.take(pageStep, size);
  }

  /** Takes runs for a step: those that are wanted, limited by the remaining ones, but never fewer than the minimum. */
  take(wanted: number, min: number): number {
    // The scans end after half of the time that remains when the first one begins.
    this.#endsAt ??= (performance.now() + this.deadline.expiresAt) / 2;
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
  // If many runs match, the page is full before the index has returned their number.
  let terms = noTerms;
  for (let min = Math.min(size, limits.pageSize.value); ; min = 1) {
    const maxTested = allowance.take(wanted, min);
    const maxFound = request.maxFound - found;
    const { row, elapsedMs } = await readStep({ ...request, terms, page, maxTested, maxFound });
    allowance.giveBack(Math.max(0, maxTested - row.tested));
    found += row.found;
    tested += row.tested;
    ids.push(...(row.ids ?? []));
    const end = scanEndOf(row);
    if (end === null || found >= size || allowance.isSpent) return { found, ids, end: found > size ? null : end };
    if (tested >= search.minTested) terms = await search.termsUpTo(limits.searchedRuns.value);
    page = pageBeyond(page, end);
    wanted = Math.max(1, Math.round(maxTested * Math.min(maxGrowth, Math.max(1 / maxGrowth, targetMs / elapsedMs))));
  }
}
