// Changes are ordered by the ids of the transactions that wrote the runs. A database that was restored elsewhere, or
// that lost transactions, reassigns some ids or assigns ids lower than those of its runs.

import type { DataSource } from 'typeorm';
import { assertSchemaIsCurrent } from './schema-version.js';
import { hasSearchIndex } from './search-index.js';

/**
 * Returns the epoch if runs or deletions (including forgotten ones) have transaction ids that this server has not
 * assigned yet; otherwise `null`.
 */
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

/** Returns the key that encrypts change cursors. It is the same for all processes, replicas and epochs. */
export async function readCursorKey(dataSource: DataSource): Promise<Buffer> {
  const [{ key }] = await dataSource.query('SELECT cursor_key AS key FROM change_epoch');
  return key;
}

/** Maximum number of runs that are counted exactly. */
const maxCounted = 10_000;

export interface EpochWork {
  /** The number of runs that a new epoch rewrites: exact for small tables, otherwise the planner's estimate. */
  readonly runs: number;
  readonly isExact: boolean;
  /** Whether the search index exists. Rewriting a run updates it, too. */
  readonly hasSearch: boolean;
}

/** Estimates how much work a new epoch takes. The schema must be up to date. */
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
 * Begins a new epoch, in which all existing runs precede later changes. A single transaction updates all runs, because
 * while only some of them were updated, cursors would not be valid in either epoch.
 * @returns the number of runs that the previous epoch had ordered
 */
export async function beginEpoch(dataSource: DataSource): Promise<number> {
  await assertSchemaIsCurrent(dataSource);
  return dataSource.transaction(async (manager) => {
    // Cursors of earlier epochs are no longer valid, so clients no longer need the deletions.
    await manager.query('TRUNCATE task_run_deletion, deleted_task');
    await manager.query(
      'UPDATE change_epoch SET id = gen_random_uuid(), began = now(), forgotten_xid = NULL, forgotten_run_id = NULL',
    );
    const [, count] = await manager.query("UPDATE task_run SET changed_xid = '0' WHERE changed_xid <> '0'");
    return count;
  });
}
