import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { declareLimit } from '../../limits.js';

/** A cache of valid documents that evicts the least recently used ones first. */
export interface DocumentCache {
  find(source: string): DocumentNode | undefined;
  /** Finds a document by the key with which it was added. */
  findByKey(key: string): DocumentNode | undefined;
  add(key: string, document: DocumentNode): void;
  /** Pins these documents instead of the previous ones, so that they are never evicted. */
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

/** Measured bytes per token with its syntax node, per character (comments take the most), and per planned field. */
const bytesOf = { token: 250, character: 80, plannedField: 700 };
/** Cache limits in bytes. A document larger than `documentBytes` is not cached, because it would evict many others. */
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

/** The documents' plans, kept by the executor. */
interface DocumentPlans {
  /** Returns the number of planned fields in a document. */
  plannedFields(document: DocumentNode): number;
  /** Discards a document's plans. */
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
  // Plans of pinned documents are evicted like any others.
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
