import { readDocumentLists } from '../../trusted-documents/read-lists.js';
import { type CompiledDocuments, type CompileOptions, compileDocuments } from './compile-documents.js';

export interface CompiledLists extends CompiledDocuments {
  /** The files and folders that were read. */
  readonly paths: readonly string[];
}

/** Loads the documents listed in files and folders, with the faults of both. */
export async function loadDocuments(paths: readonly string[], options: CompileOptions): Promise<CompiledLists> {
  const lists = await readDocumentLists(paths);
  const { documents, faults } = await compileDocuments(lists.documents, options);
  return { documents, faults: [...lists.faults, ...faults], paths: lists.paths };
}
