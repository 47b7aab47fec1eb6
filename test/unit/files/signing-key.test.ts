import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSigningKey } from '../../../src/files/signing-key.js';

let scratch: string;
let dataDir: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'signing-key-'));
  dataDir = join(scratch, 'data');
});
afterEach(() => rm(scratch, { recursive: true }));

const textOf = async (signingKey?: string) =>
  (await loadSigningKey({ signingKey, dataDir, fileName: 'files-signing-key' })).export().toString();

describe('the key of download links', () => {
  it('comes from the configuration, and then no file is made', async () => {
    expect(await textOf('a configured key of 32 characters')).toBe('a configured key of 32 characters');
    expect(await readdir(scratch)).toEqual([]);
  });

  it('comes from a file that is made once and that only its owner may read', async () => {
    const made = await textOf();
    expect(made).toMatch(/^[\w-]{43}$/);
    expect(await textOf()).toBe(made);
    expect((await stat(join(dataDir, 'files-signing-key'))).mode & 0o777).toBe(0o600);
  });

  it('stays the same when the content of its file is configured elsewhere', async () => {
    const made = await textOf();
    expect(await textOf(await readFile(join(dataDir, 'files-signing-key'), 'utf8'))).toBe(made);
  });

  it('differs in another folder', async () => {
    const made = await textOf();
    await rm(dataDir, { recursive: true });
    expect(await textOf()).not.toBe(made);
  });

  it('stays the same for concurrent look-ups', async () => {
    const keys = await Promise.all(Array.from({ length: 50 }, () => textOf()));
    expect(new Set(keys).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['files-signing-key']);
  });

  it.each(['', 'short', `${'x'.repeat(43)}\n\n`])('fails when its file is damaged: %j', async (content) => {
    await textOf();
    await writeFile(join(dataDir, 'files-signing-key'), content);
    await expect(textOf()).rejects.toThrow('The file files-signing-key is damaged. Delete it to create a new key.');
  });
});
