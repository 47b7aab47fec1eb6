// Scans lists whose filter no index decides. Runs are tested in list order, in statements of increasing size that let
// other reads run in between.

import type { RequestDeadline } from '../../admission/request-deadline.js';
import { limits } from '../../limits.js';
import { noTerms, type Search } from '../visibility/search-terms.js';
import type { RunPosition } from './cursor.js';
import { scanEndOf } from './page-query.js';
import { pageBeyond } from './page-request.js';
import type { ScanRow, ScanStep } from './scan-statement.js';

export interface ScanRequest extends Omit<ScanStep, 'maxTested' | 'terms'> {
  readonly search: Search;
  /** Number of matching runs after which the scan ends, although it may find one more. */
  readonly size: number;
}

export interface Scan {
  /** Number of matching runs, at most `maxFound`. */
  readonly found: number;
  /** Ids of matching runs in reading order, if the steps return them. */
  readonly ids: readonly string[];
  /** The last run tested, or null if more than `size` runs were found or the list ends. */
  readonly end: RunPosition | null;
}

/** A step's result and the time it took in the database. */
export interface ScannedStep {
  readonly row: ScanRow;
  readonly elapsedMs: number;
}

const firstStep = 400;
/** Maximum number of runs that a page statement tests. If few of them match, a scan continues. */
const pageStep = 1000;
const maxGrowth = 4;
/** Short enough not to hold up other reads, and much longer than the fixed cost of a step. */
const targetMs = 100;

/** The runs and time shared by an operation's scans. */
export class ScanAllowance {
  #runs: number;
  #endsAt: number | undefined;

  constructor(
    private readonly deadline: Pick<RequestDeadline, 'expiresAt'>,
    maxRuns: number = limits.scannedRuns.value,
  ) {
    this.#runs = maxRuns;
  }

  /** Takes runs for a page statement, which advances by at least one page. */
  takeForPage(size: number): number {
    return this.take(pageStep, size);
  }

  /** Takes the runs wanted for a step, limited to those remaining but never fewer than the minimum. */
  take(wanted: number, min: number): number {
    // Scans end halfway between the start of the first one and the deadline.
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
