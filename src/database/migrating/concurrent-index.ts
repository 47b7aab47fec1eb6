// Makes and drops indexes during reads and writes, in the `up` of migrations with `transaction = false`: TypeORM
// reverts every migration in a transaction. A process may have been killed during an earlier attempt at either.

import { setTimeout } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { leafTables } from '../leaf-tables.js';

const pollMs = 500;

/**
 * PostgreSQL makes no index of a partitioned table concurrently. So each partition gets its own first. The index of the
 * table then takes them over without reading a row, and locks out writers only for that.
 * @param definition SQL after the name, such as `ON task_run (task_id, id)`. Columns are named without their table
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
  // It takes over an equal index of any name, also an invalid one. Then all of them are dropped, and made again.
  if (!(await hasValidIndex(runner, name))) await ensureIndexConcurrently(runner, name, definition, { isUnique });
}

/** Drops an index, if it exists. That of a partitioned table takes its partitions' along, and briefly locks them all. */
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
  /** The index of the partition, with its schema, which CREATE INDEX does not accept. */
  readonly index: string;
  readonly indexName: string;
}

/** Returns the partitions that hold rows, with the names that their own indexes get; undefined for a table without partitions. */
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

/** Waits for an attempt that another process has begun, and drops what an interrupted one has left. */
async function hasValidIndex(runner: QueryRunner, name: string): Promise<boolean> {
  for (let index = await find(runner, name); index !== undefined; index = await find(runner, name)) {
    if (index.isValid) return true;
    // The server does not notice at once that the client of a killed process has gone.
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

/** Runs a statement that locks a table in a transaction, for migrations that have none as a whole. */
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
