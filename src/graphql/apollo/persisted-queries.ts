import { LRUCache } from 'lru-cache';

// limit | Inside | texts of automatic persisted queries | MiB | those unused for longest are dropped
/** Bytes. What is evicted is sent again by whoever asks for it. */
const maxPersistedBytes = 32 * 1024 * 1024;
// limit | Inside | one text of an automatic persisted query | MiB | not kept
/** A document beyond it would evict many others. */
const maxPersistedDocumentBytes = 1024 * 1024;

/** The texts of automatic persisted queries, by their digests. */
export function createPersistedQueries() {
  const texts = new LRUCache<string, string>({
    maxSize: maxPersistedBytes,
    maxEntrySize: maxPersistedDocumentBytes,
    // Characters beyond Latin-1 make a string take two bytes for each.
    sizeCalculation: (text, key) => 2 * (text.length + key.length),
  });
  return {
    get: async (key: string) => texts.get(key),
    set: async (key: string, text: string) => void texts.set(key, text),
    delete: async (key: string) => texts.delete(key),
  };
}
