// The keys of files whose bytes are to be deleted. Their rows and a lock prevent a purge from deleting bytes that a
// concurrent import refers to again. The same lock prevents an import from writing a run that is being erased.

import type { DataSource, EntityManager } from 'typeorm';

type Queries = Pick<EntityManager, 'query'>;

const lockOfFiles = "hashtextextended('task-run-gateway files', 0)";
const batchSize = 100;

/** Waits for a deletion in progress, and prevents new ones until the end of the transaction. */
export async function holdOffDeletions(transaction: Queries): Promise<void> {
  await transaction.query(`SELECT pg_advisory_xact_lock_shared(${lockOfFiles})`);
}

/** Waits for imports in progress, and prevents new ones until the end of the transaction. */
export async function holdOffImports(transaction: Queries): Promise<void> {
  await transaction.query(`SELECT pg_advisory_xact_lock(${lockOfFiles})`);
}

/**
 * Removes keys that new rows are about to use from the list of pending deletions, and prevents deletions until the end
 * of the transaction.
 */
export async function keepFiles(transaction: Queries, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await holdOffDeletions(transaction);
  await transaction.query('DELETE FROM file_deletion WHERE storage_key = ANY ($1::text[])', [keys]);
}

/** Returns the storage keys that the runs refer to. */
export async function storageKeysOf(dataSource: DataSource, runIds: readonly string[]): Promise<string[]> {
  const rows: readonly { readonly key: string }[] = await dataSource.query(
    'SELECT DISTINCT storage_key AS key FROM task_run_file WHERE task_run_id = ANY ($1::uuid[])',
    [runIds],
  );
  return rows.map(({ key }) => key);
}

/** Records keys whose bytes are to be deleted. */
export async function recordFileDeletions(transaction: Queries, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await transaction.query(
    'INSERT INTO file_deletion (storage_key) SELECT unnest($1::text[]) AS key ORDER BY key ON CONFLICT DO NOTHING',
    [keys],
  );
}

export interface LockedRuns {
  /**
   * SQL that selects and locks the `id` of runs. The lock prevents writers from adding files to a run whose files are
   * being read.
   */
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Deletes the selected runs and records their files' keys. Returns the ids of the runs that it found. */
export async function deleteRunsWithFiles(transaction: Queries, { text, values }: LockedRuns): Promise<string[]> {
  // Waits for imports in progress, since only later statements see the keys in their rows. Comes before the runs,
  // because imports lock in the same order.
  await holdOffImports(transaction);
  const runs: readonly { readonly id: string }[] = await transaction.query(text, [...values]);
  const ids = runs.map(({ id }) => id);
  if (ids.length === 0) return ids;
  await transaction.query(
    `WITH recorded AS (
       INSERT INTO file_deletion (storage_key)
       SELECT DISTINCT storage_key FROM task_run_file WHERE task_run_id = ANY ($1::uuid[]) ORDER BY storage_key
       ON CONFLICT DO NOTHING
     )
     DELETE FROM task_run WHERE id = ANY ($1::uuid[])`,
    [ids],
  );
  return ids;
}

/**
 * Deletes the bytes of the recorded keys that files no longer use, and then forgets all of the keys. Continues where a
 * killed process stopped.
 * @param deleteBytes deletes the bytes of a key, if any
 * @returns the number of keys whose bytes were deleted
 */
export async function deleteRecordedFiles(
  dataSource: DataSource,
  deleteBytes: (key: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  let count = 0;
  for (let last = ''; !signal?.aborted; ) {
    const next = await dataSource.transaction(async (transaction) => {
      // A locked row is currently being removed by an import.
      const found: readonly { key: string; isNamed: boolean }[] = await transaction.query(
        `SELECT storage_key AS key, EXISTS (
           SELECT FROM task_run_file WHERE task_run_file.storage_key = file_deletion.storage_key
         ) AS "isNamed"
         FROM file_deletion WHERE storage_key > $1 ORDER BY storage_key LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`,
        [last],
      );
      const unnamed = found.filter(({ isNamed }) => !isNamed);
      // All deletions must end before the rows are unlocked: after that, an import may store new bytes under a key.
      const endings = await Promise.allSettled(unnamed.map(({ key }) => deleteBytes(key)));
      for (const ending of endings) if (ending.status === 'rejected') throw ending.reason;
      count += unnamed.length;
      await transaction.query('DELETE FROM file_deletion WHERE storage_key = ANY ($1::text[])', [
        found.map(({ key }) => key),
      ]);
      return found.at(-1)?.key;
    });
    if (next === undefined) break;
    last = next;
  }
  return count;
}
