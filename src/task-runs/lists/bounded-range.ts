// SQL that finds matching runs in an index range while reading only a limited number of them. The last run that the
// limit allows ends a page or a scan step, whether or not it matches.

import { limits } from '../../limits.js';
import { joinRunOf } from '../columns/page-layout.js';
import { type OwnRunsRange, ownRunsInOrder, ownRunsOrder } from '../visibility/own-runs.js';

/** Minimum number of runs to read per task, however many tasks there are. */
const minPerTask = 50;

/** Limits for one range, in table runs and in task_run_list_idx entries. */
export interface RangeLimits {
  readonly runs: number;
  readonly entries: number;
}

/** Divides the number of runs that may be tested among the ranges of several tasks, some of which may have no runs. */
export function limitsPerTask(maxTested: number, taskCount = 1): RangeLimits {
  const runs = Math.min(maxTested, Math.max(minPerTask, Math.ceil((4 * maxTested) / Math.max(1, taskCount))));
  return { runs, entries: runs * limits.entriesPerScannedRun.value };
}

/**
 * Returns the most tasks whose runs are tested, so that enough of each can be. Among very many tasks it is a tenth: finding
 * the first run of each takes longer than testing the runs that come before those of the others.
 */
export function maxTestedTasks(maxTested: number, taskCount: number): number {
  return Math.max(4 * minPerTask, Math.ceil((4 * maxTested) / minPerTask), Math.ceil(taskCount / 10));
}

/** A condition tested on the runs in a range. */
export interface RangeTest {
  /** SQL condition over `run`. */
  readonly condition: string;
  /** SQL for the maximum number of runs to test. */
  readonly max: string;
}

interface BoundedTest extends RangeTest {
  /** SQL for the maximum number of runs to find. */
  readonly limit: string;
}

/**
 * Returns SQL for `created`, `id`, `matches` and `is_end`: the matching runs and, if there are too few of them, the
 * last run that may be read. Numbering every run read would take much longer than reading them.
 * @param matching SQL for the matching runs among the first ones, in order
 * @param positions SQL for the whole range
 */
function selectBounded(matching: string, positions: string, { max, limit }: BoundedTest): string {
  return `WITH matching AS MATERIALIZED (${matching} LIMIT ${limit})
    SELECT created, id, true AS matches, false AS is_end FROM matching
    UNION ALL
    SELECT created, id, false, true FROM (${positions} OFFSET ${max} - 1 LIMIT 1) AS last
    WHERE (SELECT count(*) FROM matching) < ${limit}`;
}

/**
 * @param rangeOf returns SQL for columns of `run` in index order
 * @param orderOf returns SQL for that order
 */
export function selectBoundedRange(
  rangeOf: (columns: string) => string,
  orderOf: (row: string) => string,
  test: BoundedTest,
): string {
  const positions = rangeOf('run.created, run.id');
  // Leaving out the other columns keeps the number of values copied per run small.
  const tested = rangeOf(`run.created, run.id, (${test.condition}) AS matches`);
  const matching = `SELECT created, id FROM (${tested} LIMIT ${test.max}) AS tested WHERE matches ${orderOf('tested')}`;
  return selectBounded(matching, positions, test);
}

export function selectBoundedOwnRuns(range: OwnRunsRange, test: BoundedTest): string {
  const positions = ownRunsInOrder(range);
  const runs = `(${positions} LIMIT ${test.max}) AS own ${joinRunOf('own')}`;
  const matching = `SELECT own.created, own.id FROM ${runs} WHERE ${test.condition} ${ownRunsOrder('own', range)}`;
  return selectBounded(matching, positions, test);
}
