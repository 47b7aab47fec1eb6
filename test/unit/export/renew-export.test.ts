import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportSource } from '../../../src/export/folder/export-folder.js';
import { renewExport } from '../../../src/export/folder/renew-export.js';
import { neverUnreadable, sourceOf, subject } from './exported-runs.js';

describe('The renewal of an export', () => {
  let parent: string;
  let folder: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'gateway-renewed-export-'));
    folder = join(parent, 'backup');
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  const renew = (source: ExportSource, more: Partial<Parameters<typeof renewExport>[0]> = {}) =>
    renewExport({
      folder,
      subject,
      source,
      onUnreadable: neverUnreadable,
      onProgress: () => {},
      runsPerFile: 7,
      ...more,
    });
  const countIn = async (path = folder) => {
    const names = (await readdir(path)).filter((name) => name.startsWith('runs-'));
    const texts = await Promise.all(names.map((name) => readFile(join(path, name), 'utf8')));
    return texts.join('').split('\n').length - 1;
  };
  const manifestOf = async (path = folder) => JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8'));

  it('replaces a complete export as a whole, and keeps the mode of the folder', async () => {
    await renew(sourceOf(20));
    await chmod(folder, 0o750);
    const steps: unknown[] = [];
    const onProgress = async () => steps.push(await countIn());
    await renew(sourceOf(5), { onProgress });
    expect(steps[0]).toBe(20);
    expect(await countIn()).toBe(5);
    expect(await readdir(parent)).toEqual(['backup']);
    expect((await stat(folder)).mode & 0o777).toBe(0o750);
  });

  it('leaves the export in place while a renewal fails, and continues it', async () => {
    await renew(sourceOf(20));
    const source = sourceOf(16, 10);
    await expect(renew(source)).rejects.toThrow('The database has gone.');
    expect([await countIn(), (await manifestOf()).complete]).toEqual([20, true]);
    await renew(source);
    expect(source.asked).toEqual([null, 7, 7, 14, 16].map((from) => ['the watermark', from, 7]));
    expect(await countIn()).toBe(16);
    expect(await readdir(parent)).toEqual(['backup']);
  });

  it('continues an unfinished export in the folder', async () => {
    const source = sourceOf(16, 10);
    await expect(renew(source)).rejects.toThrow('The database has gone.');
    await renew(source);
    expect(source.asked).toHaveLength(5);
    expect(await countIn()).toBe(16);
  });

  it.each([
    ['before the first rename', async () => renew(sourceOf(3), { folder: `${folder}.renewed` })],
    [
      'between the renames',
      async () => {
        await renew(sourceOf(3), { folder: `${folder}.renewed` });
        await rename(folder, `${folder}.replaced`);
      },
    ],
    ['before the old one was deleted', async () => renew(sourceOf(3), { folder: `${folder}.replaced` })],
  ])('repairs a renewal whose process was killed %s', async (_title, kill) => {
    await renew(sourceOf(20));
    await kill();
    await renew(sourceOf(4));
    expect(await countIn()).toBe(4);
    expect(await readdir(parent)).toEqual(['backup']);
  });

  it('deletes no files of others', async () => {
    await renew(sourceOf(1));
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await expect(renew(sourceOf(2))).rejects.toThrow('also holds notes.txt, which --renew would delete');
    await rm(join(folder, 'notes.txt'));
    for (const name of ['renewed', 'replaced']) {
      await mkdir(`${folder}.${name}`);
      await writeFile(join(`${folder}.${name}`, 'notes.txt'), 'mine');
      await expect(renew(sourceOf(2))).rejects.toThrow('is not an export');
      expect(await readdir(`${folder}.${name}`)).toEqual(['notes.txt']);
      expect(await countIn()).toBe(1);
      await rm(`${folder}.${name}`, { recursive: true });
    }
  });

  it('replaces the target of a symbolic link', async () => {
    await renew(sourceOf(20), { folder: join(parent, 'target') });
    await symlink('target', folder);
    await renew(sourceOf(4));
    expect((await readdir(parent)).toSorted()).toEqual(['backup', 'target']);
    expect(await countIn(join(parent, 'target'))).toBe(4);
  });
});
