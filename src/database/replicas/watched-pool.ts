import type { Pool, PoolClient } from 'pg';
import { toConnectionTarget } from '../../libpq/connection-target.js';
import { parseConnectionUrl } from '../../libpq/connection-url.js';
import { createPoolClass } from '../hosts/pool.js';
import { type SessionOptions, sessionOptions } from '../hosts/session-options.js';

export interface PoolOptions extends SessionOptions {
  readonly size: number;
  /** Called when an idle connection breaks. */
  readonly onError: (error: Error) => void;
  /** Called once a minute while the server has no free connections and statements wait for open ones. */
  readonly onServerFull?: (error: Error) => void;
}

/** Returns a pool that connects at first use. */
export function openPool(url: string, { size, onError, onServerFull, ...session }: PoolOptions): Pool {
  const target = toConnectionTarget(parseConnectionUrl(url));
  const pool = new (createPoolClass(target))({
    ...sessionOptions(target, session),
    onServerFull,
    max: size,
    connectionTimeoutMillis: session.timeoutMs,
  });
  // Removes the connection from the error, because it contains the key that cancels its statements.
  return pool.on('error', (error) => onError(Object.assign(error, { client: undefined })));
}

export interface BusyClients {
  readonly count: number;
  /** Ends all running statements with an error. */
  destroyAll(): void;
}

export function watchBusyClients(pool: Pool): BusyClients {
  const busy = new Set<PoolClient>();
  pool.on('acquire', (client) => busy.add(client));
  pool.on('release', (_error, client) => busy.delete(client));
  return {
    get count() {
      return busy.size;
    },
    destroyAll() {
      for (const client of busy) client.connection.stream.destroy();
    },
  };
}
