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
 * A signal that aborts a statement when no request waits for it any longer. It supports a single listener: creating an
 * AbortSignal for each statement would cost more than sending the statement.
 */
export interface StatementSignal {
  readonly aborted: boolean;
  onabort: (() => void) | null;
  /** Called with the name of the statement when it is sent. */
  onSent?(name: string): void;
  /** Called with the time that the database spent on the statement. */
  onDatabaseTime?(milliseconds: number): void;
}

/**
 * Runs prepared statements on the data source's pool, and distinguishes an unreachable database from a failing
 * statement.
 */
export interface StatementRunner {
  /**
   * Runs a statement. Settles when the connection is free again: an aborted statement is first cancelled, or its
   * connection closed.
   * @throws GatewayError SERVICE_UNAVAILABLE if the database cannot be reached, DEADLINE_EXCEEDED if the statement was
   * aborted or exceeded the server's time limit
   */
  run<Row extends object>(statement: Statement, values: readonly unknown[], signal?: StatementSignal): Promise<Row[]>;
}

export interface StatementRunnerOptions {
  readonly onStatement: (name: string) => void;
  /** Called when a statement ends, with the time since it was sent. */
  readonly onStatementEnd?: (name: string, milliseconds: number) => void;
  /** Whether prepared statements persist on the server or the pooler in front of it. */
  readonly keepsPrepared: boolean;
  /**
   * Called when prepared statements turn out to be lost, for example because a pooler was restarted with other
   * settings.
   */
  readonly onPreparationLost?: () => void;
  /** Replicas for statements that tolerate stale data. */
  readonly replicas?: ReadReplicas | undefined;
  /** Whether aborted statements are cancelled on the server. Otherwise the runner waits for them to end. */
  readonly cancelsOnAbort: boolean;
  /** Whether to measure the database's working time, for `onDatabaseTime`. */
  readonly measuresTime?: boolean;
}

/** A pool of connections to the primary or a replica. */
export interface StatementPool {
  readonly pool: Pool;
  keepsPrepared: boolean;
}

/** The standbys that do not lag too far behind the primary. */
export interface ReadReplicas {
  /** Returns a replica that may be read, other than `excluded`; `undefined` if only the primary may be read. */
  choose(excluded?: StatementPool): StatementPool | undefined;
  /** Called when a replica could not run a statement. */
  reportFailure(replica: StatementPool, error: unknown): void;
}

/** The time in which a cancelled statement must end before its connection is closed. */
const cancelTimeoutMs = declareLimit(750, {
  section: 'Inside',
  name: 'time for a cancelled statement to end',
  unit: 'ms',
  beyond: 'its connection is closed',
});
const cancelIntervalMs = 50;
/** The limit per connection, which matters for statements composed from callers' filters. */
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
      // It takes a moment to detect that the primary is unreachable. By then, another replica may be usable.
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
      // A failed statement may have been prepared anyway.
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
      // The driver's timer keeps a reference to the query, and thus to its result, for a while after the query ends.
      result.rows = [];
      return rows;
    } catch (error) {
      // The driver creates the error in a socket handler, so its stack does not lead to the statement's sender.
      if (error instanceof pg.DatabaseError) Error.captureStackTrace(error);
      if (isUnavailable(error)) {
        isBroken = true;
        throw new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 }, { cause: error });
      }
      // Other statements on the connection may have stale plans, too.
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

/** @param name of the prepared statement; `null` if it is not to be prepared */
function sendQuery<Row extends object>(
  client: PoolClient,
  name: string | null,
  text: string,
  values: readonly unknown[],
): Promise<pg.QueryResult<Row>> {
  return new Promise((resolve, reject) => {
    // Given an options object, the driver copies it property by property, which takes as long as writing the message.
    const query = new pg.Query<Row>(text, values as unknown[], (error, result) => {
      // On success, the error is null, which the types omit.
      if (error as Error | null) reject(error);
      else resolve(result);
    });
    client.query(name === null ? query : Object.assign(query, { name }));
  });
}

interface Cancellation {
  /**
   * Settles when the client is free. Reusing it earlier would risk that a late cancel request hits its next statement.
   */
  end(): Promise<void>;
}

/** Cancels a query and, if that does not end it in time, closes its connection. */
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

/** Repeats the request until the query has ended, because a request that overtakes its statement has no effect. */
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

/** Returns the runner for statements of commands, which metrics do not count. */
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
