import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { withPageSpool } from '../../../../src/import/mirror/page-spool.js';

const spools = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('task-run-import-'));

describe('a spool of pages', () => {
  it('returns them in the opposite order, and leaves nothing on disk for a killed process', async () => {
    const pages = ['first', '', 'größer', '\u{1F600}'.repeat(100_000)];
    const before = await spools();
    const read = await withPageSpool(async (spool) => {
      for (const page of pages) await spool.push(page);
      expect(await spools()).toEqual(before);
      const texts: string[] = [];
      for await (const text of spool.reversed()) texts.push(text);
      return texts;
    });
    expect(read).toEqual(pages.toReversed());
  });

  it('ends with the failure of its user', async () => {
    await expect(withPageSpool(() => Promise.reject(new Error('no service')))).rejects.toThrow('no service');
  });
});
