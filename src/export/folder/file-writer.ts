import { createHash } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { withPath } from '../../errors/explain.js';
import { createRunWriter, type RunWriterOptions } from '../create-run-writer.js';
import { exportGroups } from '../export-columns.js';
import type { ExportedRuns } from '../exported-value.js';
import type { ExportKind } from '../run-writer.js';
import type { ExportedFile } from './manifest.js';

const rowGroup = { maxRows: 10_000, maxJsonCharacters: 32 * 1024 * 1024 };

/** Writes all pages to a file, which gets its final name only when it is complete. */
export async function writeRunFile(
  folder: string,
  name: string,
  kind: ExportKind,
  pages: AsyncIterable<ExportedRuns>,
  { onUnreadable, hasModels }: Pick<RunWriterOptions, 'onUnreadable' | 'hasModels'>,
): Promise<ExportedFile> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  let rows = 0;
  let bytes = 0;
  const file = await open(`${path}.part`, 'w', 0o600);
  try {
    const writer = createRunWriter(kind, {
      groups: exportGroups,
      onUnreadable,
      rowGroup,
      hasModels: hasModels === true,
    });
    const append = async (chunk: Uint8Array) => {
      hash.update(chunk);
      bytes += chunk.length;
      await withPath(path, () => file.writeFile(chunk));
    };
    for await (const page of pages) {
      await append(writer.write(page));
      rows += page.runs.length;
    }
    await append(writer.finish());
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  return { name, rows, bytes, sha256: hash.digest('hex') };
}
