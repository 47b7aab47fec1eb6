// Deletes runs that a mirrored service has no more, and bytes of files that no row names any more.

import type { DataSource, EntityManager } from 'typeorm';
import type { FileStorage } from '../../files/storage.js';
import type { PageSpool } from './page-spool.js';
import type { MirroredPath } from './run-pages.js';

export interface DeletionTarget {
  readonly dataSource: DataSource;
  /** Runs elsewhere stay: another mirror, or their owner, may have put them there. */
  readonly path: MirroredPath;
  /** Opened once there are bytes to delete. */
  readonly openStorage: () => Promise<FileStorage>;
}

const maxBatchSize = 1000;
/** The tasks under the path $1, $2. A run may have moved between them since the database got it. */
const isUnderPath = `task_run.task_id IN (
  SELECT id FROM task WHERE project_id = $1 AND ($2::uuid IS NULL OR id = $2))`;

/** Deletes those of the runs that are under the path. Returns how many there were. */
export function deleteRuns(target: DeletionTarget, runIds: readonly string[]): Promise<number> {
  return target.dataSource.transaction((manager) => deleteIn(manager, target, runIds));
}

/** Deletes the runs under the path but for those of the spool, whose texts are lists of ids. Returns how many there were. */
export function deleteOtherRuns(target: DeletionTarget, present: PageSpool): Promise<number> {
  const { path } = target;
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
      const others: readonly { readonly id: string }[] = await manager.query(
        `SELECT id FROM task_run
         WHERE ${isUnderPath} AND NOT EXISTS (SELECT FROM present_run WHERE present_run.id = task_run.id)
         LIMIT ${maxBatchSize}`,
        [path.projectId, path.taskId],
      );
      if (others.length === 0) return count;
      count += await deleteIn(
        manager,
        target,
        others.map(({ id }) => id),
      );
    }
  });
}

/** The bytes go before the commit: an import that is killed in between deletes the rows when it is started again. */
async function deleteIn(
  manager: EntityManager,
  { openStorage, path }: DeletionTarget,
  runIds: readonly string[],
): Promise<number> {
  const given = [path.projectId, path.taskId, runIds];
  const isGiven = `task_run.id = ANY ($3::uuid[]) AND ${isUnderPath}`;
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
