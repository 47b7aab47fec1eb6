import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Config } from '../config.js';
import type { Logger } from '../telemetry/logger.js';
import { backfillJsonBytes } from './backfill-json-bytes.js';
import { findStaleEpoch } from './change-epoch.js';
import { createDataSource } from './data-source.js';
import { assertSchemaIsCurrent } from './schema-version.js';
import { validateChecks } from './validate-checks.js';

interface Database {
  readonly dataSource: DataSource;
  /** How many statements it runs at a time. */
  readonly connections: number;
  /** The epoch whose order of changes does not hold any more; null: it holds. */
  readonly staleEpoch: string | null;
  close(): Promise<void>;
}

interface OpenDatabaseOptions {
  readonly log: Logger;
  /** Fills an embedded database that was just made; not called for a configured one. */
  readonly fill: (dataSource: DataSource) => Promise<void>;
}

/**
 * The configured PostgreSQL, or else the embedded one under `dataDir`, made and filled at the first start.
 * @throws Error saying what to run when the schema is not the one this program knows.
 */
export async function openDatabase(
  { dataDir, database }: Config,
  { log, fill }: OpenDatabaseOptions,
): Promise<Database> {
  const connect = async (url: string, poolSize: number): Promise<DataSource> => {
    const onPoolError = (error: Error) => log.warn({ err: error }, 'An idle database connection broke.');
    const options = { url, poolSize, timeoutMs: database.timeoutMs, onPoolError };
    try {
      return await createDataSource(options).initialize();
    } catch (error) {
      if (!isRejectedStartupParameter(error)) throw error;
      log.warn(
        'The pooler in front of the database rejects settings: set statement_timeout and jit = off on the role, or only the gateway ends slow statements.',
      );
      return createDataSource({ ...options, sendsSettings: false }).initialize();
    }
  };
  if (database.url !== undefined) {
    return checked(await connect(database.url, database.poolSize), database.poolSize, log);
  }

  // Loaded only here: with a configured PostgreSQL, the embedded one must not take memory.
  const { openEmbeddedDatabase } = await import('./embedded/embedded-database.js');
  const embedded = await openEmbeddedDatabase({
    directory: join(dataDir, 'database'),
    prepare: async (url) => {
      const dataSource = await connect(url, 1);
      try {
        await dataSource.runMigrations();
        await fill(dataSource);
      } finally {
        await dataSource.destroy();
      }
    },
  });
  try {
    const dataSource = await connect(embedded.url, 1);
    // No command migrates the embedded database.
    await dataSource.runMigrations();
    await backfillJsonBytes(dataSource);
    await validateChecks(dataSource, (line) => log.warn(line));
    return await checked(dataSource, 1, log, () => embedded.close());
  } catch (error) {
    await embedded.close();
    throw error;
  }
}

async function checked(
  dataSource: DataSource,
  connections: number,
  log: Logger,
  afterwards?: () => Promise<void>,
): Promise<Database> {
  let staleEpoch: string | null;
  try {
    await assertSchemaIsCurrent(dataSource);
    staleEpoch = await findStaleEpoch(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  if (staleEpoch !== null) {
    log.error(
      'Runs were changed by transactions that this server has not begun: it was restored, or lost transactions. No changes are served before `npm run epoch` has begun a new epoch.',
    );
  }
  return {
    dataSource,
    connections,
    staleEpoch,
    async close() {
      await dataSource.destroy();
      await afterwards?.();
    },
  };
}

/** PgBouncer's error for a parameter it does not know and is not configured to ignore (SQLSTATE protocol_violation). */
function isRejectedStartupParameter(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  return code === '08P01' && /startup parameter/.test(message ?? '');
}
