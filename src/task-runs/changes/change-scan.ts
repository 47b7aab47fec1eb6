// Finds the runs of a page of changes. The change indexes provide only their order. With a filter, a limited number of
// runs is scanned and the page ends there, so that its cost does not depend on the proportion of matching runs. Only
// runs visible to the caller are scanned and counted, because the end of a page must not reveal how many others there
// are.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { hideFromPlanner } from '../../database/statements.js';
import { joinRunOf } from '../columns/page-layout.js';
import { ownRunsInOrder, ownRunsOrder, type RangeBound } from '../visibility/own-runs.js';
import { conditionsOf, type TasksByAccess } from '../visibility/visible-runs.js';
import { maxRunId, maxXid } from './change-cursor.js';

const maxScanned = 2000;
/** Extracting a run's words takes longer than any other condition. */
const maxSearchScanned = 200;

interface ScanOptions {
  readonly tasks: readonly TasksByAccess[];
  /** SQL for the `changed_xid, id` after which runs are read, or null to start at the first run. */
  readonly after: string | null;
  /** SQL for the transaction before which runs must have been written. */
  readonly until: string;
  /** Whether the filter searches for words. */
  readonly isSearch: boolean;
  /** Maximum number of runs on the page. */
  readonly size: number;
  readonly add: SqlParameters['add'];
}

interface ChangeScan {
  /** SQL for a row with the position up to which all tasks were scanned, null if there are no more runs. */
  readonly scanned: string;
  /** SQL for the ordered positions of matching runs, one more than the page may contain. It reads `scanned`. */
  readonly positions: string;
}

export function scanChanges({ tasks, after, until, isSearch, size, add }: ScanOptions): ChangeScan {
  const limit = hideFromPlanner(add(size + 1, 'integer'));
  const behind: RangeBound[] = after === null ? [] : [{ operator: '>', position: after, hasId: true }];
  const taskLists = tasks.map((taskGroup) => ({
    from: `unnest(${hideFromPlanner(add(taskGroup.taskIds, 'uuid[]'))}) AS task (id)`,
    count: taskGroup.taskIds.length,
    condition: conditionOf(taskGroup),
    positions: (...bounds: readonly RangeBound[]) => positionsOf(taskGroup, [...behind, ...bounds], until),
    order: (row: string) => (taskGroup.ownRange === null ? orderOf(row) : ownRunsOrder(row, taskGroup.ownRange)),
  }));
  // The filter has conditions on the runs of either all lists or none.
  if (taskLists.every(({ condition }) => condition === '')) {
    return {
      scanned: 'SELECT NULL::xid8 AS changed_xid, NULL::uuid AS id',
      positions: merge(taskLists.map(({ from, positions }) => selectByTask(from, `${positions()} LIMIT ${limit}`))),
    };
  }

  const taskCount = taskLists.reduce((sum, { count }) => sum + count, 0);
  const limitPerTask = hideFromPlanner(
    add(Math.max(size + 1, Math.ceil((isSearch ? maxSearchScanned : maxScanned) / Math.max(1, taskCount))), 'integer'),
  );
  const ends = taskLists.map(({ from, positions }) =>
    selectByTask(from, `${positions()} OFFSET ${limitPerTask} - 1 LIMIT 1`),
  );
  const end = [`changed_xid, '${maxXid}'`, `id, '${maxRunId}'`].map(
    (column) => `(SELECT coalesce(${column}) FROM scanned)`,
  );
  const upToEnd = { operator: '<=', position: end.join(', '), hasId: true } as const;
  // Reads only the index. With columns of the table, the planner would read and sort all of it.
  const ranges = taskLists.map(({ from, condition, positions, order }) =>
    selectByTask(
      from,
      `SELECT candidate.changed_xid, candidate.id FROM (${positions(upToEnd)} LIMIT ${limitPerTask}) AS candidate
    ${joinRunOf('candidate')} WHERE ${condition} ${order('candidate')} LIMIT ${limit}`,
    ),
  );
  return {
    scanned: `
  SELECT first.* FROM (VALUES (1)) AS one LEFT JOIN LATERAL (${ends.join('\n  UNION ALL')} ORDER BY changed_xid, id LIMIT 1) AS first ON true`,
    positions: merge(ranges),
  };

  function merge(ranges: readonly string[]): string {
    return `${ranges.join('\n  UNION ALL')} ORDER BY changed_xid, id LIMIT ${limit}`;
  }
}

/** Returns SQL over `run`, or '' if all runs match. */
function conditionOf(tasks: TasksByAccess): string {
  return conditionsOf(tasks)
    .filter((condition) => condition !== 'true')
    .join(' AND ');
}

function selectByTask(from: string, positions: string): string {
  return `
  SELECT page_row.changed_xid, page_row.id FROM ${from} CROSS JOIN LATERAL (
    ${positions}
  ) AS page_row`;
}

/** Returns SQL for the positions of the visible runs of the row `task`, in order. */
function positionsOf({ ownRange }: TasksByAccess, bounds: readonly RangeBound[], until: string): string {
  const isSettled = `run.changed_xid < ${until}`;
  if (ownRange !== null) return ownRunsInOrder({ ...ownRange, bounds, condition: isSettled });
  const isWithin = bounds.map(({ operator, position }) => ` AND (run.changed_xid, run.id) ${operator} (${position})`);
  return `SELECT run.changed_xid, run.id FROM task_run AS run
    WHERE run.task_id = task.id${isWithin.join('')} AND ${isSettled} ${orderOf('run')}`;
}

function orderOf(row: string): string {
  return `ORDER BY ${row}.changed_xid, ${row}.id`;
}
