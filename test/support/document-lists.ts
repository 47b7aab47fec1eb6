import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

/** Creates a folder with these files. Everything except strings is written as JSON. */
export function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'documents-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

export function manifestOf(
  ...operations: readonly { readonly name: string; readonly body: string; readonly id?: string }[]
) {
  return {
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: operations.map(({ name, body, id = sha256Of(body) }) => ({ id, name, type: 'query', body })),
  };
}
