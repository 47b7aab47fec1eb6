import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedDocument } from './listed-document.js';
import { isList, parseList } from './parse-list.js';

export interface DocumentLists {
  readonly documents: readonly ListedDocument[];
  /** What is wrong with files, one sentence each. */
  readonly faults: readonly string[];
  /** The files and folders that were read. */
  readonly paths: readonly string[];
}

/** Reads what the paths lead to: a file, or all lists in a folder and its folders. */
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
      // What a mounted volume has are links, to folders beside its own that begin with a dot.
      if (!entry.name.startsWith('.') && (entry.isDirectory() || isList(entry.name))) {
        await readPath(join(path, entry.name));
      }
    }
  };

  for (const path of paths) await readPath(path);
  return { documents, faults, paths: read };
}
