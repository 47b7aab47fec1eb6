// A connection to the primary outside the pool. It responds even while all of the pool's statements wait.

import type { QueryResultRow } from 'pg';
import { declareLimit } from '../limits.js';
import { openPool } from './replicas/watched-pool.js';

export interface ServerProbe {
  /** Runs a statement. Rejects if the server does not respond in time. */
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export const probeTimeoutMs = declareLimit(2000, {
  section: 'Inside',
  name: 'time for the database to respond to a readiness check',
  unit: 'ms',
  beyond: 'not ready',
});

/** Returns a probe that connects at first use. */
export function openServerProbe(url: string): ServerProbe {
  // A pooler may reject settings, and the client has its own time limit anyway.
  const session = { timeoutMs: probeTimeoutMs, sendsSettings: false, graceMs: 0 };
  const pool = openPool(url, { ...session, size: 1, onError() {} });
  return {
    query: async <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(text, [...values])).rows,
    close: () => pool.end(),
  };
}
