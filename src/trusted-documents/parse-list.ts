// Parses the formats in which tools write an application's documents:
// - Apollo's manifest, https://www.npmjs.com/package/@apollo/generate-persisted-query-manifest
// - an object that maps digests to texts, from relay-compiler and GraphQL Code Generator's client preset
// - a GraphQL file, whose id is the SHA-256 digest of its text

import { createHash } from 'node:crypto';
import { isJsonObject } from '../json/is-json-object.js';

/** A document in a list, which has not been parsed yet. */
export interface ListedDocument {
  /** The id that clients send, without `sha256:`. */
  readonly id: string;
  /** The name of its operation, if the list contains it. */
  readonly name?: string;
  readonly text: string;
  /** The file that lists it. */
  readonly file: string;
}

/** Returns an id without the prefix `sha256:`, which GraphQL over HTTP uses for the digest. */
export function toBareId(id: string): string {
  return id.replace(/^sha256:/, '');
}

const apolloFormat = 'apollo-persisted-query-manifest';

/** Returns whether a file in a folder is a list, based on its name. */
export function isList(name: string): boolean {
  return /\.(json|graphql|gql)$/.test(name);
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** @throws Error whose message is the end of a sentence that begins with the file's name */
export function parseList(file: string, text: string): readonly ListedDocument[] {
  if (!file.endsWith('.json')) return [{ id: sha256Of(text), text, file }];
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new Error('is not JSON.');
  }
  if (!isJsonObject(list)) throw new Error('is not a JSON object.');
  return 'format' in list || 'operations' in list ? parseManifest(file, list) : parseTexts(file, list);
}

function parseManifest(file: string, { format, version, operations }: Record<string, unknown>): ListedDocument[] {
  if (format !== apolloFormat) throw new Error(`has a "format" that is not ${apolloFormat}.`);
  if (version !== 1) throw new Error('has a "version" that is not 1.');
  if (!Array.isArray(operations)) throw new Error('has no list of "operations".');
  return operations.map((operation: unknown, index) => {
    const { id, name, body } = isJsonObject(operation) ? operation : {};
    if (typeof id !== 'string' || id === '') throw new Error(`has no "id" in operations[${index}].`);
    if (typeof name !== 'string') throw new Error(`has no "name" in operations[${index}].`);
    if (typeof body !== 'string') throw new Error(`has no "body" in operations[${index}], ${name}.`);
    return { id: toBareId(id), name, text: body, file };
  });
}

function parseTexts(file: string, texts: Record<string, unknown>): ListedDocument[] {
  return Object.entries(texts).map(([id, text]) => {
    if (typeof text !== 'string') throw new Error(`has no document text for "${id}".`);
    return { id: toBareId(id), text, file };
  });
}
