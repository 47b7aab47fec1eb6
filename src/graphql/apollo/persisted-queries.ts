import { LRUCache } from 'lru-cache';

// limit | Inside | texts of automatic persisted queries | MiB | the least recently used are dropped
/** Bytes. Clients send evicted texts again. */
const maxPersistedBytes = 32 * 1024 * 1024;
// limit | Inside | one text of an automatic persisted query | MiB | not kept
/** A larger document would evict many others. */
const maxPersistedDocumentBytes = 1024 * 1024;

/** Creates the cache of automatic persisted queries, by their digests. */
export function createPersistedQueries() {
  const texts = new LRUCache<string, string>({
    maxSize: maxPersistedBytes,
    maxEntrySize: maxPersistedDocumentBytes,
    // A string with characters beyond Latin-1 takes two bytes for each character.
    sizeCalculation: (text, key) => 2 * (text.length + key.length),
  });
  return {
    get: async (key: string) => texts.get(key),
    set: async (key: string, text: string) => void texts.set(key, text),
    delete: async (key: string) => texts.delete(key),
  };
}
