import type { DocumentNode } from 'graphql';

/** Documents that were found valid, by their source. */
export interface KnownDocuments {
  find(source: string): DocumentNode | undefined;
  remember(source: string, document: DocumentNode): void;
}

/** What is parsed of a document takes some fifty times its source. A long one must not push out many others. */
const mostCharacters = { together: 512 * 1024, ofOne: 32 * 1024 };

/** Keeps as many documents as their sources have so many characters together; the ones used last stay. */
export function createKnownDocuments(limits = mostCharacters): KnownDocuments {
  // A Map keeps the order of insertion, so its first key is the one that was not used for longest.
  const documents = new Map<string, DocumentNode>();
  let characters = 0;
  let usedLast: string | undefined;

  const forget = (source: string) => {
    if (documents.delete(source)) characters -= source.length;
  };
  return {
    find(source) {
      const document = documents.get(source);
      // Most often it is the one of the last time; moving it would make the Map write itself anew every few times.
      if (document !== undefined && source !== usedLast) {
        documents.delete(source);
        documents.set(source, document);
        usedLast = source;
      }
      return document;
    },
    remember(source, document) {
      if (source.length > limits.ofOne) return;
      forget(source);
      documents.set(source, document);
      usedLast = source;
      characters += source.length;
      while (characters > limits.together) forget(documents.keys().next().value as string);
    },
  };
}
