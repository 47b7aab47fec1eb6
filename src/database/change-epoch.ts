// Changes are ordered by the ids of the transactions that wrote runs. A database that was restored elsewhere, or that
// lost transactions, assigns some ids again, or assigns ids below those of its runs.

import type { DataSource } from 'typeorm';
import { assertSchemaIsCurrent } from './schema-version.js';
import { hasSearchIndex } from './search-index.js';

/** Returns the epoch if runs or deletions, forgotten ones included, have ids of transactions that this server has not begun; otherwise null. */
export async function findStaleEpoch(dataSource: DataSource): Promise<string | null> {
  const [{ epoch }] = await dataSource.query(`
    SELECT (SELECT id FROM change_epoch WHERE EXISTS (
      SELECT FROM task CROSS JOIN LATERAL (
        SELECT FROM task_run WHERE task_id = task.id AND changed_xid >= pg_snapshot_xmax(pg_current_snapshot()) LIMIT 1
      ) AS ahead
    ) OR EXISTS (
      SELECT FROM task_run_deletion WHERE changed_xid >= pg_snapshot_xmax(pg_current_snapshot())
    ) OR forgotten_xid >= pg_snapshot_xmax(pg_current_snapshot())) AS epoch`);
  return epoch;
}

/** Returns the key that encrypts cursors of changes. It is the same for all processes and replicas, in every epoch. */
export async function readCursorKey(dataSource: DataSource): Promise<Buffer> {
  const [{ key }] = await dataSource.query('SELECT cursor_key AS key FROM change_epoch');
  return key;
}

/** Runs that are counted one by one. */
const maxCounted = 10_000;

export interface EpochWork {
  /** The number of runs that a new epoch rewrites: exact for few, else the planner's estimate. */
  readonly runs: number;
  readonly isExact: boolean;
  /** Whether the search index exists, which is updated with each run. */
  readonly hasSearch: boolean;
}

/** Estimates the work of a new epoch. The schema must be up to date. */
export async function estimateEpoch(dataSource: DataSource): Promise<EpochWork> {
  await assertSchemaIsCurrent(dataSource);
  const hasSearch = await hasSearchIndex(dataSource);
  const changed = "SELECT FROM task_run WHERE changed_xid <> '0'";
  const [{ counted }] = await dataSource.query(
    `SELECT count(*)::integer AS counted FROM (${changed} LIMIT ${maxCounted}) AS part`,
  );
  if (counted < maxCounted) return { runs: counted, isExact: true, hasSearch };
  const [row] = await dataSource.query(`EXPLAIN (FORMAT JSON) ${changed}`);
  const estimated: number = row['QUERY PLAN'][0].Plan['Plan Rows'];
  return { runs: Math.max(estimated, counted), isExact: false, hasSearch };
}

/**
 * Begins an epoch, in which all existing runs come before later changes. One transaction updates all runs: in between,
 * the cursors of neither epoch would be valid.
 * @returns the number of runs that the previous epoch had ordered
 */
export async function beginEpoch(dataSource: DataSource): Promise<number> {
  await assertSchemaIsCurrent(dataSource);
  return dataSource.transaction(async (manager) => {
    // Cursors of earlier epochs are no longer valid, so no client needs the deletions.
    await manager.query('TRUNCATE task_run_deletion, deleted_task');
    await manager.query(
      'UPDATE change_epoch SET id = gen_random_uuid(), began = now(), forgotten_xid = NULL, forgotten_run_id = NULL',
    );
    const [, count] = await manager.query("UPDATE task_run SET changed_xid = '0' WHERE changed_xid <> '0'");
    return count;
  });
}
