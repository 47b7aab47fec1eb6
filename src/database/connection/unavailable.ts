import { isConnectFailure } from '../hosts/pool.js';

/**
 * SQLSTATE classes and codes of a server that is away, starting, stopping or full, or that lets nobody in: for now, or
 * because database or password are not what they were; 40: it gave the statement up for others, as a standby does, and
 * the same statement may succeed next.
 */
const unavailableStates = /^(08...|28...|3D000|40...|53...|55000|57P0[1-5]|58...)$/;
/** The server's own time limits: of the statement, and of waiting for a lock. Also a statement that was cancelled. */
const timedOutStates = /^(57014|55P03)$/;
const unavailableSystemErrors =
  /^E(CONNREFUSED|CONNRESET|CONNABORTED|HOSTUNREACH|NETUNREACH|NOENT|NOTFOUND|AI_AGAIN|PIPE|TIMEDOUT)$/;
/** `pg` reports its own time limits and broken connections by message only. */
const unavailableMessages =
  /^(timeout exceeded when trying to connect|timeout expired|Query read timeout|Connection terminated|Client has encountered a connection error)/;

export function isUnavailable(error: unknown): boolean {
  const { code, message = '', errors } = error as { code?: unknown; message?: string; errors?: readonly unknown[] };
  // Node reports each address it tried to connect to.
  if (isConnectFailure(error)) return true;
  if (errors !== undefined) return errors.every(isUnavailable);
  if (typeof code === 'string') return unavailableStates.test(code) || unavailableSystemErrors.test(code);
  return unavailableMessages.test(message);
}

/**
 * Whether a statement was prepared before a migration that has changed the type of what it selects. The message may be
 * translated, what raises it is not (src/backend/utils/cache/plancache.c).
 */
export function isStalePlan(error: unknown): boolean {
  const { code, routine } = error as { code?: unknown; routine?: unknown };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
}

/**
 * Whether the connection to the server has no statement by a name that was prepared, or has one already that was not: a
 * pooler in between does not keep them.
 */
export function isPreparationLost(error: unknown): boolean {
  const [invalidStatementName, duplicatePreparedStatement] = ['26000', '42P05'];
  const { code } = error as { code?: unknown };
  return code === invalidStatementName || code === duplicatePreparedStatement;
}

/** Whether the server ended a statement for the time it took. */
export function isTimedOut(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && timedOutStates.test(code);
}
