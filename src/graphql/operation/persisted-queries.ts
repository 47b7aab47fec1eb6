import { LRUCache } from 'lru-cache';
import { isJsonObject } from '../../json/is-json-object.js';
import { declareLimit } from '../../limits.js';

/** Maximum size of the cache. Clients resend evicted documents. */
const maxPersistedBytes = declareLimit(32 * 1024 * 1024, {
  section: 'Inside',
  name: 'cached automatic persisted queries',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'the least recently used are dropped',
});
/** A larger document would evict many others. */
const maxPersistedDocumentBytes = declareLimit(1024 * 1024, {
  section: 'Inside',
  name: 'one automatic persisted query',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'not kept',
});
/** The prefix that Apollo Server adds to a document's digest. */
const keyPrefix = 'apq:';

/** The cached automatic persisted queries, by digest. */
export class PersistedQueries {
  readonly #texts = new LRUCache<string, string>({
    maxSize: maxPersistedBytes,
    maxEntrySize: maxPersistedDocumentBytes,
    // A string with characters beyond Latin-1 takes two bytes per character.
    sizeCalculation: (text, key) => 2 * (text.length + key.length),
  });

  /** The cache in the form that Apollo Server expects. */
  readonly cache = {
    get: async (key: string) => this.#texts.get(key),
    set: async (key: string, text: string) => void this.#texts.set(key, text),
    delete: async (key: string) => this.#texts.delete(key),
  };

  /** Returns the document whose digest a request's extensions contain. */
  textOf(extensions: Readonly<Record<string, unknown>> | null | undefined): string | undefined {
    const persisted = extensions?.persistedQuery;
    if (!isJsonObject(persisted) || persisted.version !== 1) return undefined;
    return this.#texts.get(`${keyPrefix}${persisted.sha256Hash}`);
  }
}
