import { isConnectFailure } from '../hosts/pool.js';

/**
 * SQLSTATE classes and codes of a server that is unreachable, starting, stopping or full, or that rejects the login,
 * either temporarily or because the database or password has changed. Class 40: the server ended the statement in
 * favour of others, as a standby does, and a retry may succeed.
 */
const unavailableStates = /^(08...|28...|3D000|40...|53...|55000|57P0[1-5]|58...)$/;
/** The server's time limits for statements and for locks. A cancelled statement has the same code. */
const timedOutStates = /^(57014|55P03)$/;
const unavailableSystemErrors =
  /^E(CONNREFUSED|CONNRESET|CONNABORTED|HOSTUNREACH|NETUNREACH|NOENT|NOTFOUND|AI_AGAIN|PIPE|TIMEDOUT)$/;
/** Messages of `pg` for its own time limits and for broken connections, which have no code. */
const unavailableMessages =
  /^(timeout exceeded when trying to connect|timeout expired|Query read timeout|Connection terminated|Client has encountered a connection error)/;

export function isUnavailable(error: unknown): boolean {
  const { code, message = '', errors } = error as { code?: unknown; message?: string; errors?: readonly unknown[] };
  // Node reports one error for each address that it tried.
  if (isConnectFailure(error)) return true;
  if (errors !== undefined) return errors.every(isUnavailable);
  if (typeof code === 'string') return unavailableStates.test(code) || unavailableSystemErrors.test(code);
  return unavailableMessages.test(message);
}

/**
 * Returns whether a statement was prepared before a migration changed the types that it selects. The message may be
 * translated, but the name of the C function is not (src/backend/utils/cache/plancache.c).
 */
export function isStalePlan(error: unknown): boolean {
  const { code, routine } = error as { code?: unknown; routine?: unknown };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
}

/**
 * Returns whether the server lacks a statement that was prepared, or has one that was not. In both cases, a pooler
 * between client and server does not support prepared statements.
 */
export function isPreparationLost(error: unknown): boolean {
  const [invalidStatementName, duplicatePreparedStatement] = ['26000', '42P05'];
  const { code } = error as { code?: unknown };
  return code === invalidStatementName || code === duplicatePreparedStatement;
}

/** Returns whether the server ended a statement at a time limit. */
export function isTimedOut(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && timedOutStates.test(code);
}
