// A gateway whose PostgreSQL is behind a proxy that can fail, with a session for the test that bypasses the proxy.

import pg from 'pg';
import { type Gateway, startGateway } from './start-gateway.js';
import { TcpProxy } from './tcp-proxy.js';
import { createTestDatabase } from './template-database.mjs';

export interface ProxiedGateway {
  readonly gateway: Gateway;
  readonly proxy: TcpProxy;
  /** The configuration that makes a gateway use the same database through the proxy. */
  readonly environment: Readonly<Record<string, string>>;
  readonly session: pg.Client;
  /** Ends the server side of all connections of gateways. */
  terminateBackends(): Promise<void>;
  /** Returns how many statements are waiting for a lock. */
  waitingForLock(): Promise<number>;
  /** Runs `act` while no other session can access the table of runs. */
  whileLocked(act: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function startProxiedGateway(timeoutMs: number): Promise<ProxiedGateway> {
  const database = await createTestDatabase();
  const url = new URL(database.url!);
  const proxy = await TcpProxy.start({ host: url.hostname, port: Number(url.port || 5432) });
  const session = new pg.Client({ connectionString: database.url! });
  await session.connect();
  url.host = `127.0.0.1:${proxy.port}`;
  const environment = { DATABASE_URL: url.href, DATABASE_TIMEOUT_MS: String(timeoutMs) };
  const gateway = await startGateway({ environment });
  return {
    gateway,
    proxy,
    environment,
    session,
    async terminateBackends() {
      const { rowCount } = await session.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'task-run-gateway'`,
      );
      expect(rowCount).toBeGreaterThan(0);
    },
    async waitingForLock() {
      const { rows } = await session.query(
        // pg_stat_activity is unsuitable: within a transaction, such as the one with the lock, it always shows the same
        // sessions.
        `SELECT count(*)::int AS waiting FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
         WHERE datname = current_database() AND NOT granted`,
      );
      return rows[0].waiting;
    },
    async whileLocked(act) {
      await session.query('BEGIN; LOCK TABLE task_run IN ACCESS EXCLUSIVE MODE');
      await act().finally(() => session.query('ROLLBACK'));
    },
    async close() {
      await gateway.close();
      await proxy.reject();
      await session.end();
      await database.drop();
    },
  };
}
