// SQL for the matching runs in a range of an index, of which a limited number is read. The last run that may be read ends a
// page or a step of a scan, whether it matches or not.

import { limits } from '../../limits.js';
import { joinRunOf } from '../columns/page-layout.js';
import { type OwnRunsRange, ownRunsInOrder, ownRunsOrder } from '../visibility/own-runs.js';

/** The fewest runs to read from a task, with any number of tasks. */
const minPerTask = 50;

/** The limits of one range, in runs of the table and in entries of task_run_list_idx. */
export interface RangeLimits {
  readonly runs: number;
  readonly entries: number;
}

/** Divides the runs that may be tested among the ranges of several tasks, of which some may have none. */
export function limitsPerTask(maxTested: number, taskCount = 1): RangeLimits {
  const runs = Math.min(maxTested, Math.max(minPerTask, Math.ceil((4 * maxTested) / Math.max(1, taskCount))));
  return { runs, entries: runs * limits.entriesPerScannedRun.value };
}

/** Returns the most tasks whose runs are tested, so that enough of each can be. */
export function maxTestedTasks(maxTested: number): number {
  return Math.max(2 * minPerTask, Math.ceil((4 * maxTested) / minPerTask));
}

/** A condition that is tested on the runs of a range. */
export interface RangeTest {
  /** SQL over `run`. */
  readonly condition: string;
  /** SQL: the most runs to test. */
  readonly max: string;
}

interface BoundedTest extends RangeTest {
  /** SQL: the most runs to find. */
  readonly limit: string;
}

/**
 * Returns SQL for `created`, `id`, `matches` and `is_end`: the matching runs, and the last one that may be read if they are
 * too few. Numbering all that are read would take much longer than reading them.
 * @param matching SQL: matching ones of the first runs, in their order @param positions SQL: the whole range
 */
function selectBounded(matching: string, positions: string, { max, limit }: BoundedTest): string {
  return `WITH matching AS MATERIALIZED (${matching} LIMIT ${limit})
    SELECT created, id, true AS matches, false AS is_end FROM matching
    UNION ALL
    SELECT created, id, false, true FROM (${positions} OFFSET ${max} - 1 LIMIT 1) AS last
    WHERE (SELECT count(*) FROM matching) < ${limit}`;
}

/** @param rangeOf returns SQL for columns of `run` in the order of an index @param orderOf returns SQL for that order */
export function selectBoundedRange(
  rangeOf: (columns: string) => string,
  orderOf: (row: string) => string,
  test: BoundedTest,
): string {
  const positions = rangeOf('run.created, run.id');
  // Without other columns, few values are copied for each run.
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
