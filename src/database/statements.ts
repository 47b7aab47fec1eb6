import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { GatewayError } from '../errors/gateway-error.js';

/** A prepared statement: built once, known to the server by its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** The name the server knows it by, where `name` has several texts; null: it is planned anew each time. */
  readonly planName?: string | null;
}

/** A statement with the values of its parameters. */
export interface BoundStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

/** Runs prepared statements on the data source's pool and distinguishes an unreachable database from a faulty statement. */
export interface StatementRunner {
  /** @throws GatewayError SERVICE_UNAVAILABLE when the database cannot be reached or takes too long. */
  run<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

export function createStatementRunner(dataSource: DataSource, onStatement: (name: string) => void): StatementRunner {
  return {
    async run<Row extends object>({ name, text, planName = name }: Statement, values: readonly unknown[]) {
      onStatement(name);
      try {
        // TypeORM's own query() neither names statements nor leaves rows as the driver parsed them.
        const result = await poolOf(dataSource).query<Row>({ name: planName ?? undefined, text, values: [...values] });
        const { rows } = result;
        // A query whose time the driver watches is reachable for a while after its end, and so would be its result.
        result.rows = [];
        return rows;
      } catch (error) {
        throw isUnavailable(error)
          ? new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 }, { cause: error })
          : error;
      }
    },
  };
}

/**
 * Statements of one name whose text is composed of fixed fragments. Each connection and the server remember every
 * prepared text for good, so their number is limited; further ones run unprepared.
 */
export function createComposedStatements(name: string, maxPrepared = 100): (text: string) => Statement {
  const planNames = new Map<string, string>();
  return (text) => {
    if (!planNames.has(text) && planNames.size < maxPrepared) {
      // The same name stands for the same text in every process, wherever a pooler shares connections between them.
      planNames.set(text, `${name}_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`);
    }
    return { name, text, planName: planNames.get(text) ?? null };
  };
}

function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}

/**
 * SQLSTATE classes and codes of a server that is down, starting, stopping, full or out of time, waiting for a lock
 * included, or that rejects connections: for now, or because database or password have changed; 40: it cancelled the
 * statement in favour of others, as a standby does, and the same statement may succeed next.
 */
const unavailableStates = /^(08...|28...|3D000|40...|53...|55000|55P03|57014|57P0[1-5]|58...)$/;
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

/**
 * A parameter whose value the planner cannot see. Where it can, it finds the plan for just this value cheaper than the
 * prepared one, and plans anew for each statement, which takes several times as long as running it.
 */
export function unseen(parameter: string): string {
  return `(SELECT ${parameter})`;
}

/** Array parameters from $1 on, for `unnest`. */
export function unseenArrays(types: readonly string[]): string {
  return types.map((type, index) => unseen(`$${index + 1}::${type}[]`)).join(', ');
}
