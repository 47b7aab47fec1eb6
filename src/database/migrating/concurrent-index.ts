// Makes and drops indexes during reads and writes, in the `up` of migrations with `transaction = false`: TypeORM
// reverts every migration in a transaction. A process may have been killed during an earlier attempt at either.

import { setTimeout } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';

const pollMs = 500;

/** @param definition SQL after the name, such as `ON task_run (task_id, id)` */
export async function ensureIndexConcurrently(
  runner: QueryRunner,
  name: string,
  definition: string,
  { isUnique = false } = {},
): Promise<void> {
  for (let index = await find(runner, name); index !== undefined; index = await find(runner, name)) {
    if (index.isValid) return;
    // The server does not notice at once that the client of a killed process has gone.
    if (index.isBeingMade) await setTimeout(pollMs);
    else await dropIndex(runner, name);
  }
  await runner.query(`CREATE ${isUnique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${name} ${definition}`);
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
