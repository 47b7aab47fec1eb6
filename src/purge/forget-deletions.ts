// Forgets old deletions of runs. Cursors older than the newest of them expire, which the same transaction records.

import type { DataSource } from 'typeorm';
import { nilUuid } from '../database/nil-uuid.js';
import { inBatches, type PurgePace } from './batches.js';
import { deletionIsInScope, type PurgeScope } from './purge-plan.js';

/** Deletions before a moment, an RFC 3339 timestamp. */
export interface TombstonesRule {
  readonly kind: 'tombstones';
  readonly before: string;
}

/** No feed has returned later ones yet. */
const isSettled = 'changed_xid < pg_snapshot_xmin(pg_current_snapshot())';

/** SQL for the deletions. $1: the id of the scope, or null; $2: the moment. */
const oldDeletions = (scope: PurgeScope) =>
  `FROM task_run_deletion WHERE deleted_at < $2::timestamptz AND ${isSettled} AND ${deletionIsInScope(scope)}`;
const valuesOf = (scope: PurgeScope, { before }: TombstonesRule) => [scope === 'all' ? null : scope.id, before];

export async function countOldDeletions(
  dataSource: DataSource,
  scope: PurgeScope,
  rule: TombstonesRule,
): Promise<number> {
  const [{ count }] = await dataSource.query(
    `SELECT count(*)::float8 AS count ${oldDeletions(scope)}`,
    valuesOf(scope, rule),
  );
  return count;
}

/** Forgets deletions, and deleted tasks that have no deletions left. Returns the number of deletions. */
export async function forgetDeletions(
  dataSource: DataSource,
  scope: PurgeScope,
  rule: TombstonesRule,
  pace: PurgePace,
): Promise<number> {
  let last: readonly [xid: string, runId: string] = ['0', nilUuid];
  const count = await inBatches(dataSource, pace, 0, async (transaction) => {
    const found: readonly { readonly xid: string; readonly runId: string }[] = await transaction.query(
      `WITH old AS (
         SELECT changed_xid, run_id ${oldDeletions(scope)} AND (changed_xid, run_id) > ($3::xid8, $4::uuid)
         ORDER BY changed_xid, run_id LIMIT $5
       ), forgotten AS (
         DELETE FROM task_run_deletion AS deletion USING old
         WHERE (deletion.changed_xid, deletion.run_id) = (old.changed_xid, old.run_id)
       )
       SELECT changed_xid AS xid, run_id AS "runId" FROM old ORDER BY changed_xid, run_id`,
      [...valuesOf(scope, rule), ...last, pace.batch],
    );
    const newest = found.at(-1);
    if (newest === undefined) return 0;
    last = [newest.xid, newest.runId];
    await transaction.query(
      `UPDATE change_epoch SET (forgotten_xid, forgotten_run_id) = ($1::xid8, $2::uuid)
       WHERE forgotten_xid IS NULL OR (forgotten_xid, forgotten_run_id) < ($1::xid8, $2::uuid)`,
      [...last],
    );
    return found.length;
  });
  if (!pace.signal.aborted) {
    await dataSource.query(
      `DELETE FROM deleted_task WHERE ${isSettled} AND ${deletionIsInScope(scope, 'id')}
         AND NOT EXISTS (SELECT FROM task_run_deletion WHERE task_id = deleted_task.id)`,
      valuesOf(scope, rule).slice(0, 1),
    );
  }
  return count;
}
