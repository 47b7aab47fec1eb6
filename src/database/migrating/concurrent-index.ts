// Indexes made and dropped beside reads and writes, by the `up` of migrations with `transaction = false`: TypeORM takes
// every migration back in a transaction. Either may have been tried before, by a process that was killed on the way.

import { setTimeout } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';

const pollMs = 500;

/** @param definition SQL behind the name, such as `ON task_run (task_id, id)` */
export async function ensureIndexConcurrently(runner: QueryRunner, name: string, definition: string): Promise<void> {
  for (let index = await find(runner, name); index !== undefined; index = await find(runner, name)) {
    if (index.isValid) return;
    // The server does not notice at once that whoever told it to is gone.
    if (index.isBeingMade) await setTimeout(pollMs);
    else await dropIndex(runner, name);
  }
  await runner.query(`CREATE INDEX CONCURRENTLY ${name} ${definition}`);
}

export async function dropIndex(runner: QueryRunner, name: string): Promise<void> {
  await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
}

interface FoundIndex {
  readonly isValid: boolean;
  readonly isBeingMade: boolean;
}

async function find(runner: QueryRunner, name: string): Promise<FoundIndex | undefined> {
  const [found] = await runner.query(
    `SELECT indisvalid AS "isValid", EXISTS (
       SELECT FROM pg_stat_progress_create_index AS progress WHERE progress.index_relid = indexrelid
     ) AS "isBeingMade"
     FROM pg_index WHERE indexrelid = to_regclass($1)`,
    [name],
  );
  return found;
}
