import { setTimeout } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { backfillJsonBytes } from './backfill-json-bytes.js';
import { connect } from './connect.js';
import type { DataSourceOptions } from './data-source.js';
import { reportLockWaits, retryLockFailures } from './migrating/lock-waits.js';
import { validateChecks } from './migrating/validate-checks.js';
import { openProcessLock } from './process-lock.js';
import { assertSchemaIsCurrent, compareSchema } from './schema-version.js';
import { createSearchIndex, dropSearchIndex } from './search-index.js';

/** Migrations of large tables take longer than the gateway's time limit. */
const dayMs = 86_400_000;
const lockPollMs = 200;

/** One connection migrates, one holds the lock, and one finds out what the first is waiting for. */
const poolSize = 3;

export function migrationDataSourceOptions(url: string): DataSourceOptions {
  return { url, poolSize, timeoutMs: dayMs, isWriting: true, migrates: true };
}

interface Listener {
  /** Called for each committed step, and with rows that violate constraints. */
  report(line: string): void;
  /** Called with a description of what blocks the migrations. */
  warn(line: string): void;
}

export type SearchSwitch = 'on' | 'off';

/**
 * Brings the schema up to date. Only one process does so at a time; the others wait and then find nothing to do.
 * @param search whether to create or drop the search index; if omitted, it is not changed
 * @throws Error if the database is newer than this program
 */
export async function migrateSchema(url: string, listener: Listener, search?: SearchSwitch): Promise<void> {
  const dataSource = await connect(migrationDataSourceOptions(url));
  try {
    const releaseLock = await acquireMigrationLock(dataSource, listener);
    const observer = dataSource.createQueryRunner();
    // Must happen before the migrations: connections to the embedded database share a session, and a new connection
    // ends its transaction.
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

/** Applies the migrations that the database lacks. */
export async function applyMigrations(dataSource: DataSource): Promise<void> {
  // Keeps TypeORM from writing errors to standard output: they are thrown, and some are retried.
  dataSource.setOptions({ logger: 'debug' });
  await dataSource.runMigrations();
}

async function migrate(dataSource: DataSource, { report, warn }: Listener): Promise<void> {
  const { pending } = await compareSchema(dataSource);
  await retryLockFailures(() => applyMigrations(dataSource), warn);
  for (const name of pending) report(`Applied ${name}.`);
  const counted = await backfillJsonBytes(dataSource);
  if (counted > 0) report(`Counted the bytes of the JSON of ${counted} ${counted === 1 ? 'run' : 'runs'}.`);
  const unknownMigrations = await assertSchemaIsCurrent(dataSource);
  if (unknownMigrations.length > 0) report(`A newer gateway has added ${unknownMigrations.join(', ')}.`);
  await validateChecks(dataSource, report);
}

async function switchSearch(dataSource: DataSource, search: SearchSwitch, { report, warn }: Listener): Promise<void> {
  await retryLockFailures(() => (search === 'on' ? createSearchIndex : dropSearchIndex)(dataSource), warn);
  report(`Search is ${search}.`);
}

/** Acquires the migration lock. Returns a function that releases it. */
async function acquireMigrationLock(dataSource: DataSource, { report }: Listener): Promise<() => Promise<void>> {
  const lock = await openProcessLock(dataSource, 'migrations');
  if (!(await lock.tryToAcquire())) {
    report('Another process is migrating this database. Waiting for it.');
    // Polls, because CREATE INDEX CONCURRENTLY waits for all running statements, including one that waits for the lock.
    do await setTimeout(lockPollMs);
    while (!(await lock.tryToAcquire()));
  }
  return () => lock.release();
}
