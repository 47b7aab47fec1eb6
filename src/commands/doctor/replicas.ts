import type { Pool } from 'pg';
import { openPool } from '../../database/replicas/watched-pool.js';
import { sentenceOf } from '../../errors/explain.js';
import { toConnectionTarget } from '../../libpq/connection-target.js';
import { parseConnectionUrl } from '../../libpq/connection-url.js';
import { type AddFinding, type Finding, failed, ok, requestTimeoutMs, warning } from './finding.js';

export interface ReplicaCheckOptions {
  readonly primaryUrl: string;
  readonly urls: readonly string[];
  readonly timeoutMs: number;
}

interface Position {
  readonly isStandby: boolean;
  readonly cluster: string;
  /** Bytes of the log. */
  readonly position: string;
}

const sql = `
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
      return (await pool.query<Position>(sql)).rows[0]!;
    } finally {
      await pool.end();
    }
  };
  for (const url of urls) {
    const { host, port } = toConnectionTarget(parseConnectionUrl(url)).hosts[0]!;
    try {
      // The replica first, so that it cannot be ahead of the primary's later position.
      const replica = await positionOf(url);
      add(compare(`${host}:${port}`, replica, await positionOf(primaryUrl)));
    } catch (error) {
      const remedy = 'See that it runs and can be reached from here, and that DATABASE_REPLICA_URLS is right.';
      add(failed('replica', `${host}:${port} cannot be read: ${sentenceOf(error)}`, remedy));
    }
  }
}

function compare(name: string, replica: Position, primary: Position): Finding {
  if (replica.cluster !== primary.cluster) {
    return failed(
      'replica',
      `${name} belongs to another PostgreSQL cluster than the primary, so it is not read.`,
      'Set DATABASE_REPLICA_URLS to a standby of the primary.',
    );
  }
  if (!replica.isStandby) {
    const remedy =
      'After a failover that is as it should be for the new primary; others have to be made standbys again.';
    return warning('replica', `${name} is not a standby: it is not read.`, remedy);
  }
  const bytes = BigInt(primary.position) - BigInt(replica.position);
  return ok('replica', `${name} is a standby, ${bytes.toLocaleString('en')} bytes of the log behind.`);
}
