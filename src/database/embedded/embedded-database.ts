// An embedded PostgreSQL, which lets the gateway run on a machine that has only Node. Committed transactions survive a
// crash of the process, but not a power failure, because PGlite never waits for the disk.

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDatabase, lockDirectory } from './database-directory.js';
import { buildDatabaseDirectory } from './first-start.js';
import { servePglite } from './pglite-server.js';

export interface EmbeddedDatabaseOptions {
  /**
   * The absolute path of the database's folder. Folders with the same name plus a suffix also belong to the database.
   */
  readonly directory: string;
  /** Creates and fills the tables of a new database. A database whose preparation failed is never opened. */
  readonly prepare: (url: string) => Promise<void>;
}

export interface EmbeddedDatabase {
  /** A postgres:// URL. All connections share one session, so only one may be used at a time. */
  readonly url: string;
  close(): Promise<void>;
}

/** @throws Error if another process has the database open */
export async function openEmbeddedDatabase({ directory, prepare }: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  await mkdir(dirname(directory), { recursive: true });
  const lock = await lockDirectory(directory);
  try {
    if (!(await isDatabase(directory))) await buildDatabaseDirectory(directory, prepare);
    const server = await servePglite(directory);
    return {
      url: server.url,
      async close() {
        await server.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
