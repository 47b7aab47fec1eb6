import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** PGlite allocates all of it at startup, even for an empty database. The default of initdb is 128 MB. */
export const sharedBuffers = ['-c', 'shared_buffers=16MB'] as const;

export interface PgliteServer {
  readonly url: string;
  /** Closes the connections and writes everything to the folder. */
  close(): Promise<void>;
}

/** Opens the database in a folder, or creates an empty one, and serves it on a socket for `pg`. */
export async function servePglite(directory: string): Promise<PgliteServer> {
  const pglite = await PGlite.create(directory, {
    startParams: [...PGlite.defaultStartParams, ...sharedBuffers],
  });
  const endpoint = await createEndpoint();
  // A pool may replace a connection before the server notices that the old one has closed, so one is not enough.
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
 * Resets the shared session for a new connection: the previous one may have left an open transaction and prepared
 * statements with the same names. Subscriptions (LISTEN) belong to the process and are kept.
 */
function startSession(pglite: PGlite): void {
  // This fails only while the database is being closed, which ends the connection as well.
  pglite.exec('ROLLBACK; DEALLOCATE ALL; RESET ALL').catch(() => {});
}

interface Endpoint {
  readonly options: { readonly path: string } | { readonly host: string; readonly port: number };
  toUrl(address: string): string;
  remove(): Promise<void>;
}

/** Creates the socket. It needs no password: only this user can access the folder from mkdtemp, except on Windows. */
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
