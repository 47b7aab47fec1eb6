import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { declareLimit } from '../../limits.js';

/** A cache of valid documents. The least recently used are evicted first. */
export interface DocumentCache {
  find(source: string): DocumentNode | undefined;
  /** Finds a document by the key with which it was added. */
  findByKey(key: string): DocumentNode | undefined;
  add(key: string, document: DocumentNode): void;
  /** Pins these documents instead of earlier ones, so that they are never evicted. */
  pin(documents: readonly DocumentNode[]): void;
  isPinned(document: DocumentNode): boolean;
  /** Updates the size of a document, to which executions add plans. */
  updateSize(document: DocumentNode): void;
}

interface CachedDocument {
  readonly key: string;
  readonly document: DocumentNode;
  readonly plannedFields: number;
}

/** Measured bytes of a token with its syntax node, a character (comments take most), and a planned field. */
const bytesOf = { token: 250, character: 80, plannedField: 700 };
/** Bytes. A document beyond `documentBytes` is not cached, because it would evict many others. */
const defaultLimits = {
  totalBytes: declareLimit(64 * 1024 * 1024, {
    section: 'Inside',
    name: 'cached documents with their plans',
    unit: 'bytes',
    shownAs: 'MiB',
    beyond: 'the least recently used are dropped',
  }),
  documentBytes: declareLimit(16 * 1024 * 1024, {
    section: 'Inside',
    name: 'one cached document',
    unit: 'bytes',
    shownAs: 'MiB',
    beyond: 'not cached',
  }),
};

/** The plans of documents, kept by the executor. */
interface DocumentPlans {
  /** Returns the number of planned fields of a document. */
  plannedFields(document: DocumentNode): number;
  /** Discards the plans of a document. */
  forget(document: DocumentNode): void;
}

export function createDocumentCache(plans: DocumentPlans, limits = defaultLimits): DocumentCache {
  const sourceByKey = new Map<string, string>();
  const documents = new LRUCache<string, CachedDocument>({
    maxSize: limits.totalBytes,
    maxEntrySize: limits.documentBytes,
    sizeCalculation: toBytes,
    dispose: ({ key }) => sourceByKey.delete(key),
    noDisposeOnSet: true,
  });
  const pinned = new Map<string, DocumentNode>();
  const pinnedKeys = new Map<string, string>();
  // The plans of pinned documents are evicted like any others.
  const pinnedPlans = new LRUCache<DocumentNode, number>({
    maxSize: limits.totalBytes,
    maxEntrySize: limits.documentBytes,
    sizeCalculation: (fields) => Math.max(fields * bytesOf.plannedField, 1),
    dispose: (_fields, document, reason) => {
      if (reason === 'evict') plans.forget(document);
    },
    noDisposeOnSet: true,
  });
  const find = (source: string) => pinned.get(source) ?? documents.get(source)?.document;

  return {
    find,
    findByKey(key) {
      const source = pinnedKeys.get(key) ?? sourceByKey.get(key);
      return source === undefined ? undefined : find(source);
    },
    add(key, document) {
      const source = sourceOf(document);
      if (pinned.has(source)) {
        pinnedKeys.set(key, source);
        return;
      }
      sourceByKey.set(key, source);
      documents.set(source, { key, document, plannedFields: plans.plannedFields(document) });
      if (!documents.has(source)) sourceByKey.delete(key);
    },
    pin(nodes) {
      for (const cache of [pinned, pinnedKeys, pinnedPlans]) cache.clear();
      for (const document of nodes) {
        const source = sourceOf(document);
        documents.delete(source);
        pinned.set(source, document);
      }
    },
    isPinned: (document) => pinned.get(sourceOf(document)) === document,
    updateSize(document) {
      const source = sourceOf(document);
      if (pinned.get(source) === document) {
        pinnedPlans.set(document, plans.plannedFields(document));
        if (!pinnedPlans.has(document)) plans.forget(document);
        return;
      }
      const cached = documents.peek(source);
      const fields = plans.plannedFields(document);
      if (cached?.document !== document || cached.plannedFields === fields) return;
      documents.set(source, { ...cached, plannedFields: fields });
    },
  };
}

function toBytes({ document, plannedFields }: CachedDocument, source: string): number {
  const { token, character, plannedField } = bytesOf;
  return (document.tokenCount ?? 0) * token + source.length * character + plannedFields * plannedField;
}

/** Returns the source of a document that was parsed with locations. */
function sourceOf({ loc }: DocumentNode): string {
  return loc!.source.body;
}
