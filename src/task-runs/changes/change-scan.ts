// Where a page of changes is looked for. Not all runs may match, and the index of changes knows nothing but their order:
// then so many runs are looked at, and the page ends there, so that it costs as much where hardly any run matches.

import type { SqlParameters } from '../../database/sql-parameters.js';
import { unseen } from '../../database/statements.js';
import type { VisibleTasks } from '../scope/visible-runs.js';
import { lastId, maxXid } from './change-cursor.js';

const maxScanned = 2000;
/** The words of each have to be made out, which takes longest of all conditions. */
const maxSearched = 200;

interface ScanOptions {
  readonly tasks: readonly VisibleTasks[];
  /** SQL: which runs of the row `task` come into question. */
  readonly range: string;
  /** Whether words are searched for. */
  readonly isSearch: boolean;
  /** Of the page, at most. */
  readonly size: number;
  readonly add: SqlParameters['add'];
}

interface ChangeScan {
  /** SQL: a row with the position up to which all tasks were looked through; null: there are no further runs. */
  readonly scanned: string;
  /** SQL: the positions of the runs that match, one more than the page may have, in their order. It reads `scanned`. */
  readonly positions: string;
}

const order = 'ORDER BY run.changed_xid, run.id';

export function scanChanges({ tasks, range, isSearch, size, add }: ScanOptions): ChangeScan {
  const limit = unseen(add(size + 1, 'integer'));
  const lists = tasks.map(({ taskIds, condition }) => ({
    from: `unnest(${unseen(add(taskIds, 'uuid[]'))}) AS task (id)`,
    count: taskIds.length,
    condition,
    isPartial: condition !== 'true',
  }));
  const partial = lists.filter(({ isPartial }) => isPartial);
  if (partial.length === 0) {
    const stretches = lists.map(({ from }) => stretch(from, `task_run AS run WHERE ${range}`));
    return { scanned: 'SELECT NULL::xid8 AS changed_xid, NULL::uuid AS id', positions: merge(stretches) };
  }

  const taskCount = partial.reduce((sum, { count }) => sum + count, 0);
  const ofTask = unseen(
    add(Math.max(size + 1, Math.ceil((isSearch ? maxSearched : maxScanned) / Math.max(1, taskCount))), 'integer'),
  );
  const ends = partial.map(
    ({ from }) => `
  SELECT scan_end.* FROM ${from} CROSS JOIN LATERAL (
    SELECT run.changed_xid, run.id FROM task_run AS run WHERE ${range} ${order} OFFSET ${ofTask} - 1 LIMIT 1
  ) AS scan_end`,
  );
  const end = [`changed_xid, '${maxXid}'`, `id, '${lastId}'`].map(
    (column) => `(SELECT coalesce(${column}) FROM scanned)`,
  );
  const scannedRange = `${range} AND (run.changed_xid, run.id) <= (${end.join(', ')})`;
  // From the index alone: reading the table in this order, the planner would rather read all of it and sort.
  const candidates = `(SELECT run.changed_xid, run.id FROM task_run AS run WHERE ${scannedRange} ${order} LIMIT ${ofTask}) AS candidate
    CROSS JOIN LATERAL (SELECT * FROM task_run WHERE task_run.id = candidate.id OFFSET 0) AS run`;
  const stretches = lists.map(({ from, condition, isPartial }) =>
    isPartial
      ? stretch(from, `${candidates} WHERE ${condition}`, 'candidate')
      : stretch(from, `task_run AS run WHERE ${scannedRange}`),
  );
  return {
    scanned: `
  SELECT first.* FROM (VALUES (1)) AS one LEFT JOIN LATERAL (${ends.join('\n  UNION ALL')} ORDER BY changed_xid, id LIMIT 1) AS first ON true`,
    positions: merge(stretches),
  };

  function stretch(from: string, runs: string, row = 'run'): string {
    return `
  SELECT page_row.* FROM ${from} CROSS JOIN LATERAL (
    SELECT ${row}.changed_xid, ${row}.id FROM ${runs} ORDER BY ${row}.changed_xid, ${row}.id LIMIT ${limit}
  ) AS page_row`;
  }

  function merge(stretches: readonly string[]): string {
    return `${stretches.join('\n  UNION ALL')} ORDER BY changed_xid, id LIMIT ${limit}`;
  }
}
