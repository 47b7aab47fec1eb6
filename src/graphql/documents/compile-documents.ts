import { setImmediate } from 'node:timers/promises';
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  stripIgnoredCharacters,
  validate,
} from 'graphql';
import { limits } from '../../limits.js';
import { sliceMs } from '../../time-limit.js';
import type { ListedDocument } from '../../trusted-documents/parse-list.js';
import { readDocumentLists } from '../../trusted-documents/read-lists.js';
import { nameArguments } from '../errors/literal-errors.js';
import { isTooDeep, tooDeepMessage } from './document-depth.js';
import { hasAtMostSelections } from './selection-count.js';
import { allRules } from './validation-rules.js';

/** A listed document that is valid for the schema. */
export interface TrustedDocument extends ListedDocument {
  readonly document: DocumentNode;
  readonly operations: readonly OperationDefinitionNode[];
  /** The text without white space and comments. */
  readonly stripped: string;
}

export interface CompiledDocuments {
  readonly documents: readonly TrustedDocument[];
  /** One sentence per fault, naming the file and the operation. */
  readonly faults: readonly string[];
}

export interface CompileOptions {
  readonly schema: GraphQLSchema;
  /** Called with each valid document. */
  readonly prepare?: (document: DocumentNode) => void;
}

export async function compileDocuments(
  listed: readonly ListedDocument[],
  { schema, prepare }: CompileOptions,
): Promise<CompiledDocuments> {
  const maxTokens = limits.documentTokens.value;
  const faults: string[] = [];
  const documents: TrustedDocument[] = [];
  const byId = new Map<string, ListedDocument>();
  let startedAt = performance.now();
  for (const entry of listed) {
    if (performance.now() - startedAt > sliceMs) {
      await setImmediate();
      startedAt = performance.now();
    }
    const documentFaults: string[] = [];
    const other = byId.get(entry.id);
    if (other !== undefined && other.text !== entry.text) {
      documentFaults.push(`The id ${entry.id} belongs to a different document in ${other.file}, too.`);
    }
    byId.set(entry.id, entry);
    const compiled = compile(entry, documentFaults);
    faults.push(...documentFaults.map((fault) => `${entry.file}, ${titleOf(entry, compiled)}: ${fault}`));
    if (compiled === undefined) continue;
    documents.push(compiled);
    if (documentFaults.length === 0) prepare?.(compiled.document);
  }
  return { documents, faults };

  /** Returns undefined for a document that cannot be parsed, or that is nested too deeply to try. */
  function compile(entry: ListedDocument, reported: string[]): TrustedDocument | undefined {
    if (isTooDeep(entry.text)) {
      reported.push(tooDeepMessage);
      return undefined;
    }
    let document: DocumentNode;
    try {
      document = parse(entry.text, { maxTokens });
    } catch (error) {
      reported.push((error as Error).message);
      return undefined;
    }
    const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    if (operations.length === 0) reported.push('The document has no operation.');
    if (entry.name !== undefined && !operations.some(({ name }) => name?.value === entry.name)) {
      reported.push('The document has no operation with this name.');
    }
    const errors = validate(schema, document, allRules, { maxErrors: limits.documentErrors.value });
    nameArguments(document, errors);
    reported.push(...errors.map(({ message }) => message));
    // Nested fragments may expand without bound.
    if (errors.length === 0 && operations.some((node) => !hasAtMostSelections(document, node, maxTokens))) {
      reported.push(`The document has more than ${maxTokens} selections.`);
    }
    return { ...entry, document, operations, stripped: stripIgnoredCharacters(entry.text) };
  }
}

/** Returns the operation's name or, if it has none, the document's id. */
function titleOf({ id, name }: ListedDocument, compiled: TrustedDocument | undefined): string {
  const names = compiled?.operations.flatMap((node) => node.name?.value ?? []) ?? [];
  return name ?? (names.length > 0 ? names.join(', ') : id);
}

export interface CompiledLists extends CompiledDocuments {
  /** The files and folders that were read. */
  readonly paths: readonly string[];
}

/** Loads the documents listed in files and folders, with the faults of files, folders and documents. */
export async function loadDocuments(paths: readonly string[], options: CompileOptions): Promise<CompiledLists> {
  const lists = await readDocumentLists(paths);
  const { documents, faults } = await compileDocuments(lists.documents, options);
  return { documents, faults: [...lists.faults, ...faults], paths: lists.paths };
}
