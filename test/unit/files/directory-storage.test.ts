import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { createDirectoryStorage } from '../../../src/files/directory-storage.js';
import type { FileStorage } from '../../../src/files/storage.js';

let scratch: string;
let directory: string;
let storage: FileStorage;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'directory-storage-'));
  directory = join(scratch, 'files');
  storage = createDirectoryStorage({ path: directory, isPrivate: true });
});
afterEach(() => rm(scratch, { recursive: true }));

const unavailable = expect.objectContaining({ reason: 'FILE_STORE_UNAVAILABLE' });

describe('a directory storage', () => {
  it('gives back what was put, under a key with folders', async () => {
    const bytes = randomBytes(200_000);
    await storage.put('one/two/three.bin', bytes);
    const object = await storage.open('one/two/three.bin');
    expect(object?.size).toBe(200_000);
    expect((await buffer(await object!.read())).equals(bytes)).toBe(true);
  });

  it.each([
    ['is the only reader where it is private', true, [0o700, 0o700, 0o600]],
    ['and others may read by the umask where it is not', false, [0o755, 0o755, 0o644]],
  ])('makes folders and files that this user %s', async (_, isPrivate, modes) => {
    const umask = process.umask(0o022);
    try {
      await createDirectoryStorage({ path: directory, isPrivate }).put('one/two', Buffer.from('0'));
    } finally {
      process.umask(umask);
    }
    const paths = [directory, join(directory, 'one'), join(directory, 'one', 'two')];
    expect(await Promise.all(paths.map(async (path) => (await stat(path)).mode & 0o777))).toEqual(modes);
  });

  it('stores a stream, unless it breaks', async () => {
    await storage.put('key', { stream: Readable.from([Buffer.from('01'), Buffer.from('23')]), size: 4 });
    expect(await text(await (await storage.open('key'))!.read())).toBe('0123');
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('45');
        throw new Error('the source is gone');
      })(),
    );
    await expect(storage.put('key', { stream: broken, size: 4 })).rejects.toThrow('the source is gone');
    expect(await text(await (await storage.open('key'))!.read())).toBe('0123');
    expect(await readdir(directory)).toEqual(['key']);
  });

  it('reads a range with both ends included', async () => {
    await storage.put('key', Buffer.from('0123456789'));
    const object = await storage.open('key');
    expect(await text(await object!.read({ start: 2, end: 4 }))).toBe('234');
  });

  it('keeps reading the version that it opened when the object is replaced', async () => {
    await storage.put('key', Buffer.from('old'));
    const object = await storage.open('key');
    await storage.put('key', Buffer.from('new'));
    expect(await text(await object!.read())).toBe('old');
  });

  it('tags versions apart, and the same version alike', async () => {
    await storage.put('key', Buffer.from('old'));
    const tags = [await tagOf('key'), await tagOf('key')];
    await storage.put('key', Buffer.from('newer'));
    tags.push(await tagOf('key'));
    expect(tags[0]).toMatch(/^"[\w-]+"$/);
    expect(tags[1]).toBe(tags[0]);
    expect(tags[2]).not.toBe(tags[0]);
  });

  it('never shows a part of an object, however many write it', async () => {
    const versions = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(400_000));
    await storage.put('key', Buffer.from(versions[0]!));
    const writing = Promise.all(versions.map((version) => storage.put('key', Buffer.from(version))));
    for (let reads = 0; reads < 20; reads++) {
      const object = await storage.open('key');
      expect(versions).toContain(await text(await object!.read()));
    }
    await writing;
    expect(await readdir(directory)).toEqual(['key']);
  });

  it('returns no object for a missing key or a folder', async () => {
    await storage.put('folder/key', Buffer.from('x'));
    for (const key of ['other', 'folder', 'folder/other', 'folder/key/below', 'x'.repeat(300)]) {
      expect(await storage.open(key)).toBeNull();
    }
  });

  it('fails as unavailable when its folder is missing', async () => {
    await expect(storage.open('key')).rejects.toEqual(unavailable);
  });

  it('fails as unavailable when it cannot write', async () => {
    await writeFile(directory, 'a file where the folder should be');
    await expect(storage.put('key', Buffer.from('x'))).rejects.toEqual(unavailable);
  });

  // Linux has a file that can be opened but not read.
  (process.platform === 'linux' ? it : it.skip)('is unavailable when the first bytes cannot be read', async () => {
    const object = await createDirectoryStorage({ path: '/proc/self', isPrivate: false }).open('mem');
    await expect(object!.read()).rejects.toEqual(unavailable);
  });
});

async function tagOf(key: string): Promise<string | undefined> {
  const object = await storage.open(key);
  await object!.close();
  return object!.etag;
}
