import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { catalogueName, type ExportedFile, manifestName } from '../export/folder/manifest.js';
import type { Line } from './lines.js';
import { readLines } from './lines.js';
import { type Manifest, parseManifest } from './manifest.js';

export interface ExportFolder {
  readonly manifest: Manifest;
  /** Yields the lines of the catalogue. */
  catalogue(): AsyncIterable<Line>;
  /** Yields the lines of all files with runs. */
  runs(): AsyncIterable<Line>;
  readonly runCount: number;
}

/** @throws Error for an incomplete export, or for a file that differs from the manifest */
export async function openExportFolder(folder: string): Promise<ExportFolder> {
  const manifest = parseManifest(await readFile(join(folder, manifestName), 'utf8').catch(rejectMissingManifest));
  for (const file of manifest.files) await verifyFile(folder, file);
  const runFiles = manifest.files.filter(({ name }) => name !== catalogueName);
  return {
    manifest,
    catalogue: () => linesOf(folder, catalogueName),
    async *runs() {
      for (const { name } of runFiles) yield* linesOf(folder, name);
    },
    runCount: runFiles.reduce((sum, { rows }) => sum + rows, 0),
  };
}

function rejectMissingManifest(error: NodeJS.ErrnoException): never {
  throw new Error(`The folder is not an export: it has no readable manifest.json.`, { cause: error });
}

async function verifyFile(folder: string, { name, rows, bytes, sha256 }: ExportedFile): Promise<void> {
  const hash = createHash('sha256');
  const found = { rows: 0, bytes: 0 };
  for await (const chunk of createReadStream(join(folder, name)) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    found.bytes += chunk.length;
    for (let at = chunk.indexOf('\n'); at !== -1; at = chunk.indexOf('\n', at + 1)) found.rows += 1;
  }
  const digest = hash.digest('hex');
  if (found.bytes !== bytes) throw new Error(`${name} has ${found.bytes} bytes; the manifest lists ${bytes}.`);
  if (found.rows !== rows) throw new Error(`${name} has ${found.rows} rows; the manifest lists ${rows}.`);
  if (digest !== sha256)
    throw new Error(`${name} was changed after the export: its SHA-256 differs from the manifest.`);
}

async function* linesOf(folder: string, name: string): AsyncGenerator<Line> {
  let number = 0;
  for await (const bytes of readLines(createReadStream(join(folder, name)) as AsyncIterable<Buffer>)) {
    number += 1;
    yield { bytes, origin: `${name}:${number}` };
  }
}
