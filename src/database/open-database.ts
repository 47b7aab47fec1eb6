import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { commandLine } from '../command-line.js';
import type { Config } from '../config/config.js';
import type { Logger } from '../telemetry/logger.js';
import type { ServerStatus } from '../telemetry/metrics.js';
import { backfillJsonBytes } from './backfill-json-bytes.js';
import { findStaleEpoch, readCursorKey } from './change-epoch.js';
import { connect } from './connect.js';
import { detectPooler, type Pooler, poolOf } from './connection/pooler.js';
import { applyMigrations } from './migrate-schema.js';
import { validateChecks } from './migrating/validate-checks.js';
import { openReplicas, type ReplicaSet } from './replicas/replica-set.js';
import { assertSchemaIsCurrent } from './schema-version.js';
import { createSearchIndex } from './search-index.js';
import { openServerProbe, type ServerProbe } from './server-probe.js';

/** The time limit for statements that prepare the embedded database, long enough for busy machines. */
const prepareTimeoutMs = 600_000;

export interface Database {
  readonly dataSource: DataSource;
  /** Returns the number of statements that can currently run at the same time. */
  connections(): number;
  /** Whether prepared statements persist. */
  readonly keepsPrepared: boolean;
  /** Logs that prepared statements do not persist. */
  warnAboutLostStatements(): void;
  /** Returns the status of each server, for the metrics. */
  servers(): readonly ServerStatus[];
  readonly replicas: ReplicaSet | undefined;
  /** A probe of the server. For the embedded database, it uses the only connection. */
  readonly probe: Pick<ServerProbe, 'query'>;
  readonly changes: {
    /** The epoch whose order of changes is no longer valid; `null` while it is valid. */
    readonly staleEpoch: string | null;
    /** The key that encrypts change cursors. */
    readonly cursorKey: Buffer;
  };
  close(): Promise<void>;
}

interface OpenDatabaseOptions {
  readonly log: Logger;
  /** Fills a new embedded database. Not called for a configured PostgreSQL. */
  readonly fill: (dataSource: DataSource) => Promise<void>;
}

/**
 * Opens the configured PostgreSQL or, if none is configured, the embedded database under `dataDir`, which is created
 * and filled at the first start.
 * @throws Error that names the command to run if the schema does not fit this program
 */
export async function openDatabase(
  { dataDir, database }: Config,
  { log, fill }: OpenDatabaseOptions,
): Promise<Database> {
  let sendsSettings = true;
  const open = (url: string, poolSize: number, timeoutMs = database.timeoutMs): Promise<DataSource> => {
    const onPoolError = (error: Error) => log.warn({ err: error }, 'idle database connection lost');
    const onServerFull = (error: Error) =>
      log.warn({ err: error }, 'database server is at its connection limit, statements wait for open connections');
    return connect({ url, poolSize, timeoutMs, onPoolError, onServerFull }, () => {
      sendsSettings = false;
      log.warn(
        'The pooler in front of the database rejects settings, so only the gateway cancels slow statements. Set statement_timeout and jit = off on the role.',
      );
    });
  };
  if (database.url !== undefined) {
    const { url: primaryUrl, replicaUrls: urls, maxReplicaLagMs: maxLagMs, poolSize, timeoutMs } = database;
    const opened = withProbe(
      await checkDatabase(await open(primaryUrl, poolSize), poolSize, log),
      openServerProbe(primaryUrl),
    );
    if (urls.length === 0) return opened;
    const session = { poolSize, timeoutMs, sendsSettings };
    return withReplicas(opened, await openReplicas({ ...session, primaryUrl, urls, maxLagMs, log }));
  }

  // Imported only here, so that the embedded database takes up no memory if PostgreSQL is configured.
  const { openEmbeddedDatabase } = await import('./embedded/embedded-database.js');
  const embedded = await openEmbeddedDatabase({
    directory: join(dataDir, 'database'),
    prepare: (url) => prepare(url, fill),
  });
  try {
    // No command migrates the embedded database, so this does.
    await prepare(embedded.url, async (dataSource) => {
      await backfillJsonBytes(dataSource);
      await createSearchIndex(dataSource);
      await validateChecks(dataSource, (line) => log.warn(line));
    });
    return await checkDatabase(await open(embedded.url, 1), 1, log, () => embedded.close());
  } catch (error) {
    await embedded.close();
    throw error;
  }

  async function prepare(url: string, action: (dataSource: DataSource) => Promise<void>): Promise<void> {
    const dataSource = await open(url, 1, prepareTimeoutMs);
    try {
      await applyMigrations(dataSource);
      await action(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }
}

function withProbe(database: Database, probe: ServerProbe): Database {
  return {
    ...database,
    probe,
    async close() {
      await probe.close();
      await database.close();
    },
  };
}

function withReplicas(database: Database, replicas: ReplicaSet): Database {
  return {
    ...database,
    replicas,
    connections: () => replicas.connections(),
    servers: () => [...database.servers(), ...replicas.status()],
    async close() {
      await replicas.close();
      await database.close();
    },
  };
}

async function checkDatabase(
  dataSource: DataSource,
  connections: number,
  log: Logger,
  onClosed?: () => Promise<void>,
): Promise<Database> {
  let staleEpoch: string | null;
  let cursorKey: Buffer;
  let pooler: Pooler | null;
  try {
    pooler = await detectPooler(poolOf(dataSource));
    const unknownMigrations = await assertSchemaIsCurrent(dataSource);
    if (unknownMigrations.length > 0)
      log.info({ migrations: unknownMigrations }, 'A newer gateway has added migrations to the schema.');
    staleEpoch = await findStaleEpoch(dataSource);
    cursorKey = await readCursorKey(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  const keepsPrepared = pooler?.keepsPrepared ?? true;
  const warnAboutLostStatements = () =>
    log.warn(
      'The pooler in front of the database does not keep prepared statements, so each statement is parsed and planned every time. Set max_prepared_statements = 200 in PgBouncer 1.21 or newer.',
    );
  if (!keepsPrepared) warnAboutLostStatements();
  if (staleEpoch !== null) {
    log.error(
      `Runs were changed by transactions that this server never began: it was restored or lost transactions. No changes are served until "${commandLine('epoch')}" has begun a new epoch.`,
    );
  }
  return {
    dataSource,
    connections: () => connections,
    servers() {
      const { totalCount: connections, idleCount: idle } = poolOf(dataSource);
      return [{ name: 'primary', connections, idle }];
    },
    keepsPrepared,
    warnAboutLostStatements,
    replicas: undefined,
    probe: { query: (text, values) => dataSource.query(text, values && [...values]) },
    changes: { staleEpoch, cursorKey },
    async close() {
      await dataSource.destroy();
      await onClosed?.();
    },
  };
}
