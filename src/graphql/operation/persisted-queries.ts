import { LRUCache } from 'lru-cache';
import { isJsonObject } from '../../json/is-json-object.js';
import { declareLimit } from '../../limits.js';

/** Bytes. Clients send evicted texts again. */
const maxPersistedBytes = declareLimit(32 * 1024 * 1024, {
  section: 'Inside',
  name: 'texts of automatic persisted queries',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'the least recently used are dropped',
});
/** A larger document would evict many others. */
const maxPersistedDocumentBytes = declareLimit(1024 * 1024, {
  section: 'Inside',
  name: 'one text of an automatic persisted query',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'not kept',
});
/** The prefix that Apollo Server puts before the digest of a text. */
const keyPrefix = 'apq:';

/** The texts of automatic persisted queries, by their digests. */
export class PersistedQueries {
  readonly #texts = new LRUCache<string, string>({
    maxSize: maxPersistedBytes,
    maxEntrySize: maxPersistedDocumentBytes,
    // A string with characters beyond Latin-1 takes two bytes for each character.
    sizeCalculation: (text, key) => 2 * (text.length + key.length),
  });

  /** The cache as Apollo Server takes it. */
  readonly cache = {
    get: async (key: string) => this.#texts.get(key),
    set: async (key: string, text: string) => void this.#texts.set(key, text),
    delete: async (key: string) => this.#texts.delete(key),
  };

  /** Returns the text that the extensions of a request name by its digest. */
  textOf(extensions: Readonly<Record<string, unknown>> | null | undefined): string | undefined {
    const persisted = extensions?.persistedQuery;
    if (!isJsonObject(persisted) || persisted.version !== 1) return undefined;
    return this.#texts.get(`${keyPrefix}${persisted.sha256Hash}`);
  }
}
