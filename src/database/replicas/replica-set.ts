// Distributes reads among the standbys that do not lag too far behind the primary. Without such a standby, the primary
// is read.

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

/** The longest interval between two checks of a server, even if MAX_REPLICA_LAG_MS would allow a longer one. */
const maxIntervalMs = 1000;

export interface ReplicaStatus {
  /** Host and port. */
  readonly name: string;
  readonly state: ReplicaState;
  readonly isRead: boolean;
  /** The lag in seconds; `null` if it is unknown or if the server is not a standby of the primary. */
  readonly lag: number | null;
  readonly connections: number;
  readonly idle: number;
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

/** Opens the replicas. Resolves once each of them has been checked. */
export async function openReplicas(options: ReplicaSetOptions): Promise<ReplicaSet> {
  const replicas = new ReplicaSet(options);
  await replicas.watch();
  return replicas;
}

/** The replicas of a primary. They are checked until the set is closed. */
export class ReplicaSet implements ReadReplicas {
  readonly #options: ReplicaSetOptions;
  readonly #intervalMs: number;
  readonly #history = new PrimaryHistory();
  readonly #primary: ReturnType<typeof openPool>;
  readonly #replicas: readonly Replica[];
  readonly #closing = new AbortController();
  #loops: readonly Promise<void>[] = [];
  #isPrimaryUnavailable = false;
  #clusterOfPrimary: string | undefined;
  #nextIndex = 0;

  constructor(options: ReplicaSetOptions) {
    this.#options = options;
    this.#intervalMs = Math.min(options.maxLagMs / 4, maxIntervalMs);
    this.#primary = this.#openWatch(options.primaryUrl);
    this.#replicas = options.urls.map((url) => this.#openReplica(url));
  }

  /** Checks each server once, and then at intervals. */
  async watch(): Promise<void> {
    await this.#checkPrimary();
    await Promise.all(this.#replicas.map((replica) => replica.check()));
    const checks = [() => this.#checkPrimary(), ...this.#replicas.map((replica) => () => replica.check())];
    this.#loops = checks.map((check) => this.#repeat(check));
  }

  choose(excluded?: StatementPool): Replica | undefined {
    this.#nextIndex += 1;
    const count = this.#replicas.length;
    // Rotates among replicas with equal load.
    const rotated = this.#replicas.map((_, index) => this.#replicas[(index + this.#nextIndex) % count]!);
    return rotated
      .filter((replica) => replica !== excluded && this.#isRead(replica))
      .reduce<Replica | undefined>(
        (leastLoaded, replica) => (leastLoaded && leastLoaded.load <= replica.load ? leastLoaded : replica),
        undefined,
      );
  }

  reportFailure(replica: StatementPool, error: unknown): void {
    if (!isRecoveryConflict(error)) (replica as Replica).fail(error);
  }

  /** Returns the number of statements that can run at the same time on the servers used for reads. */
  connections(): number {
    const read = this.#replicas.filter((replica) => this.#isRead(replica));
    return this.#options.poolSize * Math.max(1, read.length);
  }

  status(): readonly ReplicaStatus[] {
    return this.#replicas.map((replica) => {
      const { name, state, pool } = replica;
      // A server that is not a standby of the primary, for example a promoted one, has no lag.
      const isStandby = state === 'up' || state === 'unreachable';
      const lag = isStandby ? Math.max(0, this.#lagOf(replica)) / 1000 : Number.NaN;
      return {
        name,
        state,
        isRead: this.#isRead(replica),
        lag: Number.isFinite(lag) ? lag : null,
        connections: pool.totalCount,
        idle: pool.idleCount,
      };
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#loops);
    await Promise.all([this.#primary.end(), ...this.#replicas.map((replica) => replica.close())]);
  }

  #openReplica(url: string): Replica {
    const { poolSize, log } = this.#options;
    const { host, port } = toConnectionTarget(parseConnectionUrl(url)).hosts[0]!;
    const name = `${host}:${port}`;
    return new Replica({
      name,
      pool: openPool(url, {
        ...this.#session,
        size: poolSize,
        onError: (err) => log.warn({ err, replica: name }, 'idle connection to replica lost'),
        onServerFull: (err) =>
          log.warn({ err, replica: name }, 'replica is at its connection limit, statements wait for open connections'),
      }),
      watch: this.#openWatch(url),
      history: this.#history,
      clusterOfPrimary: () => this.#clusterOfPrimary,
      onState(state, err) {
        if (state === 'up') log.info({ replica: name }, 'replica available');
        else log.warn({ replica: name, state, err }, 'replica excluded from reads');
      },
    });
  }

  /**
   * Opens the connection for checks. They must fail before the replicas lag too far behind the last query to the
   * primary.
   */
  #openWatch(url: string): ReturnType<typeof openPool> {
    return openPool(url, {
      ...this.#session,
      size: 1,
      timeoutMs: this.#intervalMs * 2,
      graceMs: 0,
      onError: () => {},
    });
  }

  get #session(): Pick<ReplicaSetOptions, 'timeoutMs' | 'sendsSettings'> {
    const { timeoutMs, sendsSettings } = this.#options;
    return { timeoutMs, sendsSettings };
  }

  /** While the primary is unreachable, nothing is committed, so the lag does not grow. */
  #lagOf({ completeUntil }: Replica): number {
    return (this.#isPrimaryUnavailable ? this.#history.latest : performance.now()) - completeUntil;
  }

  #isRead(replica: Replica): boolean {
    return replica.state === 'up' && this.#lagOf(replica) <= this.#options.maxLagMs;
  }

  async #checkPrimary(): Promise<void> {
    const askedAt = performance.now();
    try {
      const { position, cluster } = (await this.#primary.query(positionSql)).rows[0];
      this.#history.record(askedAt, BigInt(position));
      this.#clusterOfPrimary = cluster;
      this.#isPrimaryUnavailable = false;
    } catch {
      this.#isPrimaryUnavailable = true;
    }
  }

  async #repeat(check: () => Promise<void>): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await check();
      await setTimeout(this.#intervalMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }
}

/**
 * Returns whether the replica ended the statement in order to continue replaying, and is available for the next one.
 */
function isRecoveryConflict(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === '40001';
}
