import { readDocumentLists } from '../../trusted-documents/read-lists.js';
import { type CompiledDocuments, type CompileOptions, compileDocuments } from './compile-documents.js';

export interface CompiledLists extends CompiledDocuments {
  /** The files and folders that were read. */
  readonly paths: readonly string[];
}

/** The documents that files and folders list, and what is wrong with either. */
export async function loadDocuments(paths: readonly string[], options: CompileOptions): Promise<CompiledLists> {
  const lists = await readDocumentLists(paths);
  const { documents, faults } = await compileDocuments(lists.documents, options);
  return { documents, faults: [...lists.faults, ...faults], paths: lists.paths };
}
