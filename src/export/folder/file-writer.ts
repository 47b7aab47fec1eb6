import { createHash } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createTextWriter } from '../create-text-writer.js';
import { exportColumns, exportGroups } from '../export-columns.js';
import type { ExportedRuns, OnUnreadable } from '../exported-value.js';
import { createParquetWriter } from '../parquet-writer.js';
import type { ExportKind } from './export-kinds.js';
import type { ExportedFile } from './manifest.js';

interface RunFileWriter {
  write(runs: ExportedRuns): Promise<void>;
  finish(): Promise<void>;
}

/** Writes all pages to one file, which has its name only once it is whole. */
export async function writeRunFile(
  folder: string,
  name: string,
  kind: ExportKind,
  pages: AsyncIterable<ExportedRuns>,
  onUnreadable: OnUnreadable,
): Promise<ExportedFile> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  let rows = 0;
  let bytes = 0;
  const file = await open(`${path}.part`, 'w', 0o600);
  try {
    const writer = createWriter(kind, onUnreadable, async (chunk) => {
      hash.update(chunk);
      bytes += chunk.length;
      await file.writeFile(chunk);
    });
    for await (const page of pages) {
      await writer.write(page);
      rows += page.runs.length;
    }
    await writer.finish();
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  return { name, rows, bytes, sha256: hash.digest('hex') };
}

function createWriter(
  kind: ExportKind,
  onUnreadable: OnUnreadable,
  append: (chunk: Uint8Array) => Promise<void>,
): RunFileWriter {
  if (kind === 'parquet') return createParquetWriter(exportColumns(exportGroups), onUnreadable, append);
  const { header, write } = createTextWriter(kind, exportGroups, onUnreadable);
  let next = header;
  return {
    async write(runs) {
      const text = next + write(runs);
      next = '';
      await append(Buffer.from(text));
    },
    async finish() {
      if (next !== '') await append(Buffer.from(next));
    },
  };
}
