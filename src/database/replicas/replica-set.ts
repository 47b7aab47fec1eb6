// Spreads reads over the standbys that are not too far behind their primary. Without one, the primary is read.

import { setTimeout } from 'node:timers/promises';
import { toConnectionTarget } from '../../libpq/connection-target.js';
import { parseConnectionUrl } from '../../libpq/connection-url.js';
import type { Logger } from '../../telemetry/logger.js';
import type { ReadReplicas, StatementPool } from '../connection/statement-runner.js';
import { PrimaryHistory } from './primary-history.js';
import { Replica, type ReplicaState } from './replica.js';
import { openPool } from './watched-pool.js';

const positionSql = `
  SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0')::text AS position,
    (SELECT system_identifier::text FROM pg_control_system()) AS cluster`;

/** The longest interval between two checks of a server, even where MAX_REPLICA_LAG_MS would allow more. */
const maxIntervalMs = 1000;

export interface ReplicaStatus {
  /** Host and port. */
  readonly name: string;
  readonly state: ReplicaState;
  readonly isRead: boolean;
  /** Seconds; null: unknown, or it is no standby of the primary. */
  readonly lag: number | null;
  readonly connections: number;
  readonly idle: number;
}

export interface ReplicaSet extends ReadReplicas {
  /** Returns the number of statements that can run at a time on the servers that are read. */
  connections(): number;
  status(): readonly ReplicaStatus[];
  close(): Promise<void>;
}

export interface ReplicaSetOptions {
  readonly primaryUrl: string;
  readonly urls: readonly string[];
  /** The size of each server's pool. */
  readonly poolSize: number;
  readonly timeoutMs: number;
  readonly sendsSettings: boolean;
  readonly maxLagMs: number;
  readonly log: Logger;
}

/** Resolves once each replica was checked. */
export async function openReplicas(options: ReplicaSetOptions): Promise<ReplicaSet> {
  const { primaryUrl, urls, poolSize, maxLagMs, log, ...session } = options;
  const now = () => performance.now();
  const intervalMs = Math.min(maxLagMs / 4, maxIntervalMs);
  const watchPool = (url: string) =>
    // A check has to fail before the replicas are too far behind the last query to the primary.
    openPool(url, { ...session, size: 1, timeoutMs: intervalMs * 2, graceMs: 0, onError: () => {} });

  const history = new PrimaryHistory();
  const primary = watchPool(primaryUrl);
  let isPrimaryUnavailable = false;
  let clusterOfPrimary: string | undefined;
  const replicas = urls.map((url) => {
    const { host, port } = toConnectionTarget(parseConnectionUrl(url)).hosts[0]!;
    const name = `${host}:${port}`;
    return new Replica({
      name,
      pool: openPool(url, {
        ...session,
        size: poolSize,
        onError: (err) => log.warn({ err, replica: name }, 'An idle connection to a replica broke.'),
        onServerFull: (err) =>
          log.warn(
            { err, replica: name },
            'A replica refused a new connection because it is at its limit: statements wait for an open one.',
          ),
      }),
      watch: watchPool(url),
      history,
      clusterOfPrimary: () => clusterOfPrimary,
      onState(state, err) {
        if (state === 'up') log.info({ replica: name }, 'A replica is there.');
        else log.warn({ replica: name, state, err }, 'A replica is not read.');
      },
    });
  });

  /** While the primary is unreachable, nothing is committed, so the lag does not grow. */
  const lagOf = ({ completeUntil }: Replica) => (isPrimaryUnavailable ? history.latest : now()) - completeUntil;
  const isRead = (replica: Replica) => replica.state === 'up' && lagOf(replica) <= maxLagMs;

  const checkPrimary = async () => {
    const askedAt = now();
    try {
      const { position, cluster } = (await primary.query(positionSql)).rows[0];
      history.record(askedAt, BigInt(position));
      clusterOfPrimary = cluster;
      isPrimaryUnavailable = false;
    } catch {
      isPrimaryUnavailable = true;
    }
  };
  const closing = new AbortController();
  const repeat = async (check: () => Promise<void>) => {
    while (!closing.signal.aborted) {
      await check();
      await setTimeout(intervalMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
    }
  };

  await checkPrimary();
  await Promise.all(replicas.map((replica) => replica.check()));
  const loops = [checkPrimary, ...replicas.map((replica) => () => replica.check())].map(repeat);
  let nextIndex = 0;

  return {
    choose(excluded?: StatementPool) {
      nextIndex += 1;
      // Rotates replicas with the same load.
      const rotated = replicas.map((_, index) => replicas[(index + nextIndex) % replicas.length]!);
      return rotated
        .filter((replica) => replica !== excluded && isRead(replica))
        .reduce<Replica | undefined>(
          (leastLoaded, each) => (leastLoaded && leastLoaded.load <= each.load ? leastLoaded : each),
          undefined,
        );
    },
    reportFailure(replica, error) {
      if (!isRecoveryConflict(error)) (replica as Replica).fail(error);
    },
    connections: () => poolSize * Math.max(1, replicas.filter(isRead).length),
    status: () =>
      replicas.map((replica) => {
        const { name, state, pool } = replica;
        // A server that is no standby of the primary, such as a promoted one, is not behind.
        const isStandby = state === 'up' || state === 'unreachable';
        const lag = isStandby ? Math.max(0, lagOf(replica)) / 1000 : Number.NaN;
        return {
          name,
          state,
          isRead: isRead(replica),
          lag: Number.isFinite(lag) ? lag : null,
          connections: pool.totalCount,
          idle: pool.idleCount,
        };
      }),
    async close() {
      closing.abort();
      await Promise.all(loops);
      await Promise.all([primary.end(), ...replicas.map((replica) => replica.close())]);
    },
  };
}

/** Whether the replica ended the statement to go on replaying, and is available for the next. */
function isRecoveryConflict(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === '40001';
}
