import { setTimeout as after } from 'node:timers/promises';
import pg, { type Pool, type PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../../config/config.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { declareLimit } from '../../limits.js';
import type { Statement } from '../statements.js';
import { type CancelTarget, sendCancelRequest } from './cancel-request.js';
import { detectPooler, poolOf } from './pooler.js';
import { closePrepared, trackPrepared } from './prepared-names.js';
import { timedText, workedMsOf } from './timed-text.js';
import { isPreparationLost, isStalePlan, isTimedOut, isUnavailable } from './unavailable.js';

/**
 * Aborts a statement that no request waits for. It has one listener: an AbortSignal for each statement would cost more
 * than sending the statement.
 */
export interface StatementSignal {
  readonly aborted: boolean;
  onabort: (() => void) | null;
  /** Called with the name of the statement when it is sent. */
  onSent?(name: string): void;
  /** Called with the time that the database has worked for the statement. */
  onDatabaseTime?(milliseconds: number): void;
}

/**
 * Runs prepared statements on the data source's pool, and distinguishes an unreachable database from a faulty
 * statement.
 */
export interface StatementRunner {
  /**
   * Runs a statement. Settles when the connection is free again: an aborted statement is cancelled first, or its
   * connection closed.
   * @throws GatewayError SERVICE_UNAVAILABLE when the database cannot be reached, DEADLINE_EXCEEDED when the statement
   *   was aborted or exceeded the server's time limit
   */
  run<Row extends object>(statement: Statement, values: readonly unknown[], signal?: StatementSignal): Promise<Row[]>;
}

export interface StatementRunnerOptions {
  readonly onStatement: (name: string) => void;
  /** Called with the time from the sending of a statement to its end. */
  readonly onStatementEnd?: (name: string, milliseconds: number) => void;
  /** Whether the server, or the pooler in front of it, keeps prepared statements. */
  readonly keepsPrepared: boolean;
  /** Called when prepared statements turn out to be lost, such as after a pooler was restarted with other settings. */
  readonly onPreparationLost?: () => void;
  /** Replicas for statements that need not be current. */
  readonly replicas?: ReadReplicas | undefined;
  /** Whether an aborted statement is cancelled on the server; otherwise its end is awaited. */
  readonly cancelsOnAbort: boolean;
  /** Whether the time that the database works is measured, for `onDatabaseTime`. */
  readonly measuresTime?: boolean;
}

/** A pool of connections to the primary or a replica. */
export interface StatementPool {
  readonly pool: Pool;
  keepsPrepared: boolean;
}

/** The standbys that are not too far behind the primary. */
export interface ReadReplicas {
  /** Returns a replica that may be read, other than `excluded`; undefined: only the primary may be read. */
  choose(excluded?: StatementPool): StatementPool | undefined;
  /** Called when a replica could not run a statement. */
  reportFailure(replica: StatementPool, error: unknown): void;
}

/** Time for a cancelled statement to end, before its connection is closed. */
const cancelTimeoutMs = declareLimit(750, {
  section: 'Inside',
  name: 'time for a cancelled statement to end',
  unit: 'ms',
  beyond: 'its connection is closed',
});
const cancelIntervalMs = 50;
/** The limit per connection, for statements that callers' filters compose. */
const maxPrepared = declareLimit(100, {
  section: 'Inside',
  name: 'prepared statements for filters per connection',
  beyond: 'the least recently used is closed',
});

/** Runs statements on the pool of a data source, and on replicas. */
export class PostgresStatements implements StatementRunner {
  readonly #primary: StatementPool;
  readonly #options: StatementRunnerOptions;

  constructor(dataSource: DataSource, options: StatementRunnerOptions) {
    this.#primary = { pool: poolOf(dataSource), keepsPrepared: options.keepsPrepared };
    this.#options = options;
  }

  run<Row extends object>(statement: Statement, values: readonly unknown[], signal?: StatementSignal): Promise<Row[]> {
    const { onStatement, replicas } = this.#options;
    onStatement(statement.name);
    signal?.onSent?.(statement.name);
    if (replicas === undefined || statement.requiresPrimary)
      return this.#runOn(this.#primary, statement, values, signal);
    return this.#runOnAny(replicas, statement, values, signal);
  }

  async #runOnAny<Row extends object>(
    replicas: ReadReplicas,
    ...[statement, values, signal]: Parameters<StatementRunner['run']>
  ): Promise<Row[]> {
    const replica = replicas.choose();
    try {
      return await this.#runOn(replica ?? this.#primary, statement, values, signal);
    } catch (error) {
      if (!isOutage(error) || signal?.aborted) throw error;
      if (replica) replicas.reportFailure(replica, error.cause);
      // An unreachable primary is detected a moment later. Then a replica may be readable that was not before.
      const other = replicas.choose(replica);
      if (other) return this.#runOn(other, statement, values, signal);
      if (!replica) throw error;
      return this.#runOn(this.#primary, statement, values, signal);
    }
  }

  #runOn<Row extends object>(
    server: StatementPool,
    ...[statement, values, signal]: Parameters<StatementRunner['run']>
  ): Promise<Row[]> {
    return this.#attempt<Row>(server.pool, statement, values, server.keepsPrepared, signal).catch((error) => {
      if (isPreparationLost(error)) {
        if (server.keepsPrepared) this.#options.onPreparationLost?.();
        server.keepsPrepared = false;
      } else if (!isStalePlan(error)) throw error;
      return this.#attempt(server.pool, statement, values, false, signal);
    });
  }

  async #attempt<Row extends object>(
    pool: Pool,
    statement: Statement,
    values: readonly unknown[],
    isPrepared: boolean,
    signal?: StatementSignal,
  ): Promise<Row[]> {
    const { measuresTime = false, cancelsOnAbort, onStatementEnd } = this.#options;
    const { name, planName = name } = statement;
    const preparedName = isPrepared ? planName : null;
    const text = measuresTime && !statement.isExplain ? timedText(statement) : statement.text;
    let client: PoolClient | undefined;
    let cancellation: Cancellation | undefined;
    let isBroken = false;
    let evictedName: string | undefined;
    let sentAt: number | undefined;
    try {
      client = await pool.connect();
      if (signal?.aborted) throw new GatewayError('DEADLINE_EXCEEDED', { retryAfter: 1 });
      // A statement that fails may have been prepared nevertheless.
      if (preparedName && preparedName !== name) evictedName = trackPrepared(client, preparedName, maxPrepared);
      sentAt = performance.now();
      const query = sendQuery<Row>(client, preparedName, text, values);
      if (signal && cancelsOnAbort) {
        signal.onabort = () => {
          cancellation = cancel(client!, query);
        };
      }
      const result = await query;
      const { rows } = result;
      if (measuresTime) signal?.onDatabaseTime?.(workedMsOf(rows) ?? performance.now() - sentAt);
      // The driver's timer keeps a reference to the query, and so to its result, for a while after its end.
      result.rows = [];
      return rows;
    } catch (error) {
      // The driver made the error in a handler of the socket, so its stack does not lead to the sender of the
      // statement.
      if (error instanceof pg.DatabaseError) Error.captureStackTrace(error);
      if (isUnavailable(error)) {
        isBroken = true;
        throw new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 }, { cause: error });
      }
      // Other statements of the connection may have stale plans, too.
      isBroken = isStalePlan(error);
      if (isTimedOut(error)) throw new GatewayError('DEADLINE_EXCEEDED', { retryAfter: 1 }, { cause: error });
      throw error;
    } finally {
      if (sentAt !== undefined) onStatementEnd?.(name, performance.now() - sentAt);
      if (signal) signal.onabort = null;
      if (cancellation) await cancellation.end();
      if (evictedName !== undefined && !isBroken) {
        await closePrepared(client!, evictedName).catch(() => {
          isBroken = true;
        });
      }
      client?.release(isBroken);
    }
  }
}

/** @param name of the prepared statement; null: it is not prepared */
function sendQuery<Row extends object>(
  client: PoolClient,
  name: string | null,
  text: string,
  values: readonly unknown[],
): Promise<pg.QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    // The driver copies an object of options property by property, which takes as long as writing the message.
    const query = new pg.Query<Row>(text, values as unknown[], (error, result) => {
      // null means success, which the types omit.
      if (error as Error | null) reject(error);
      else resolve(result);
    });
    client.query(name === null ? query : Object.assign(query, { name }));
  });
}

interface Cancellation {
  /** Settles when the client is free. Before, a late request could cancel its next statement. */
  end(): Promise<void>;
}

/** Cancels a query, and closes its connection if that does not end it in time. */
function cancel(client: PoolClient, query: Promise<unknown>): Cancellation {
  const cancelled = cancelUntilEnded(client as unknown as CancelTarget, query);
  const timer = setTimeout(() => streamOf(client).destroy(), cancelTimeoutMs);
  return {
    end() {
      clearTimeout(timer);
      return cancelled;
    },
  };
}

/** Repeats the request until the query has ended: a request that overtakes its statement has no effect. */
async function cancelUntilEnded(target: CancelTarget, query: Promise<unknown>): Promise<void> {
  const hasEnded = query.then(
    () => true,
    () => true,
  );
  do await sendCancelRequest(target, cancelTimeoutMs);
  while (!(await Promise.race([hasEnded, after(cancelIntervalMs, false)])));
}

function streamOf(client: PoolClient): { destroy(): void } {
  return (client as unknown as { readonly connection: { readonly stream: { destroy(): void } } }).connection.stream;
}

function isOutage(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.reason === 'SERVICE_UNAVAILABLE';
}

/** Returns the runner for the statements of commands, which are not counted in metrics. */
export async function createOperatorStatements(
  dataSource: DataSource,
  { cancels }: Pick<DatabaseConfig['database'], 'cancels'>,
): Promise<StatementRunner> {
  const pooler = await detectPooler(poolOf(dataSource));
  return new PostgresStatements(dataSource, {
    onStatement: () => {},
    cancelsOnAbort: cancels,
    keepsPrepared: pooler?.keepsPrepared ?? true,
  });
}
