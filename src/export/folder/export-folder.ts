// Exports to a folder, in files that are either complete or absent. A killed process loses the file that it was
// writing, and the next process writes that file again. The files contain runs, so only this user may read them.

import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { declareLimit } from '../../limits.js';
import type { ExportedRuns, OnUnreadable } from '../exported-value.js';
import { writeRunFile } from './file-writer.js';
import {
  catalogueName,
  type ExportManifest,
  type ExportSubject,
  manifestFormat,
  manifestVersion,
  readManifest,
  replaceFile,
  writeManifest,
} from './manifest.js';

export interface ExportSource {
  /** Returns the organization, project, tasks and groups of the runs, as lines of JSON. */
  readCatalogue(): Promise<string>;
  /** Returns the cursor below which no more runs will change or appear. */
  watermark(): Promise<string>;
  /** @param from the position of the previous page; `null` for the first page */
  pages(part: {
    readonly watermark: string;
    readonly from: unknown;
    readonly limit: number;
  }): AsyncGenerator<SourcePage>;
}

export interface SourcePage extends ExportedRuns {
  /** The position from which to continue, as plain JSON. */
  readonly position: unknown;
}

export interface FolderExport {
  readonly folder: string;
  readonly subject: ExportSubject;
  readonly source: ExportSource;
  readonly onUnreadable: OnUnreadable;
  /** Whether the runs were read with their models. */
  readonly hasModels?: boolean;
  /** Called with the number of runs written, which initially includes those of earlier processes. */
  readonly onProgress: (runs: number) => void;
  readonly runsPerFile?: number;
}

const maxRunsPerFile = declareLimit(100_000, {
  section: 'Database and files',
  name: 'runs in one file of `npm run export`',
  beyond: 'more files are written',
});

/**
 * Exports to the folder. Returns whether there was anything left to do. @throws Error if the folder contains other
 * files
 */
export async function exportToFolder(options: FolderExport): Promise<boolean> {
  const { folder, subject, source, onProgress, runsPerFile = maxRunsPerFile } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let manifest = (await findManifest(folder, subject)) ?? (await beginExport(folder, subject, source));
  if (manifest.complete) return false;
  let written = manifest.files.reduce((sum, { rows }) => sum + rows, 0);
  onProgress(written);
  for (;;) {
    const { position = null, watermark, files } = manifest;
    const pages = source.pages({ watermark, from: position, limit: runsPerFile });
    const first = await pages.next();
    if (first.done) break;
    let end = position;
    const trackedPages = withProgress(first.value, pages, (page) => {
      end = page.position;
      written += page.runs.length;
      onProgress(written);
    });
    const name = `runs-${String(files.length + 1).padStart(5, '0')}.${subject.kind}`;
    const file = await writeRunFile(folder, name, subject.kind, trackedPages, options);
    manifest = { ...manifest, position: end, files: [...files, file] };
    await writeManifest(folder, manifest);
  }
  const { position: _, ...finished } = manifest;
  await writeManifest(folder, { ...finished, complete: true });
  return true;
}

/** Yields all pages. Reports each one when the next is requested, because by then it has been written. */
async function* withProgress(
  first: SourcePage,
  rest: AsyncGenerator<SourcePage>,
  onPage: (page: SourcePage) => void,
): AsyncGenerator<SourcePage> {
  yield first;
  onPage(first);
  for await (const page of rest) {
    yield page;
    onPage(page);
  }
}

/** Returns the manifest of an unfinished export, or `null` if the folder is empty. */
async function findManifest(folder: string, subject: ExportSubject): Promise<ExportManifest | null> {
  const found = await readManifest(folder);
  if (found !== null) {
    const differences = (Object.keys(subject) as (keyof ExportSubject)[]).filter(
      (name) => found[name] !== subject[name],
    );
    if (differences.length === 0) return found;
    throw new Error(`${folder} has a different export, with another ${differences.join(', ')}.`);
  }
  // A process that was killed before it wrote its manifest leaves these files behind.
  const others = (await readdir(folder)).filter((name) => name !== catalogueName && !name.endsWith('.part'));
  if (others.length > 0) throw new Error(`${folder} is not empty, and is not an export.`);
  return null;
}

async function beginExport(folder: string, subject: ExportSubject, source: ExportSource): Promise<ExportManifest> {
  await replaceFile(join(folder, catalogueName), await source.readCatalogue());
  const manifest: ExportManifest = {
    format: manifestFormat,
    version: manifestVersion,
    ...subject,
    watermark: await source.watermark(),
    complete: false,
    position: null,
    files: [],
  };
  await writeManifest(folder, manifest);
  return manifest;
}
