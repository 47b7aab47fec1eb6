import type { Pool } from 'pg';
import { detectPooler } from '../connection/pooler.js';
import type { StatementPool } from '../connection/statement-runner.js';
import type { PrimaryHistory } from './primary-history.js';
import { type BusyClients, watchBusyClients } from './watched-pool.js';

const statusSql = `
  SELECT pg_is_in_recovery() AS "isStandby", (pg_last_wal_replay_lsn() - '0/0')::text AS position,
    (SELECT system_identifier::text FROM pg_control_system()) AS cluster`;

/** The state of a replica. Only a replica that is up is read. */
export type ReplicaState = 'up' | 'unreachable' | 'not a standby' | 'of another cluster';

export interface ReplicaOptions {
  /** Host and port, the name in logs and metrics. */
  readonly name: string;
  readonly pool: Pool;
  /** A pool with a single connection for checks, so that they do not wait for statements. */
  readonly watch: Pool;
  readonly history: PrimaryHistory;
  /** Returns the primary's cluster, or `undefined` if it is not known yet. */
  readonly clusterOfPrimary: () => string | undefined;
  readonly onState: (state: ReplicaState, error?: unknown) => void;
}

/** A standby with its state and the connections to it. */
export class Replica implements StatementPool {
  readonly name: string;
  readonly pool: Pool;
  keepsPrepared = true;
  state: ReplicaState = 'unreachable';
  /** The time up to which the replica has all committed transactions. */
  completeUntil = Number.NEGATIVE_INFINITY;
  readonly #busy: BusyClients;
  readonly #options: ReplicaOptions;
  #hasBeenChecked = false;
  #failuresInRow = 0;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.name = options.name;
    this.pool = options.pool;
    this.#busy = watchBusyClients(options.pool);
  }

  /** The number of statements that are running or waiting. */
  get load(): number {
    return this.#busy.count + this.pool.waitingCount;
  }

  /** Updates the state and `completeUntil`. Never rejects. */
  async check(): Promise<void> {
    const { watch, history, clusterOfPrimary } = this.#options;
    try {
      const { isStandby, position, cluster } = (await watch.query(statusSql)).rows[0];
      if (!this.#hasBeenChecked) {
        this.keepsPrepared = (await detectPooler(this.pool))?.keepsPrepared ?? true;
        this.#hasBeenChecked = true;
      }
      this.#failuresInRow = 0;
      // Without a replayed position, the progress of the replay is unknown.
      this.completeUntil = position === null ? Number.NEGATIVE_INFINITY : history.completeUntil(BigInt(position));
      const isOtherCluster = clusterOfPrimary() !== undefined && clusterOfPrimary() !== cluster;
      this.#setState(isOtherCluster ? 'of another cluster' : isStandby ? 'up' : 'not a standby');
    } catch (error) {
      this.fail(error);
      this.#failuresInRow += 1;
      // The server hangs. Otherwise its statements would wait for their time limit.
      if (this.#failuresInRow > 1) this.#busy.destroyAll();
    }
  }

  /** Excludes the replica from reads until the next successful check. */
  fail(error: unknown): void {
    this.#setState('unreachable', error);
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.#options.watch.end()]);
  }

  #setState(state: ReplicaState, error?: unknown): void {
    if (state === this.state) return;
    this.state = state;
    this.#options.onState(state, error);
  }
}
