import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHolder, lockDirectory } from '../../../src/database/embedded/database-directory.js';

let directory: string;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'gateway-lock-')), 'database');
});
afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

const leaveTicket = async (number: number, content: string) => {
  await mkdir(`${directory}.lock`, { recursive: true });
  await writeFile(join(`${directory}.lock`, `${number}`), content);
};
/** No process has such a number, because Linux counts to 2^22. */
const deadProcess = '99999999 1234';

describe('the lock of a directory', () => {
  it('rejects a second holder with the number of the process that holds it', async () => {
    await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toThrow(
      `The database in ${directory} is in use by process ${process.pid}: stop it, or set DATA_DIR to another folder.`,
    );
  });

  it('names its holder without creating anything', async () => {
    expect(await findHolder(directory)).toBeNull();
    await expect(readdir(`${directory}.lock`)).rejects.toThrow('ENOENT');
    const lock = await lockDirectory(directory);
    expect(await findHolder(directory)).toBe(process.pid);
    await lock.release();
    expect(await findHolder(directory)).toBeNull();
    await leaveTicket(9, deadProcess);
    expect(await findHolder(directory)).toBeNull();
  });

  it('becomes free again by its release', async () => {
    await (await lockDirectory(directory)).release();
    await (await lockDirectory(directory)).release();
    await expect(lockDirectory(directory)).resolves.toBeDefined();
  });

  it('passes on from a process that died', async () => {
    await leaveTicket(7, deadProcess);
    await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toThrow('is in use');
  });

  it('passes on from an earlier process of the same number', async () => {
    await leaveTicket(1, `${process.pid} 1`);
    await expect(lockDirectory(directory)).resolves.toBeDefined();
  });

  it('goes to exactly one of many who find it abandoned at the same time', async () => {
    for (let round = 1; round <= 20; round++) {
      await rm(`${directory}.lock`, { recursive: true, force: true });
      await leaveTicket(round, deadProcess);
      const attempts = await Promise.allSettled(Array.from({ length: 12 }, () => lockDirectory(directory)));
      expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });

  it('leaves one small file behind, however often it is taken', async () => {
    for (let round = 0; round < 5; round++) await (await lockDirectory(directory)).release();
    expect(await readdir(`${directory}.lock`)).toEqual(['5']);
  });
});
