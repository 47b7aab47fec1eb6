// The folder of a database, and a lock that prevents two processes from opening it at once. The highest ticket in the
// folder `<directory>.lock` names the holder. A dead holder's ticket is not removed but outbid by the next number,
// which only one process can create. If a stale lock file were replaced instead, two processes that found it stale at
// the same time would both win.

import { randomUUID } from 'node:crypto';
import { access, link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSameProcess, processStamp } from './process-stamp.js';

/** Returns whether the folder contains a database. */
export function isDatabase(directory: string): Promise<boolean> {
  return access(join(directory, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

export interface DirectoryLock {
  release(): Promise<void>;
}

/** Returns the id of the process that holds the directory, or `null`. Does not acquire the lock. */
export async function findHolder(directory: string): Promise<number | null> {
  const folder = `${directory}.lock`;
  const last = (await tickets(folder).catch(undefinedIfMissing))?.reduce(
    (highest, ticket) => Math.max(highest, ticket),
    0,
  );
  const holder = last ? await readFile(join(folder, `${last}`), 'utf8').catch(undefinedIfMissing) : undefined;
  return holder !== undefined && (await isSameProcess(holder)) ? Number.parseInt(holder, 10) : null;
}

/** @throws Error that names the process holding the directory */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const folder = `${directory}.lock`;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A hard link creates the ticket together with its content, and only if the number is free.
  const claim = join(folder, `claim-${randomUUID()}`);
  await writeFile(claim, await processStamp(process.pid));
  try {
    for (;;) {
      const ticket = await takeTicket(folder, claim, directory);
      if (ticket !== undefined) return { release: () => writeFile(ticket, '') };
    }
  } finally {
    await rm(claim, { force: true });
  }
}

/**
 * Returns the path of the new highest ticket, or `undefined` if another process was faster and the caller must retry.
 */
async function takeTicket(folder: string, claim: string, directory: string): Promise<string | undefined> {
  const last = await highestTicket(folder);
  const holder = last === 0 ? '' : await readFile(join(folder, `${last}`), 'utf8').catch(undefinedIfMissing);
  if (holder === undefined) return undefined;
  if (await isSameProcess(holder)) {
    throw new Error(
      `The database in ${directory} is in use by process ${Number.parseInt(holder, 10)}: stop it, or set DATA_DIR to another folder.`,
    );
  }
  const ticket = join(folder, `${last + 1}`);
  const isTaken = await link(claim, ticket).then(() => true, falseIfExists);
  if (!isTaken) return undefined;
  // The listing above may be stale: meanwhile, higher tickets may have been created and lower ones removed.
  if ((await highestTicket(folder)) > last + 1) {
    await rm(ticket);
    return undefined;
  }
  for (const number of await tickets(folder)) if (number <= last) await rm(join(folder, `${number}`), { force: true });
  return ticket;
}

async function tickets(folder: string): Promise<number[]> {
  return (await readdir(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
}

async function highestTicket(folder: string): Promise<number> {
  return Math.max(0, ...(await tickets(folder)));
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function falseIfExists(error: NodeJS.ErrnoException): false {
  if (error.code !== 'EEXIST') throw error;
  return false;
}
