import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivateFile, readIfExists, replaceFile } from '../../src/atomic-file.js';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kept-file-'));
  path = join(directory, 'key.json');
});
afterEach(() => rm(directory, { recursive: true }));

describe('A private file', () => {
  it('keeps its first content', async () => {
    await createPrivateFile(path, 'first');
    await createPrivateFile(path, 'second');
    expect(await readFile(path, 'utf8')).toBe('first');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['key.json']);
  });

  it('ends up the same for all who try to create it at once', async () => {
    const texts = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        await createPrivateFile(path, `${index}`);
        return readFile(path, 'utf8');
      }),
    );
    expect(new Set(texts).size).toBe(1);
  });

  it('leaves an error, and no part of itself, where it cannot be created', async () => {
    await expect(createPrivateFile(join(directory, 'missing', 'key.json'), 'text')).rejects.toThrow('ENOENT');
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('A replaced file', () => {
  it('holds the new text, whether or not it existed before', async () => {
    expect(await readIfExists(path)).toBeUndefined();
    await replaceFile(path, 'first');
    await replaceFile(path, 'second');
    expect(await readIfExists(path)).toBe('second');
    expect(await readdir(directory)).toEqual(['key.json']);
  });
});
