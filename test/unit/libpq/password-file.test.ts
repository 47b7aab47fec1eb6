import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPassword } from '../../../src/libpq/password-file.js';

const login = { host: 'db.example', port: 5432, database: 'runs', user: 'alice' };

describe('A password file', () => {
  let folder: string;
  let path: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgpass-'));
    path = join(folder, 'pgpass');
  });
  afterAll(() => rm(folder, { recursive: true }));
  const write = async (text: string) => {
    await writeFile(path, text);
    await chmod(path, 0o600);
  };

  it.each([
    ['the exact line', 'db.example:5432:runs:alice:secret'],
    ['asterisks', '*:*:*:*:secret'],
    ['the first line that fits', 'db.example:1:*:*:wrong\n*:*:*:bob:wrong\n*:5432:*:alice:secret\n*:*:*:*:wrong'],
    ['no comment', '#*:*:*:*:wrong\n*:*:*:*:secret\n'],
    ['lines of Windows', '*:*:*:*:secret\r\n'],
  ])('gives the password by %s', async (_title, text) => {
    await write(text);
    expect(await findPassword(path, login)).toBe('secret');
  });

  it('reads colons and backslashes behind a backslash, and those of the password unescaped', async () => {
    await write(String.raw`*:*:a\:b\\c:*:p:w\\d\:x`);
    expect(await findPassword(path, { ...login, database: String.raw`a:b\c` })).toBe(String.raw`p:w\d:x`);
  });

  it('gives the password of a Unix socket under localhost', async () => {
    await write('localhost:*:*:*:secret');
    expect(await findPassword(path, { ...login, host: '/var/run/postgresql' })).toBe('secret');
  });

  it('gives none where no line matches, or the file is missing', async () => {
    await write('other.example:*:*:*:secret\nno line\n');
    expect(await findPassword(path, login)).toBeUndefined();
    expect(await findPassword(join(folder, 'none'), login)).toBeUndefined();
  });

  it('fails where others may read it', async () => {
    await write('*:*:*:*:secret');
    await chmod(path, 0o640);
    await expect(findPassword(path, login)).rejects.toThrow('chmod 600');
  });
});
