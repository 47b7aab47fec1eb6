import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { GatewayError } from '../errors/gateway-error.js';

/** A prepared statement: built once, known to the server by its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Runs prepared statements on the data source's pool and tells an unreachable database from a faulty statement. */
export interface StatementRunner {
  /** @throws GatewayError SERVICE_UNAVAILABLE when the database cannot be reached or takes too long. */
  run<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

export function createStatementRunner(dataSource: DataSource, onStatement: (name: string) => void): StatementRunner {
  return {
    async run<Row extends object>({ name, text }: Statement, values: readonly unknown[]): Promise<Row[]> {
      onStatement(name);
      try {
        // TypeORM's own query() neither names statements nor leaves rows as the driver parsed them.
        const { rows } = await poolOf(dataSource).query<Row>({ name, text, values: values as unknown[] });
        return rows;
      } catch (error) {
        throw isUnavailable(error)
          ? new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 }, { cause: error })
          : error;
      }
    },
  };
}

function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}

/**
 * SQLSTATE classes and codes of a server that is away, starting, stopping, full or out of time, waiting for a lock included;
 * 40: it gave the statement up for others, as a standby does, and the same statement may succeed next.
 */
const unavailableStates = /^(08...|40...|53...|55P03|57014|57P0[1-5]|58...)$/;
const unavailableSystemErrors =
  /^E(CONNREFUSED|CONNRESET|CONNABORTED|HOSTUNREACH|NETUNREACH|NOENT|NOTFOUND|AI_AGAIN|PIPE|TIMEDOUT)$/;
/** `pg` reports its own time limits and broken connections by message only. */
const unavailableMessages =
  /^(timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered a connection error)/;

function isUnavailable(error: unknown): boolean {
  const { code, message = '', errors } = error as { code?: unknown; message?: string; errors?: readonly unknown[] };
  // Node reports each address it tried to connect to.
  if (errors !== undefined) return errors.every(isUnavailable);
  if (typeof code === 'string') return unavailableStates.test(code) || unavailableSystemErrors.test(code);
  return unavailableMessages.test(message);
}
