// What GraphiQL may keep in the browser: everything but the headers, which hold the token. That lives in memory only.

/** As GraphiQL takes it. */
interface GraphiqlStorage {
  readonly length: number;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  clear(): void;
}

/** The headers themselves, and whether they are kept: a choice of earlier versions. */
const forbiddenKeys = ['graphiql:headers', 'graphiql:shouldPersistHeaders'];
/** JSON whose members named `headers` are those of a tab or of an operation that was executed. */
const historyKeys = ['graphiql:queries', 'graphiql:favorites'];
const keysWithHeaders = ['graphiql:tabState', ...historyKeys];

/**
 * The storage without headers; those that an earlier version of this page has left there are removed.
 * @param headers of an operation of an earlier visit, when it is chosen from the history
 */
export function createTokenlessStorage(storage: Storage, headers: string): GraphiqlStorage {
  for (const key of forbiddenKeys) storage.removeItem(key);
  for (const key of keysWithHeaders) {
    const kept = storage.getItem(key);
    if (kept === null) continue;
    try {
      storage.setItem(key, withHeaders(kept, null));
    } catch {
      // No JSON: GraphiQL could not read it either.
      storage.removeItem(key);
    }
  }
  return {
    get length() {
      return storage.length;
    },
    getItem(key) {
      const kept = storage.getItem(key);
      return kept !== null && historyKeys.includes(key) ? withHeaders(kept, headers) : kept;
    },
    setItem(key, value) {
      if (forbiddenKeys.includes(key)) return;
      storage.setItem(key, keysWithHeaders.includes(key) ? withHeaders(value, null) : value);
    },
    removeItem: (key) => storage.removeItem(key),
    clear() {
      for (const key of Object.keys(storage)) if (key.startsWith('graphiql:')) storage.removeItem(key);
    },
  };
}

function withHeaders(json: string, headers: string | null): string {
  return JSON.stringify(JSON.parse(json), (name, value) => (name === 'headers' ? headers : value));
}
