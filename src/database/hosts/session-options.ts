import type { PoolConfig } from 'pg';
import type { ConnectionTarget } from '../../libpq/connection-target.js';

export interface SessionOptions {
  /** The time limit for a statement. */
  readonly timeoutMs: number;
  /** Whether the server gets settings when a connection begins, which a pooler may reject. */
  readonly sendsSettings: boolean;
  /** The time that the client waits beyond the server's own limit, for a server that hangs. */
  readonly graceMs?: number;
}

/** Returns the options of every connection. */
export function sessionOptions(
  target: ConnectionTarget,
  { timeoutMs, sendsSettings, graceMs = 500 }: SessionOptions,
): PoolConfig {
  // JIT compilation of statistics takes longer than it saves; other statements are too small for it.
  const options = [target.options, sendsSettings && '-c jit=off'].filter(Boolean).join(' ');
  return {
    application_name: target.applicationName ?? 'task-run-gateway',
    ...(sendsSettings ? { statement_timeout: timeoutMs } : {}),
    ...(options === '' ? {} : { options }),
    query_timeout: timeoutMs + graceMs,
  };
}
