// Changes are ordered by the ids of the transactions that wrote runs. A database that was restored elsewhere, or that
// lost transactions, assigns some ids again, or assigns ids below those of its runs.

import type { DataSource } from 'typeorm';
import { assertSchemaIsCurrent } from './schema-version.js';

/** Returns the epoch if runs or deletions have ids of transactions that this server has not begun; otherwise null. */
export async function findStaleEpoch(dataSource: DataSource): Promise<string | null> {
  const [{ epoch }] = await dataSource.query(`
    SELECT (SELECT id FROM change_epoch WHERE EXISTS (
      SELECT FROM task CROSS JOIN LATERAL (
        SELECT FROM task_run WHERE task_id = task.id AND changed_xid >= pg_snapshot_xmax(pg_current_snapshot()) LIMIT 1
      ) AS ahead
    ) OR EXISTS (
      SELECT FROM task_run_deletion WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot())
    )) AS epoch`);
  return epoch;
}

/** Returns the key that encrypts cursors of changes. It is the same for all processes and replicas, in every epoch. */
export async function readCursorKey(dataSource: DataSource): Promise<Buffer> {
  const [{ key }] = await dataSource.query('SELECT cursor_key AS key FROM change_epoch');
  return key;
}

/**
 * Begins an epoch, in which all existing runs come before later changes. One transaction updates all runs: in between,
 * the cursors of neither epoch would be valid.
 * @returns the number of runs that the previous epoch had ordered
 */
export async function beginEpoch(dataSource: DataSource): Promise<number> {
  await assertSchemaIsCurrent(dataSource);
  return dataSource.transaction(async (manager) => {
    // No cursor of an earlier epoch is valid any more, so no client needs the deletions.
    await manager.query('TRUNCATE task_run_deletion, deleted_task');
    await manager.query('UPDATE change_epoch SET id = gen_random_uuid(), began = now()');
    const [, count] = await manager.query("UPDATE task_run SET changed_xid = '0' WHERE changed_xid <> '0'");
    return count;
  });
}
