import type { Pool } from 'pg';
import { detectPooler } from '../connection/pooler.js';
import type { StatementPool } from '../connection/statement-runner.js';
import type { PrimaryHistory } from './primary-history.js';
import { type BusyClients, watchBusyClients } from './watched-pool.js';

const statusSql = `
  SELECT pg_is_in_recovery() AS "isStandby", (pg_last_wal_replay_lsn() - '0/0')::text AS position,
    (SELECT system_identifier::text FROM pg_control_system()) AS cluster`;

/** Why a replica is not read. */
export type ReplicaState = 'up' | 'unreachable' | 'not a standby' | 'of another cluster';

export interface ReplicaOptions {
  /** Its host and port, as it is called in the log and metrics. */
  readonly name: string;
  readonly pool: Pool;
  /** Of a connection of its own, on which nothing waits. */
  readonly watch: Pool;
  readonly history: PrimaryHistory;
  /** Which cluster the primary is; undefined: not known yet. */
  readonly clusterOfPrimary: () => string | undefined;
  readonly onState: (state: ReplicaState, error?: unknown) => void;
}

/** A standby: what is known of it, and the connections to it. */
export class Replica implements StatementPool {
  readonly name: string;
  readonly pool: Pool;
  keepsPrepared = true;
  state: ReplicaState = 'unreachable';
  /** It has all that was committed until then. */
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

  /** How many statements it runs or has waiting. */
  get load(): number {
    return this.#busy.count + this.pool.waitingCount;
  }

  /** Looks how far it is. Never rejects. */
  async check(): Promise<void> {
    const { watch, history, clusterOfPrimary } = this.#options;
    try {
      const { isStandby, position, cluster } = (await watch.query(statusSql)).rows[0];
      if (!this.#hasBeenChecked) {
        this.keepsPrepared = (await detectPooler(this.pool))?.keepsPrepared ?? true;
        this.#hasBeenChecked = true;
      }
      this.#failuresInRow = 0;
      // What it has not replayed yet is unknown, not nothing.
      this.completeUntil = position === null ? Number.NEGATIVE_INFINITY : history.completeUntil(BigInt(position));
      const isOtherCluster = clusterOfPrimary() !== undefined && clusterOfPrimary() !== cluster;
      this.#setState(isOtherCluster ? 'of another cluster' : isStandby ? 'up' : 'not a standby');
    } catch (error) {
      this.fail(error);
      this.#failuresInRow += 1;
      // It hangs: statements that are there would wait for their time limit.
      if (this.#failuresInRow > 1) this.#busy.destroyAll();
    }
  }

  /** It is not read before it was checked again. */
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
