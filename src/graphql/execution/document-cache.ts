import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Valid documents. The least recently used are evicted first. */
export interface DocumentCache {
  find(source: string): DocumentNode | undefined;
  /** By the key it was added under. */
  findByKey(key: string): DocumentNode | undefined;
  add(key: string, document: DocumentNode): void;
  /** Keeps these whatever else is added, and no others any more. */
  pin(documents: readonly DocumentNode[]): void;
  isPinned(document: DocumentNode): boolean;
  /** Updates the size of a document: plans are added by its executions. */
  updateSize(document: DocumentNode): void;
}

interface CachedDocument {
  readonly key: string;
  readonly document: DocumentNode;
  readonly plannedFields: number;
}

/** Bytes, as measured: of a token with its syntax node, of a character (of which comments take most), of a planned field. */
const bytesOf = { token: 250, character: 80, plannedField: 700 };
/** Bytes. A document beyond `documentBytes` is not kept: it would evict many others. */
const defaultLimits = {
  // limit | Inside | cached documents with their plans | MiB | those unused for longest are dropped
  totalBytes: 64 * 1024 * 1024,
  // limit | Inside | one cached document | MiB | not cached
  documentBytes: 16 * 1024 * 1024,
};

/** Whoever plans documents, and keeps the plans with them. */
interface DocumentPlans {
  /** How many fields are planned for a document. */
  readonly plannedFields: (document: DocumentNode) => number;
  /** Lets the plans of a document go. */
  readonly forget: (document: DocumentNode) => void;
}

export function createDocumentCache(planners: readonly DocumentPlans[], limits = defaultLimits): DocumentCache {
  const plannedFields = (document: DocumentNode) =>
    planners.reduce((sum, planner) => sum + planner.plannedFields(document), 0);
  const forget = (document: DocumentNode) => {
    for (const planner of planners) planner.forget(document);
  };
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
  // The plans of what stays are let go like any other document.
  const pinnedPlans = new LRUCache<DocumentNode, number>({
    maxSize: limits.totalBytes,
    maxEntrySize: limits.documentBytes,
    sizeCalculation: (fields) => Math.max(fields * bytesOf.plannedField, 1),
    dispose: (_fields, document, reason) => {
      if (reason === 'evict') forget(document);
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
      documents.set(source, { key, document, plannedFields: plannedFields(document) });
      if (!documents.has(source)) sourceByKey.delete(key);
    },
    pin(nodes) {
      for (const each of [pinned, pinnedKeys, pinnedPlans]) each.clear();
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
        pinnedPlans.set(document, plannedFields(document));
        if (!pinnedPlans.has(document)) forget(document);
        return;
      }
      const cached = documents.peek(source);
      const fields = plannedFields(document);
      if (cached?.document !== document || cached.plannedFields === fields) return;
      documents.set(source, { ...cached, plannedFields: fields });
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
