// Creates and drops indexes without blocking reads and writes, in the `up` of migrations with `transaction = false`:
// TypeORM reverts every migration in a transaction. An earlier attempt at either may have been killed midway.

import { setTimeout } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { leafTables } from '../leaf-tables.js';

const pollMs = 500;

/**
 * PostgreSQL cannot create an index on a partitioned table concurrently. So each partition gets its index first. The
 * table's index then adopts those without reading a row, and blocks writers only for that step.
 * @param definition SQL after the name, such as `ON task_run (task_id, id)`, with unqualified column names
 */
export async function ensureIndexConcurrently(
  runner: QueryRunner,
  name: string,
  definition: string,
  { isUnique = false } = {},
): Promise<void> {
  const [, table, columns] = /^ON (\w+) (.*)$/s.exec(definition)!;
  const create = `CREATE ${isUnique ? 'UNIQUE ' : ''}INDEX`;
  if (await hasValidIndex(runner, name)) return;
  const partitions = await findPartitions(runner, table!, name);
  if (partitions === undefined) {
    await runner.query(`${create} CONCURRENTLY ${name} ${definition}`);
    return;
  }
  for (const { partition, index, indexName } of partitions) {
    if (await hasValidIndex(runner, index)) continue;
    await runner.query(`${create} CONCURRENTLY ${indexName} ON ${partition} ${columns}`);
  }
  await inTransaction(runner, `${create} ${name} ${definition}`);
  // The table's index may adopt an equivalent index of any name, even an invalid one. If so, all of them are dropped
  // and created again.
  if (!(await hasValidIndex(runner, name))) await ensureIndexConcurrently(runner, name, definition, { isUnique });
}

/**
 * Drops an index if it exists. Dropping the index of a partitioned table also drops those of its partitions, and
 * briefly locks all of them.
 */
export async function dropIndex(runner: QueryRunner, name: string): Promise<void> {
  const [{ isPartitioned }] = await runner.query(
    `SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'I') AS "isPartitioned"`,
    [name],
  );
  if (isPartitioned) await inTransaction(runner, `DROP INDEX IF EXISTS ${name}`);
  else await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
}

/** Names as SQL. */
interface Partition {
  readonly partition: string;
  /** The partition's index with its schema, which CREATE INDEX does not accept. */
  readonly index: string;
  readonly indexName: string;
}

/**
 * Returns the partitions that store rows, with the names for their indexes; `undefined` for a table that is not
 * partitioned.
 */
export async function findPartitions(
  runner: QueryRunner,
  table: string,
  indexName: string,
): Promise<readonly Partition[] | undefined> {
  const [{ isPartitioned }] = await runner.query(
    `SELECT relkind = 'p' AS "isPartitioned" FROM pg_class WHERE oid = $1::regclass`,
    [table],
  );
  if (!isPartitioned) return undefined;
  const suffix = indexName.startsWith(table) ? indexName.slice(table.length) : `_${indexName}`;
  return runner.query(
    `SELECT pg_class.oid::regclass::text AS partition, format('%I.%I', nspname, relname || $2::text) AS index,
       format('%I', relname || $2::text) AS "indexName"
     FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE pg_class.oid IN (${leafTables('$1::regclass')}) ORDER BY relname`,
    [table, suffix],
  );
}

/** Waits if another process is already creating the index, and drops the remains of an interrupted attempt. */
async function hasValidIndex(runner: QueryRunner, name: string): Promise<boolean> {
  for (let index = await find(runner, name); index !== undefined; index = await find(runner, name)) {
    if (index.isValid) return true;
    // The server does not notice at once that the killed process's client has disconnected.
    if (index.isBeingMade) await setTimeout(pollMs);
    else await dropIndex(runner, name);
  }
  return false;
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

/** Runs a statement that locks a table in its own transaction, for migrations that have no transaction as a whole. */
async function inTransaction(runner: QueryRunner, sql: string): Promise<void> {
  await runner.startTransaction();
  try {
    await runner.query(sql);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}
