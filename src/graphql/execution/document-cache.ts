import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Valid documents. The least recently used are evicted first. */
export interface DocumentCache {
  find(source: string): DocumentNode | undefined;
  /** By the key it was added under. */
  findByKey(key: string): DocumentNode | undefined;
  add(key: string, document: DocumentNode): void;
  /** Updates the size of a document: plans are added by its executions. */
  recount(document: DocumentNode): void;
}

interface CachedDocument {
  readonly key: string;
  readonly document: DocumentNode;
  readonly plannedFields: number;
}

/** Bytes, as measured: of a token with its syntax node, of a character (of which comments take most), of a planned field. */
const bytesOf = { token: 250, character: 80, plannedField: 700 };
/** Bytes. A document beyond `ofOne` is not kept: it would evict many others. */
const defaultLimits = { inAll: 64 * 1024 * 1024, ofOne: 16 * 1024 * 1024 };

/** @param plannedFields how many fields are planned for a document */
export function createDocumentCache(
  plannedFields: (document: DocumentNode) => number,
  limits = defaultLimits,
): DocumentCache {
  const sourceByKey = new Map<string, string>();
  const documents = new LRUCache<string, CachedDocument>({
    maxSize: limits.inAll,
    maxEntrySize: limits.ofOne,
    sizeCalculation: toBytes,
    dispose: ({ key }) => sourceByKey.delete(key),
    noDisposeOnSet: true,
  });

  return {
    find: (source) => documents.get(source)?.document,
    findByKey(key) {
      const source = sourceByKey.get(key);
      return source === undefined ? undefined : documents.get(source)?.document;
    },
    add(key, document) {
      const source = sourceOf(document);
      sourceByKey.set(key, source);
      documents.set(source, { key, document, plannedFields: plannedFields(document) });
      if (!documents.has(source)) sourceByKey.delete(key);
    },
    recount(document) {
      const source = sourceOf(document);
      const cached = documents.peek(source);
      const planned = plannedFields(document);
      if (cached?.document !== document || cached.plannedFields === planned) return;
      documents.set(source, { ...cached, plannedFields: planned });
    },
  };
}

function toBytes({ document, plannedFields }: CachedDocument, source: string): number {
  const { token, character, plannedField } = bytesOf;
  return (document.tokenCount ?? 0) * token + source.length * character + plannedFields * plannedField;
}

/** A document that was parsed with its locations names its source. */
function sourceOf({ loc }: DocumentNode): string {
  return loc!.source.body;
}
