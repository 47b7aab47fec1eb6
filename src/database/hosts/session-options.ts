import type { PoolConfig } from 'pg';
import type { ConnectionTarget } from '../../libpq/connection-target.js';

export interface SessionOptions {
  /** Time limit of one statement. */
  readonly timeoutMs: number;
  /** Whether the server gets settings as a connection begins: a pooler in between may reject them. */
  readonly sendsSettings: boolean;
  /** By how much the client gives up later than the server should have: one that hangs is noticed, too. */
  readonly graceMs?: number;
}

/** What every connection begins with. */
export function sessionOptions(
  target: ConnectionTarget,
  { timeoutMs, sendsSettings, graceMs = 500 }: SessionOptions,
): PoolConfig {
  // Compiling a statistic takes longer than it saves; other statements are too small for it anyway.
  const options = [target.options, sendsSettings && '-c jit=off'].filter(Boolean).join(' ');
  return {
    application_name: target.applicationName ?? 'task-run-gateway',
    ...(sendsSettings ? { statement_timeout: timeoutMs } : {}),
    ...(options === '' ? {} : { options }),
    query_timeout: timeoutMs + graceMs,
  };
}
