import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** The process takes all of it at the start, whatever the size of the database; initdb would have it take 128 MB. */
export const sharedBuffers = ['-c', 'shared_buffers=16MB'] as const;

export interface PgliteServer {
  readonly url: string;
  /** Ends the connections and writes everything to the folder. */
  close(): Promise<void>;
}

/** Opens the database in a folder, making an empty one where there is none, behind a socket `pg` can connect to. */
export async function servePglite(directory: string): Promise<PgliteServer> {
  const pglite = await PGlite.create(directory, {
    startParams: [...PGlite.defaultStartParams, ...sharedBuffers],
  });
  const endpoint = await createEndpoint();
  // More than one, because a pool replaces a connection before the server has seen the old one end.
  const server = new PGLiteSocketServer({ db: pglite, maxConnections: 4, ...endpoint.options });
  server.addEventListener('connection', () => startSession(pglite));
  const close = async () => {
    await server.stop();
    await pglite.close();
    await endpoint.remove();
  };
  try {
    await server.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { url: endpoint.toUrl(server.getServerConn()), close };
}

/**
 * A connection finds the one session as the connection before left it: perhaps amid a transaction, and with prepared
 * statements whose names it wants to use. Subscriptions (LISTEN) stay, they belong to the process.
 */
function startSession(pglite: PGlite): void {
  // Can fail only when the database is being closed, which ends the connection too.
  pglite.exec('ROLLBACK; DEALLOCATE ALL; RESET ALL').catch(() => {});
}

interface Endpoint {
  readonly options: { readonly path: string } | { readonly host: string; readonly port: number };
  toUrl(address: string): string;
  remove(): Promise<void>;
}

/** There is no password: only this user can read mkdtemp's folder, except on Windows. */
async function createEndpoint(): Promise<Endpoint> {
  if (process.platform === 'win32') {
    return {
      options: { host: '127.0.0.1', port: 0 },
      toUrl: (address) => `postgres://postgres@${address}/postgres`,
      remove: async () => {},
    };
  }
  const folder = await mkdtemp(join(tmpdir(), 'task-runs-'));
  return {
    options: { path: join(folder, '.s.PGSQL.5432') },
    toUrl: () => `postgres:///postgres?host=${encodeURIComponent(folder)}&user=postgres`,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
