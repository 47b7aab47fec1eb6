import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Config } from '../config.js';
import type { Logger } from '../telemetry/logger.js';
import { backfillJsonBytes } from './backfill-json-bytes.js';
import { findStaleEpoch } from './change-epoch.js';
import { connect } from './connect.js';
import { detectPooler, type Pooler } from './connection/pooler.js';
import { assertSchemaIsCurrent } from './schema-version.js';
import { validateChecks } from './validate-checks.js';

interface Database {
  readonly dataSource: DataSource;
  /** How many statements it runs at a time. */
  readonly connections: number;
  /** Whether a statement that was prepared is there when it is executed again. */
  readonly keepsPrepared: boolean;
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
  const open = (url: string, poolSize: number): Promise<DataSource> => {
    const onPoolError = (error: Error) => log.warn({ err: error }, 'An idle database connection broke.');
    return connect({ url, poolSize, timeoutMs: database.timeoutMs, onPoolError }, () => {
      log.warn(
        'The pooler in front of the database rejects settings: set statement_timeout and jit = off on the role, or only the gateway ends slow statements.',
      );
    });
  };
  if (database.url !== undefined) {
    return checked(await open(database.url, database.poolSize), database.poolSize, log);
  }

  // Loaded only here: with a configured PostgreSQL, the embedded one must not take memory.
  const { openEmbeddedDatabase } = await import('./embedded/embedded-database.js');
  const embedded = await openEmbeddedDatabase({
    directory: join(dataDir, 'database'),
    prepare: async (url) => {
      const dataSource = await open(url, 1);
      try {
        await dataSource.runMigrations();
        await fill(dataSource);
      } finally {
        await dataSource.destroy();
      }
    },
  });
  try {
    const dataSource = await open(embedded.url, 1);
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
  let pooler: Pooler | null;
  try {
    pooler = await detectPooler(dataSource);
    const further = await assertSchemaIsCurrent(dataSource);
    if (further.length > 0) log.info({ migrations: further }, 'A newer gateway has added to the schema.');
    staleEpoch = await findStaleEpoch(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  const keepsPrepared = pooler?.keepsPrepared ?? true;
  if (!keepsPrepared) {
    log.warn(
      'The pooler in front of the database keeps no prepared statements: each is parsed and planned anew. Set max_prepared_statements = 200 in PgBouncer 1.21 or newer.',
    );
  }
  if (staleEpoch !== null) {
    log.error(
      'Runs were changed by transactions that this server has not begun: it was restored, or lost transactions. No changes are served before `npm run epoch` has begun a new epoch.',
    );
  }
  return {
    dataSource,
    connections,
    keepsPrepared,
    staleEpoch,
    async close() {
      await dataSource.destroy();
      await afterwards?.();
    },
  };
}
