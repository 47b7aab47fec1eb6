// Checks of the database: the embedded one, or a server with its replicas.

import { join } from 'node:path';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { connect } from '../../database/connect.js';
import { ConnectError } from '../../database/connection/connect-error.js';
import { isTimedOut, isUnavailable } from '../../database/connection/unavailable.js';
import { findHolder, isDatabase } from '../../database/embedded/database-directory.js';
import { openPool } from '../../database/replicas/watched-pool.js';
import { sentenceOf } from '../../errors/explain.js';
import { formatCount } from '../../format-count.js';
import { toConnectionTarget } from '../../libpq/connection-target.js';
import { parseConnectionUrl } from '../../libpq/connection-url.js';
import {
  checkAutovacuum,
  checkClock,
  checkEpoch,
  checkLocks,
  checkPooler,
  checkPrivileges,
  checkRecovery,
  checkRetention,
  checkSchema,
  checkSearch,
  checkVersion,
  findStorageKey,
} from './database-checks.js';
import { type AddFinding, type Finding, failed, ok, requestTimeoutMs, warning } from './finding.js';

/** Checks the folder without opening the database, which only one process may do. */
export async function checkEmbeddedDatabase(dataDir: string, add: AddFinding): Promise<void> {
  const directory = join(dataDir, 'database');
  if (!(await isDatabase(directory))) {
    return add(ok('database', `The embedded database will be created in ${directory} at the first start.`));
  }
  const holder = await findHolder(directory);
  add(
    ok(
      'database',
      `Embedded database in ${directory}, ${holder === null ? 'not in use' : `in use by gateway process ${holder}`}.`,
    ),
  );
}

export interface DatabaseCheckOptions {
  readonly url: string;
  readonly timeoutMs: number;
  readonly now: () => number;
}

/**
 * Checks the database. Returns the storage key of one of its files, or `null` if there are no files or a check failed.
 */
export async function checkDatabase(
  { url, timeoutMs, now }: DatabaseCheckOptions,
  add: AddFinding,
): Promise<string | null> {
  let acceptsStartupSettings = true;
  let dataSource: DataSource;
  let target = '';
  try {
    target = targetOf(url);
    const options = { url, poolSize: 1, timeoutMs: Math.min(timeoutMs, requestTimeoutMs), onPoolError: () => {} };
    dataSource = await connect(options, () => {
      acceptsStartupSettings = false;
    });
  } catch (error) {
    const { reason, remedy } = error instanceof ConnectError ? error : new ConnectError(error);
    add(failed('database', `No connection${target}: ${reason}`, remedy));
    return null;
  }
  try {
    const connectionChecks = [
      ['database', () => checkVersion(dataSource, target)],
      ['pooler', () => checkPooler(dataSource, acceptsStartupSettings)],
      ['recovery', () => checkRecovery(dataSource)],
      ['clock', () => checkClock(dataSource, now)],
      ['locks', () => checkLocks(dataSource)],
    ] as const;
    const tableChecks = [
      ['privileges', () => checkPrivileges(dataSource)],
      ['schema', () => checkSchema(dataSource)],
    ] as const;
    if (!(await runAll(connectionChecks, add)) || !(await runAll(tableChecks, add))) return null;
    const dataChecks = [
      ['epoch', () => checkEpoch(dataSource)],
      ['search', () => checkSearch(dataSource)],
      ['autovacuum', () => checkAutovacuum(dataSource)],
      ['retention', () => checkRetention(dataSource, now)],
    ] as const;
    await runAll(dataChecks, add);
    return await findStorageKey(dataSource).catch(() => null);
  } finally {
    await dataSource.destroy();
  }
}

/** Runs checks one after the other until the server stops responding. Returns whether all succeeded. */
async function runAll(
  checks: readonly (readonly [string, () => Promise<Finding>])[],
  add: AddFinding,
): Promise<boolean> {
  let hasFailed = false;
  for (const [name, runCheck] of checks) {
    try {
      const finding = await runCheck();
      hasFailed ||= finding.outcome === 'failed';
      add(finding);
    } catch (error) {
      hasFailed = true;
      add(failed(name, sentenceOf(error), 'Check the log of the server.'));
      if (isUnavailable(error) || isTimedOut(error)) break;
    }
  }
  return !hasFailed;
}

/** Describes the host and the user, but not the other parts of the URL, which may be secret. */
function targetOf(url: string): string {
  const { user, hosts, database } = toConnectionTarget(parseConnectionUrl(url));
  const addresses = hosts.map(({ host, port }) => `${host}:${port}`);
  return ` to ${database} on ${addresses.join(' or ')} as ${user}`;
}

export interface ReplicaCheckOptions {
  readonly primaryUrl: string;
  readonly urls: readonly string[];
  readonly timeoutMs: number;
}

interface Position {
  readonly isStandby: boolean;
  readonly cluster: string;
  /** The position in the log, in bytes. */
  readonly position: string;
}

const positionSql = `
  SELECT pg_is_in_recovery() AS "isStandby", (SELECT system_identifier::text FROM pg_control_system()) AS cluster,
    (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0')::text AS position`;

/** Compares the replicas with their primary. */
export async function checkReplicas(
  { primaryUrl, urls, timeoutMs }: ReplicaCheckOptions,
  add: AddFinding,
): Promise<void> {
  const positionOf = async (url: string): Promise<Position> => {
    const session = { timeoutMs: Math.min(timeoutMs, requestTimeoutMs), sendsSettings: false };
    const pool: Pool = openPool(url, { ...session, size: 1, onError: () => {} });
    try {
      return (await pool.query<Position>(positionSql)).rows[0]!;
    } finally {
      await pool.end();
    }
  };
  for (const url of urls) {
    const { host, port } = toConnectionTarget(parseConnectionUrl(url)).hosts[0]!;
    try {
      // Queries the replica first, so that it cannot be ahead of the primary's later position.
      const replica = await positionOf(url);
      add(compareWithPrimary(`${host}:${port}`, replica, await positionOf(primaryUrl)));
    } catch (error) {
      const remedy =
        'Check that the replica is running and can be reached from here, and that DATABASE_REPLICA_URLS is correct.';
      add(failed('replica', `${host}:${port} cannot be read: ${sentenceOf(error)}`, remedy));
    }
  }
}

function compareWithPrimary(name: string, replica: Position, primary: Position): Finding {
  if (replica.cluster !== primary.cluster) {
    return failed(
      'replica',
      `${name} belongs to a different PostgreSQL cluster than the primary, so it is excluded from reads.`,
      'Set DATABASE_REPLICA_URLS to a standby of the primary.',
    );
  }
  if (!replica.isStandby) {
    const remedy = 'After a failover, this is expected of the new primary. Turn any other server into a standby again.';
    return warning('replica', `${name} is not a standby, so it is excluded from reads.`, remedy);
  }
  const bytes = BigInt(primary.position) - BigInt(replica.position);
  return ok('replica', `${name} is a standby and ${formatCount(bytes)} bytes of WAL behind.`);
}
