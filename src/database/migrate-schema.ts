import { setTimeout } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { backfillJsonBytes } from './backfill-json-bytes.js';
import { connect } from './connect.js';
import { detectPooler, poolOf } from './connection/pooler.js';
import type { DataSourceOptions } from './data-source.js';
import { reportLockWaits, runMigrations } from './migrating/lock-waits.js';
import { validateChecks } from './migrating/validate-checks.js';
import { assertSchemaIsCurrent, compareSchema } from './schema-version.js';
import { createSearchIndex, dropSearchIndex } from './search-index.js';

/** Migrations of large tables take longer than the gateway's time limit. */
const dayMs = 86_400_000;
const lockPollMs = 200;

/** One connection migrates, one has the lock, and one finds what the first waits for. */
const poolSize = 3;

export function migrationDataSourceOptions(url: string): DataSourceOptions {
  return { url, poolSize, timeoutMs: dayMs, isWriting: true, migrates: true };
}

interface Listener {
  /** Called for each committed step, and for rows that violate constraints. */
  report(line: string): void;
  /** Called with what the migrations wait for. */
  warn(line: string): void;
}

export type SearchSwitch = 'on' | 'off';

/**
 * Brings the schema up to date. Only one process does so at a time; others wait and find nothing to do.
 * @param search makes or drops the search index; omitted: it stays as it is
 * @throws Error when the database is newer than this program.
 */
export async function migrateSchema(url: string, listener: Listener, search?: SearchSwitch): Promise<void> {
  const dataSource = await connect(migrationDataSourceOptions(url));
  // Keeps TypeORM from writing errors to standard output: they are thrown, and some are followed by a retry.
  dataSource.setOptions({ logger: 'debug' });
  try {
    const session = dataSource.createQueryRunner();
    const releaseLock = await acquireMigrationLock(dataSource, session, listener);
    const observer = dataSource.createQueryRunner();
    // Before migrations: connections to the embedded database share a session, and a new one ends its transaction.
    await observer.connect();
    await reportLockWaits(observer, listener.warn, async () => {
      await migrate(dataSource, listener);
      if (search !== undefined) await switchSearch(dataSource, search, listener);
    });
    await releaseLock();
    listener.report('The schema is up to date.');
  } finally {
    await dataSource.destroy();
  }
}

async function migrate(dataSource: DataSource, { report, warn }: Listener): Promise<void> {
  const { pending } = await compareSchema(dataSource);
  await runMigrations(dataSource, warn);
  for (const name of pending) report(`Applied ${name}.`);
  const counted = await backfillJsonBytes(dataSource);
  if (counted > 0) report(`Counted the bytes of the JSON of ${counted} ${counted === 1 ? 'run' : 'runs'}.`);
  const unknownMigrations = await assertSchemaIsCurrent(dataSource);
  if (unknownMigrations.length > 0) report(`A newer gateway has added ${unknownMigrations.join(', ')}.`);
  await validateChecks(dataSource, report);
}

async function switchSearch(dataSource: DataSource, search: SearchSwitch, { report }: Listener): Promise<void> {
  await (search === 'on' ? createSearchIndex(dataSource) : dropSearchIndex(dataSource));
  report(`Search is ${search}.`);
}

/**
 * Acquires the lock of migrations. It lasts as long as the session of a connection that is never released. A pooler
 * gives sessions and their locks to other clients, so there it lasts as long as a transaction.
 * @returns a function that releases it
 */
async function acquireMigrationLock(
  dataSource: DataSource,
  session: QueryRunner,
  { report }: Listener,
): Promise<() => Promise<void>> {
  const isPooled = (await detectPooler(poolOf(dataSource))) !== null;
  const tryToLock = isPooled ? () => lockTransaction(session) : () => lock(session, 'pg_try_advisory_lock');
  if (!(await tryToLock())) {
    report('Another process is migrating this database; waiting for it.');
    // Polled, because CREATE INDEX CONCURRENTLY waits for all statements under way, including one that waits for the
    // lock.
    do await setTimeout(lockPollMs);
    while (!(await tryToLock()));
  }
  return async () => {
    if (isPooled) await session.rollbackTransaction();
  };
}

/**
 * Leaves the transaction open only if it has the lock: otherwise it would occupy a connection of the pooler. Nothing else
 * may run in it: CREATE INDEX CONCURRENTLY waits for the end of a transaction that is reading, and this one ends last.
 */
async function lockTransaction(session: QueryRunner): Promise<boolean> {
  await session.startTransaction();
  await session.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  const isGranted = await lock(session, 'pg_try_advisory_xact_lock');
  if (!isGranted) await session.rollbackTransaction();
  return isGranted;
}

async function lock(session: QueryRunner, tryLock: string): Promise<boolean> {
  const [{ granted }] = await session.query(
    `SELECT ${tryLock}(hashtextextended('task-run-gateway migrations', 0)) AS granted`,
  );
  return granted;
}
