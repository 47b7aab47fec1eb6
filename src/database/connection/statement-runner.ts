import { setTimeout as after } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { GatewayError } from '../../errors/gateway-error.js';
import type { Statement } from '../statements.js';
import { type CancelTarget, sendCancelRequest } from './cancel-request.js';
import { poolOf } from './pool-of.js';
import { closePrepared, keepPrepared } from './prepared-names.js';
import { isStalePlan, isTimedOut, isUnavailable } from './unavailable.js';

/**
 * Whether anybody still waits for a statement, and one listener that hears when nobody does: an AbortSignal for each
 * statement would cost more than sending it.
 */
export interface StatementSignal {
  readonly aborted: boolean;
  onabort: (() => void) | null;
}

/** Runs prepared statements on the data source's pool and tells an unreachable database from a faulty statement. */
export interface StatementRunner {
  /**
   * Settles when the connection is free again: a statement that is aborted is cancelled first, or its connection closed.
   * @throws GatewayError SERVICE_UNAVAILABLE when the database cannot be reached, DEADLINE_EXCEEDED when the statement was
   * aborted or took too long for the server
   */
  run<Row extends object>(statement: Statement, values: readonly unknown[], signal?: StatementSignal): Promise<Row[]>;
}

export interface StatementRunnerOptions {
  readonly onStatement: (name: string) => void;
  /** Whether the server, or the pooler before it, has a statement again that was prepared. */
  readonly keepsPrepared: boolean;
  /** Whether a statement that is aborted is cancelled on the server; if not, it is waited for. */
  readonly isCancelling: boolean;
}

/** Time for a cancelled statement to end, before its connection is closed. */
const cancelTimeoutMs = 750;
const repeatCancelMs = 50;
/** On each connection, of the statements that callers' filters compose. */
const maxPrepared = 100;

export function createStatementRunner(
  dataSource: DataSource,
  { onStatement, isCancelling, keepsPrepared }: StatementRunnerOptions,
): StatementRunner {
  return {
    async run(statement, values, signal) {
      onStatement(statement.name);
      try {
        return await attempt(statement, values, keepsPrepared, signal);
      } catch (error) {
        if (!isStalePlan(error)) throw error;
        return attempt(statement, values, false, signal);
      }
    },
  };

  async function attempt<Row extends object>(
    { name, text, planName = name }: Statement,
    values: readonly unknown[],
    isPrepared: boolean,
    signal?: StatementSignal,
  ): Promise<Row[]> {
    const preparedName = isPrepared ? planName : null;
    let client: PoolClient | undefined;
    let isBroken = false;
    let superfluous: string | undefined;
    try {
      client = await poolOf(dataSource).connect();
      // An idle client that breaks is the pool's to report, one at work reports by its statement.
      client.on('error', ignore);
      if (signal?.aborted) throw new GatewayError('DEADLINE_EXCEEDED', { retryAfter: 1 });
      // Also one that fails may have been prepared.
      if (preparedName && preparedName !== name) superfluous = keepPrepared(client, preparedName, maxPrepared);
      const query = client.query<Row>({ name: preparedName ?? undefined, text, values: [...values] });
      const result = await (signal ? untilAborted(query, client, signal) : query);
      const { rows } = result;
      // A query whose time the driver watches is reachable for a while after its end, and so would be its result.
      result.rows = [];
      return rows;
    } catch (error) {
      if (isUnavailable(error)) {
        isBroken = true;
        throw new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 }, { cause: error });
      }
      // Its other statements may be as old.
      isBroken = isStalePlan(error);
      if (isTimedOut(error)) throw new GatewayError('DEADLINE_EXCEEDED', { retryAfter: 1 }, { cause: error });
      throw error;
    } finally {
      if (superfluous !== undefined && !isBroken) {
        await closePrepared(client!, superfluous).catch(() => {
          isBroken = true;
        });
      }
      client?.removeListener('error', ignore);
      client?.release(isBroken);
    }
  }

  /**
   * The result of a query, or its error after it was cancelled. The client is not free before both the query and the
   * request to cancel it have ended: a late one would hit the client's next statement.
   */
  async function untilAborted<Result>(
    query: Promise<Result>,
    client: PoolClient,
    signal: StatementSignal,
  ): Promise<Result> {
    if (!isCancelling) return query;
    let cancelled: Promise<void> | undefined;
    let timer: NodeJS.Timeout | undefined;
    signal.onabort = () => {
      cancelled = cancelUntilEnded(client as unknown as CancelTarget, query);
      timer = setTimeout(() => streamOf(client).destroy(), cancelTimeoutMs);
    };
    try {
      return await query;
    } finally {
      signal.onabort = null;
      clearTimeout(timer);
      await cancelled;
    }
  }
}

/** A request that overtakes its statement on the way to the server changes nothing, so it is repeated. */
async function cancelUntilEnded(target: CancelTarget, query: Promise<unknown>): Promise<void> {
  const hasEnded = query.then(
    () => true,
    () => true,
  );
  do await sendCancelRequest(target, cancelTimeoutMs);
  while (!(await Promise.race([hasEnded, after(repeatCancelMs, false)])));
}

function streamOf(client: PoolClient): { destroy(): void } {
  return (client as unknown as { readonly connection: { readonly stream: { destroy(): void } } }).connection.stream;
}

function ignore(): void {}
