import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedDocument } from './parse-list.js';
import { isList, parseList } from './parse-list.js';

export interface DocumentLists {
  readonly documents: readonly ListedDocument[];
  /** Faults of files, one sentence each. */
  readonly faults: readonly string[];
  /** The files and folders that were read. */
  readonly paths: readonly string[];
}

/** Reads each path: a file, or all lists in a folder and its subfolders. */
export async function readDocumentLists(paths: readonly string[]): Promise<DocumentLists> {
  const documents: ListedDocument[] = [];
  const faults: string[] = [];
  const read: string[] = [];

  const readPath = async (path: string) => {
    read.push(path);
    try {
      if ((await stat(path)).isDirectory()) await readFolder(path);
      else documents.push(...parseList(path, await readFile(path, 'utf8')));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      faults.push(code === undefined ? `${path} ${message}` : `${path} cannot be read (${code}).`);
    }
  };
  const readFolder = async (path: string) => {
    const entries = await readdir(path, { withFileTypes: true });
    entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const entry of entries) {
      // A mounted volume contains links to files in folders whose names begin with a dot.
      if (!entry.name.startsWith('.') && (entry.isDirectory() || isList(entry.name))) {
        await readPath(join(path, entry.name));
      }
    }
  };

  for (const path of paths) await readPath(path);
  return { documents, faults, paths: read };
}
