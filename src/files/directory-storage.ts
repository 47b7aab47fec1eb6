// Files in a directory on this machine. Keys come from the database and are not trusted: no key or symbolic link may
// lead out of the directory.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, realpath, rename, rm, rmdir, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import {
  assertInnerKey,
  type ByteRange,
  type ByteStream,
  type FileStorage,
  isInnerKey,
  type StoredObject,
  storageUnavailable,
} from './storage.js';

interface Directory {
  /** The absolute path. It may be missing until the first `put`; until then, opening files fails as unavailable. */
  readonly path: string;
  /** Whether new files and folders are readable only by this user. Otherwise the umask decides. */
  readonly isPrivate: boolean;
}

export function createDirectoryStorage(directory: Directory): FileStorage {
  return {
    open: (key) => wrapAsUnavailable(() => (isInnerKey(key) ? openInside(directory.path, key) : null)),
    async put(key, bytes) {
      assertInnerKey(key);
      await wrapAsUnavailable(() => putInside(directory, key, bytes));
    },
    delete: (key) => wrapAsUnavailable(() => deleteInside(directory.path, key)),
  };
}

async function openInside(directory: string, key: string): Promise<StoredObject | null> {
  // Outside the `try`: a missing folder (such as an unmounted volume) is a failure, not a missing object.
  const root = await realpath(directory);
  let handle: FileHandle;
  try {
    const path = await realpath(join(root, key));
    if (!isInside(root, path)) return null;
    // Non-blocking, because opening a named pipe would wait for its writer; no-follow, in case a link was just created.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const object = await toStoredObject(handle).catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  if (object === null) await handle.close();
  return object;
}

async function toStoredObject(handle: FileHandle): Promise<StoredObject | null> {
  const stats = await handle.stat({ bigint: true });
  if (!stats.isFile()) return null;
  return {
    size: Number(stats.size),
    etag: `"${stats.size.toString(36)}-${stats.mtimeNs.toString(36)}"`,
    read: (range) => wrapAsUnavailable(() => readFrom(handle, range)),
    close: () => handle.close(),
  };
}

async function readFrom(handle: FileHandle, range: ByteRange | undefined): Promise<Readable> {
  const bytes = handle.createReadStream(range === undefined ? {} : { start: range.start, end: range.end });
  await once(bytes, 'readable');
  return bytes;
}

async function putInside({ path, isPrivate }: Directory, key: string, bytes: Uint8Array | ByteStream): Promise<void> {
  const folderMode = isPrivate ? 0o700 : 0o777;
  const fileMode = isPrivate ? 0o600 : 0o666;
  await mkdir(path, { recursive: true, mode: folderMode });
  const root = await realpath(path);
  const target = join(root, key);
  const folder = dirname(target);
  // Checked before folders are created: below a link that leads out, they would be created outside.
  if (!isInside(root, await nearestRealPath(folder))) throw new Error('A storage key points outside the storage.');
  await mkdir(folder, { recursive: true, mode: folderMode });
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, 'stream' in bytes ? bytes.stream : bytes, { flag: 'wx', mode: fileMode });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Deletes a file, or a link in its place, and then the folder if it is empty. */
async function deleteInside(directory: string, key: string): Promise<void> {
  if (!isInnerKey(key)) return;
  try {
    const root = await realpath(directory);
    const target = join(root, key);
    const folder = await realpath(dirname(target));
    if (!isInside(root, folder)) return;
    await unlink(join(folder, basename(target)));
    if (folder !== root) await rmdir(folder).catch(() => {});
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Returns the real path of the deepest existing folder on the way to `path`. */
async function nearestRealPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return nearestRealPath(dirname(path));
  }
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

async function wrapAsUnavailable<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw systemErrorCode(error) === undefined ? error : storageUnavailable(error);
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(systemErrorCode(error) ?? '');
}

function systemErrorCode(error: unknown): string | undefined {
  const { code, syscall } = error as Partial<NodeJS.ErrnoException>;
  return syscall === undefined ? undefined : code;
}
