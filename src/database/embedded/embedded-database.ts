// An embedded PostgreSQL, so that the gateway runs on a machine with nothing but Node. What was committed survives
// the death of the process at any moment; only a power failure is not covered (PGlite never waits for the disk).

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDatabase } from './database-directory.js';
import { lockDirectory } from './directory-lock.js';
import { buildDatabaseDirectory } from './first-start.js';
import { servePglite } from './pglite-server.js';

export interface EmbeddedDatabaseOptions {
  /** Absolute path of the database's folder; folders that share its name plus a suffix are the database's too. */
  readonly directory: string;
  /** Makes and fills the tables of a new database. One that was not prepared to the end is never opened. */
  readonly prepare: (url: string) => Promise<void>;
}

export interface EmbeddedDatabase {
  /** A postgres:// URL. All its connections share one session: use one at a time. */
  readonly url: string;
  close(): Promise<void>;
}

/** @throws Error when another process has the database open. */
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
