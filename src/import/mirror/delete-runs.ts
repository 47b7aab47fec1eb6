// Deletes runs that a mirrored service has no more, and bytes of files that no row names any more.

import type { DataSource, EntityManager } from 'typeorm';
import type { FileStorage } from '../../files/storage.js';
import type { ServiceDeletion } from './change-pages.js';
import type { PageSpool } from './page-spool.js';
import type { MirroredPath } from './run-pages.js';

export interface DeletionTarget {
  readonly dataSource: DataSource;
  /** Opened once there are bytes to delete. */
  readonly openStorage: () => Promise<FileStorage>;
}

const maxBatchSize = 1000;
const isGiven = `(task_run.id, task_run.task_id) IN (
  SELECT id, task_id FROM jsonb_to_recordset($1::jsonb) AS given (id uuid, task_id uuid))`;

/** Deletes runs that are in the tasks that the deletions name. Returns how many there were. */
export function deleteRuns(target: DeletionTarget, deletions: readonly ServiceDeletion[]): Promise<number> {
  return target.dataSource.transaction((manager) => deleteIn(manager, target, deletions));
}

/** Deletes the runs under a path but for those of the spool, whose texts are lists of ids. Returns how many there were. */
export function deleteOtherRuns(target: DeletionTarget, path: MirroredPath, present: PageSpool): Promise<number> {
  return target.dataSource.transaction(async (manager) => {
    await manager.query('CREATE TEMPORARY TABLE present_run (id uuid PRIMARY KEY) ON COMMIT DROP');
    for await (const ids of present.reversed()) {
      await manager.query(
        'INSERT INTO present_run SELECT jsonb_array_elements_text($1::jsonb)::uuid ON CONFLICT DO NOTHING',
        [ids],
      );
    }
    let count = 0;
    for (;;) {
      const others: readonly ServiceDeletion[] = await manager.query(
        `SELECT task_run.id, task_id FROM task_run JOIN task ON task.id = task_id
         WHERE project_id = $1 AND ($2::uuid IS NULL OR task_id = $2)
           AND NOT EXISTS (SELECT FROM present_run WHERE present_run.id = task_run.id)
         LIMIT ${maxBatchSize}`,
        [path.projectId, path.taskId],
      );
      if (others.length === 0) return count;
      count += await deleteIn(manager, target, others);
    }
  });
}

/** The bytes go before the commit: an import that is killed in between deletes the rows when it is started again. */
async function deleteIn(
  manager: EntityManager,
  { openStorage }: DeletionTarget,
  deletions: readonly ServiceDeletion[],
): Promise<number> {
  const given = [JSON.stringify(deletions)];
  const files: readonly { readonly key: string }[] = await manager.query(
    `SELECT DISTINCT storage_key AS key FROM task_run_file JOIN task_run ON id = task_run_id WHERE ${isGiven}`,
    given,
  );
  const [rows] = await manager.query(`DELETE FROM task_run WHERE ${isGiven} RETURNING id`, given);
  await deleteUnnamedBytes(
    manager,
    openStorage,
    files.map(({ key }) => key),
  );
  return rows.length;
}

/** Returns the storage keys that runs name. */
export async function storageKeysOf(dataSource: DataSource, runIds: readonly string[]): Promise<string[]> {
  const rows: readonly { readonly key: string }[] = await dataSource.query(
    'SELECT DISTINCT storage_key AS key FROM task_run_file WHERE task_run_id = ANY ($1::uuid[])',
    [runIds],
  );
  return rows.map(({ key }) => key);
}

/** Deletes the bytes of keys that no row names. */
export async function deleteUnnamedBytes(
  manager: Pick<EntityManager, 'query'>,
  openStorage: () => Promise<FileStorage>,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  const unnamed: readonly { readonly key: string }[] = await manager.query(
    `SELECT key FROM unnest($1::text[]) AS given (key)
     WHERE NOT EXISTS (SELECT FROM task_run_file WHERE storage_key = key)`,
    [keys],
  );
  if (unnamed.length === 0) return;
  const storage = await openStorage();
  for (const { key } of unnamed) await storage.delete(key);
}
