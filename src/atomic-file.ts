// Small persistent files. They appear atomically, even if several processes start at the same time.

import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** Returns `undefined` if the file does not exist. */
export async function readIfExists(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(ignoreErrorCode('ENOENT'));
}

/**
 * Creates a file that only this user can read, unless it already exists. It appears completely or not at all. If
 * several processes try at the same time, all of them find the same content afterwards.
 */
export async function createPrivateFile(path: string, text: string): Promise<void> {
  // Unlike a rename, a link never replaces a file.
  await writeViaTemporary(path, text, 0o600, (temporary) => link(temporary, path).catch(ignoreErrorCode('EEXIST')));
}

/** Replaces the content of a file. Readers get either the old or the new content, never a part. */
export async function replaceFile(path: string, text: string, mode = 0o644): Promise<void> {
  await writeViaTemporary(path, text, mode, (temporary) => rename(temporary, path));
}

async function writeViaTemporary(
  path: string,
  text: string,
  mode: number,
  moveIntoPlace: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { mode, flag: 'wx', flush: true });
    await moveIntoPlace(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

function ignoreErrorCode(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw error;
  };
}
