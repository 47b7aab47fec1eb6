import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createDirectoryStorage } from '../../../src/files/directory-storage.js';
import type { FileStorage } from '../../../src/files/storage.js';

let scratch: string;
let outside: string;
let directory: string;
let storage: FileStorage;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'directory-escapes-'));
  // Begins with the storage's own path, which a careless prefix check would accept.
  outside = join(scratch, 'files-of-others');
  directory = join(scratch, 'files');
  await mkdir(outside);
  await writeFile(join(outside, 'secret'), 'secret');
  storage = createDirectoryStorage({ path: directory, isPrivate: true });
  await storage.put('folder/key', Buffer.from('mine'));
  await symlink(join(outside, 'secret'), join(directory, 'link-to-file'));
  await symlink(outside, join(directory, 'link-to-folder'));
  await symlink('../files-of-others', join(directory, 'relative-link'));
  await symlink(join(directory, 'link-to-file'), join(directory, 'link-to-link'));
  await symlink(join(scratch, 'not-there'), join(directory, 'dangling-link'));
  await symlink('loop', join(directory, 'loop'));
  await symlink('folder/key', join(directory, 'inner-link'));
});
afterAll(() => rm(scratch, { recursive: true }));

const escapes = () => [
  '..',
  '../files-of-others/secret',
  'folder/../../files-of-others/secret',
  'folder/../folder/key',
  './folder/key',
  'folder//key',
  join(outside, 'secret'),
  join(directory, 'folder/key'),
  '..\\files-of-others\\secret',
  'folder/key\0',
  '\0',
  '',
  '.',
  '/',
  'folder/',
];

const links = [
  'link-to-file',
  'link-to-folder/secret',
  'relative-link/secret',
  'link-to-link',
  'dangling-link',
  'loop',
];

describe('a key that would lead out of the storage', () => {
  it('names nothing', async () => {
    for (const key of escapes()) expect([key, await storage.open(key)]).toEqual([key, null]);
  });

  it('names nothing when it goes through a symbolic link', async () => {
    for (const key of links) expect([key, await storage.open(key)]).toEqual([key, null]);
  });

  it('cannot be written to', async () => {
    for (const key of [...escapes(), 'link-to-folder/new', 'link-to-folder/new/folder', 'dangling-link/new']) {
      await expect(storage.put(key, Buffer.from('x'))).rejects.toThrow();
    }
    expect(await readdir(outside)).toEqual(['secret']);
    expect((await readdir(scratch)).sort()).toEqual(['files', 'files-of-others']);
  });

  it('replaces a link instead of following it when an object is put there', async () => {
    await symlink(join(outside, 'secret'), join(directory, 'overwritten'));
    await storage.put('overwritten', Buffer.from('mine'));
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
    expect(await contentOf('overwritten')).toBe('mine');
  });
});

describe('a key inside the storage', () => {
  it('passes a link that stays inside', async () => {
    expect(await contentOf('inner-link')).toBe('mine');
  });

  it('accepts dots that lead nowhere', async () => {
    await storage.put('..hidden../a..b', Buffer.from('dots'));
    expect(await contentOf('..hidden../a..b')).toBe('dots');
  });

  it('names nothing when it is a pipe, without a wait for its writer', async () => {
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    expect(await storage.open('pipe')).toBeNull();
  });

  it('leads to its object when the storage itself is behind a link', async () => {
    await symlink(directory, join(scratch, 'front'));
    const object = await createDirectoryStorage({ path: join(scratch, 'front'), isPrivate: true }).open('folder/key');
    expect(await text(await object!.read())).toBe('mine');
    await rm(join(scratch, 'front'));
  });
});

async function contentOf(key: string): Promise<string> {
  const object = await storage.open(key);
  return text(await object!.read());
}
