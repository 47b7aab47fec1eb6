import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExportSource, exportToFolder } from '../../../src/export/folder/export-folder.js';
import { neverUnreadable, sourceOf, subject } from './exported-runs.js';

describe('An export to a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-export-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = (source: ExportSource, more: Partial<Parameters<typeof exportToFolder>[0]> = {}) =>
    exportToFolder({
      folder,
      subject,
      source,
      onUnreadable: neverUnreadable,
      onProgress: () => {},
      runsPerFile: 7,
      ...more,
    });
  const contents = async (): Promise<Record<string, string>> => {
    const names = (await readdir(folder)).toSorted();
    return Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'latin1')] as const)),
    );
  };

  it('splits runs into files, each listed in the manifest with its rows, bytes and digest', async () => {
    const progress: number[] = [];
    expect(await write(sourceOf(16), { onProgress: (runs) => progress.push(runs) })).toBe(true);
    const files = await contents();
    expect(Object.keys(files)).toEqual([
      'catalogue.jsonl',
      'manifest.json',
      'runs-00001.jsonl',
      'runs-00002.jsonl',
      'runs-00003.jsonl',
    ]);
    const { files: listed, ...manifest } = JSON.parse(files['manifest.json']!);
    expect(manifest).toEqual({
      format: 'task-run-gateway-export',
      version: 1,
      ...subject,
      watermark: 'the watermark',
      complete: true,
    });
    expect(listed.map(({ rows }: { rows: number }) => rows)).toEqual([7, 7, 2]);
    for (const { name, bytes, sha256 } of listed) {
      const text = Buffer.from(files[name]!, 'latin1');
      expect([text.length, createHash('sha256').update(text).digest('hex')]).toEqual([bytes, sha256]);
    }
    const lines = ['1', '2', '3'].flatMap((number) => files[`runs-0000${number}.jsonl`]!.trimEnd().split('\n'));
    expect(lines.map((line) => JSON.parse(line).input_tokens)).toEqual(Array.from({ length: 16 }, (_, index) => index));
    expect(progress).toEqual([0, 3, 6, 7, 10, 13, 14, 16]);
  });

  it.each(['jsonl', 'csv', 'parquet'] as const)('permits only its own user to read %s', async (kind) => {
    const folders = { folder: join(folder, 'new', 'export'), subject: { ...subject, kind } };
    const umask = process.umask(0o022);
    try {
      await write(sourceOf(1), folders);
    } finally {
      process.umask(umask);
    }
    const made = await readdir(folder, { recursive: true });
    const modes = await Promise.all(made.map(async (name) => [name, (await stat(join(folder, name))).mode & 0o777]));
    expect(Object.fromEntries(modes)).toEqual({
      new: 0o700,
      'new/export': 0o700,
      'new/export/catalogue.jsonl': 0o600,
      'new/export/manifest.json': 0o600,
      [`new/export/runs-00001.${kind}`]: 0o600,
    });
  });

  it.each(['jsonl', 'csv', 'parquet'] as const)('continues %s where it stopped, with the same files', async (kind) => {
    const whole = { subject: { ...subject, kind } };
    await write(sourceOf(20), whole);
    const expected = await contents();
    await rm(folder, { recursive: true });

    const source = sourceOf(20, 10);
    await expect(write(source, whole)).rejects.toThrow('The database has gone.');
    expect(JSON.parse((await contents())['manifest.json']!)).toMatchObject({ complete: false, position: 7 });
    expect(await write(source, whole)).toBe(true);
    expect(source.asked).toEqual([null, 7, 7, 14, 20].map((from) => ['the watermark', from, 7]));
    expect(await contents()).toEqual(expected);
  });

  it('leaves a complete folder as it is', async () => {
    await write(sourceOf(5));
    const before = await contents();
    const source = sourceOf(9);
    expect(await write(source)).toBe(false);
    expect(source.asked).toEqual([]);
    expect(await contents()).toEqual(before);
  });

  it('writes no files of runs without runs', async () => {
    await write(sourceOf(0));
    expect(Object.keys(await contents())).toEqual(['catalogue.jsonl', 'manifest.json']);
  });

  const itOnLinux = process.platform === 'linux' ? it : it.skip;
  itOnLinux('names the file that it was writing when the disk is full', async () => {
    const path = join(folder, 'runs-00001.jsonl');
    await symlink('/dev/full', `${path}.part`);
    await expect(write(sourceOf(1))).rejects.toThrow(`ENOSPC: no space left on device, write '${path}'`);
  });

  it('rejects a folder that holds something else', async () => {
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await expect(write(sourceOf(1))).rejects.toThrow('is not empty, and is not an export.');
    expect(await contents()).toEqual({ 'notes.txt': 'mine' });
  });

  it('rejects the folder of another export, or of another version', async () => {
    await write(sourceOf(1));
    await expect(write(sourceOf(1), { subject: { ...subject, kind: 'csv', task_id: 'a task' } })).rejects.toThrow(
      'has a different export, with another kind, task_id.',
    );
    await writeFile(join(folder, 'manifest.json'), '{"format":"task-run-gateway-export","version":2}');
    await expect(write(sourceOf(1))).rejects.toThrow('is not the manifest of an export that this version supports.');
  });
});
