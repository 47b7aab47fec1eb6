// The manifest of an export's folder, which has enough information to check the files, to continue the export, and to
// import it.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPath } from '../../errors/explain.js';
import type { ExportKind } from '../run-writer.js';

export const manifestName = 'manifest.json';
export const catalogueName = 'catalogue.jsonl';
export const manifestFormat = 'task-run-gateway-export';
export const manifestVersion = 1;

export interface ExportedFile {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  /** The digest as hexadecimal digits. */
  readonly sha256: string;
}

/** The scope and format of an export. */
export interface ExportSubject {
  readonly kind: ExportKind;
  readonly org_id: string;
  readonly project_id: string;
  /** The task's id; `null` for the whole project. */
  readonly task_id: string | null;
}

export interface ExportManifest extends ExportSubject {
  readonly format: typeof manifestFormat;
  readonly version: typeof manifestVersion;
  /** The cursor at which the export ends. */
  readonly watermark: string;
  readonly complete: boolean;
  /** The position at which the next file starts, while the export is incomplete; `null` before the first file. */
  readonly position?: unknown;
  readonly files: readonly ExportedFile[];
}

/**
 * Reads the manifest, or returns `null` if there is no manifest.
 * @throws Error if it is not a manifest of this version
 */
export async function readManifest(folder: string): Promise<ExportManifest | null> {
  let text: string;
  try {
    text = await readFile(join(folder, manifestName), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const manifest = parse(text);
  if (manifest?.format === manifestFormat && manifest.version === manifestVersion) return manifest as ExportManifest;
  throw new Error(`${join(folder, manifestName)} is not the manifest of an export that this version supports.`);
}

export function writeManifest(folder: string, manifest: ExportManifest): Promise<void> {
  return replaceFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Replaces a file atomically, so that it is never incomplete. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await withPath(path, () => writeFile(`${path}.part`, text, { flush: true, mode: 0o600 }));
  await rename(`${path}.part`, path);
}

function parse(text: string): Partial<ExportManifest> | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
