// A database is created in a temporary folder next to its final one, which is then renamed as a whole. If the process
// dies before that, the next one deletes the temporary folder.

import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unpackEmptyDatabase } from './empty-database.js';
import { servePglite } from './pglite-server.js';

/** Creates the database. Only one process may run this at a time. Leaves no files behind if `prepare` fails. */
export async function buildDatabaseDirectory(
  directory: string,
  prepare: (url: string) => Promise<void>,
): Promise<void> {
  await removeUnfinished(directory);
  const temporaryDirectory = `${directory}.building-${process.pid}`;
  await mkdir(temporaryDirectory, { mode: 0o700 });
  try {
    await prepareInside(temporaryDirectory, prepare);
    await flush(temporaryDirectory);
    await rename(temporaryDirectory, directory);
    await flushNames(dirname(directory));
  } catch (error) {
    await rm(temporaryDirectory, { recursive: true, force: true });
    throw error;
  }
}

async function prepareInside(temporaryDirectory: string, prepare: (url: string) => Promise<void>): Promise<void> {
  await unpackEmptyDatabase(temporaryDirectory);
  const server = await servePglite(temporaryDirectory);
  try {
    await prepare(server.url);
  } finally {
    await server.close();
  }
}

async function removeUnfinished(directory: string): Promise<void> {
  const prefix = `${basename(directory)}.building-`;
  for (const name of await readdir(dirname(directory))) {
    if (name.startsWith(prefix)) await rm(join(dirname(directory), name), { recursive: true, force: true });
  }
}

/** Flushes all files to disk, which PGlite does not do. Otherwise the rename might reach the disk before the files. */
async function flush(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await (entry.isDirectory() ? flush(path) : sync(path, 'r+'));
  }
  await flushNames(folder);
}

/**
 * Flushes a folder's directory entries, which are stored separately from the files. Windows does so automatically and
 * offers no call for it.
 */
async function flushNames(folder: string): Promise<void> {
  if (process.platform !== 'win32') await sync(folder, 'r');
}

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
