import type { PoolConfig } from 'pg';
import type { ConnectionTarget } from '../../libpq/connection-target.js';

export interface SessionOptions {
  /** The time limit for a statement. */
  readonly timeoutMs: number;
  /** Whether to send settings when a connection begins. A pooler may reject them. */
  readonly sendsSettings: boolean;
  /** How much longer the client waits than the server's own limit, in case the server hangs. */
  readonly graceMs?: number;
}

/** Returns the options for every connection. */
export function sessionOptions(
  target: ConnectionTarget,
  { timeoutMs, sendsSettings, graceMs = 500 }: SessionOptions,
): PoolConfig {
  // For statistics, JIT compilation takes longer than it saves. Other statements are too small for it.
  const options = [target.options, sendsSettings && '-c jit=off'].filter(Boolean).join(' ');
  return {
    application_name: target.applicationName ?? 'task-run-gateway',
    ...(sendsSettings ? { statement_timeout: timeoutMs } : {}),
    ...(options === '' ? {} : { options }),
    query_timeout: timeoutMs + graceMs,
  };
}
