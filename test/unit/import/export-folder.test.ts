import { appendFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openExportFolder } from '../../../src/import/export-folder.js';
import { makeExportFolder } from '../../support/export-folder.js';

const id = '0190a234-8dc6-6d08-aea9-928fcecad8f1';
const content = {
  orgId: id,
  projectId: id,
  catalogue: ['{"type":"organization"}'],
  runs: ['{"n":1}', '{"n":2}', '{"n":3}'],
};

const textsOf = async (lines: AsyncIterable<{ bytes: Buffer; origin: string }>) => {
  const texts: string[] = [];
  for await (const { bytes, origin } of lines) texts.push(`${origin} ${bytes}`);
  return texts;
};

describe('the folder of an export', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await makeExportFolder(content);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('yields the lines of all its files, each with its origin', async () => {
    const { runCount, runs, catalogue } = await openExportFolder(folder);
    expect(runCount).toBe(3);
    expect(await textsOf(runs())).toEqual([
      'runs-00001.jsonl:1 {"n":1}',
      'runs-00001.jsonl:2 {"n":2}',
      'runs-00002.jsonl:1 {"n":3}',
    ]);
    expect(await textsOf(catalogue())).toEqual(['catalogue.jsonl:1 {"type":"organization"}']);
  });

  it.each<[string, (file: string) => Promise<void>, RegExp]>([
    ['cut', (file) => truncate(file, 9), /^runs-00001.jsonl has 9 bytes; the manifest lists 16\.$/],
    ['longer', (file) => appendFile(file, '{}'), /^runs-00001.jsonl has 18 bytes; the manifest lists 16\.$/],
    [
      'changed',
      (file) => writeFile(file, '{"n":1}\n{"n":7}\n'),
      /^runs-00001.jsonl was changed after the export: its SHA-256/,
    ],
    [
      'of fewer lines',
      (file) => writeFile(file, '{"n":1} {"n":2}\n'),
      /^runs-00001.jsonl has 1 rows; the manifest lists 2\.$/,
    ],
    ['gone', (file) => rm(file), /ENOENT.*runs-00001.jsonl/],
  ])('fails when a file is %s', async (_title, change, message) => {
    await change(join(folder, 'runs-00001.jsonl'));
    await expect(openExportFolder(folder)).rejects.toThrow(message);
  });

  it('fails without a manifest', async () => {
    await rm(join(folder, 'manifest.json'));
    await expect(openExportFolder(folder)).rejects.toThrow(
      'The folder is not an export: it has no readable manifest.json',
    );
  });
});
