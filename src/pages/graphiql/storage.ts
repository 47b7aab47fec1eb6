// GraphiQL's storage in the browser, without headers, because users may type tokens there.

import type { SharedOperation } from '../shared/share-link.js';

/** The storage interface that GraphiQL expects. */
interface GraphiqlStorage {
  readonly length: number;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  clear(): void;
}

/** The headers themselves, and whether they are stored, which was an option in earlier versions. */
const forbiddenKeys = ['graphiql:headers', 'graphiql:shouldPersistHeaders'];
/** JSON with members named `headers`, which belong to a tab or an executed operation. */
const keysWithHeaders = ['graphiql:tabState', 'graphiql:queries', 'graphiql:favorites'];

/** Returns the storage without headers. Removes those that an earlier version of this page stored. */
export function createTokenlessStorage(storage: Storage): GraphiqlStorage {
  for (const key of forbiddenKeys) storage.removeItem(key);
  for (const key of keysWithHeaders) {
    const stored = storage.getItem(key);
    if (stored === null) continue;
    try {
      storage.setItem(key, withoutHeaders(stored));
    } catch {
      // This is not JSON, so GraphiQL could not read it, either.
      storage.removeItem(key);
    }
  }
  return {
    get length() {
      return storage.length;
    },
    getItem: (key) => storage.getItem(key),
    setItem(key, value) {
      if (forbiddenKeys.includes(key)) return;
      storage.setItem(key, keysWithHeaders.includes(key) ? withoutHeaders(value) : value);
    },
    removeItem: (key) => storage.removeItem(key),
    clear() {
      for (const key of Object.keys(storage)) if (key.startsWith('graphiql:')) storage.removeItem(key);
    },
  };
}

function withoutHeaders(json: string): string {
  return JSON.stringify(JSON.parse(json), (name, value) => (name === 'headers' ? null : value));
}

/**
 * Returns the tab from an earlier visit that GraphiQL will show, or `undefined` on a first visit. GraphiQL restores a
 * tab's query, but restores its variables only if they were the last ones typed. The page therefore passes both again.
 */
export function storedTab(storage: Storage): SharedOperation | undefined {
  try {
    const { tabs, activeTabIndex } = JSON.parse(storage.getItem('graphiql:tabState') ?? '{}');
    const { query, variables } = tabs[activeTabIndex];
    return { query: query ?? '', variables: variables ?? '' };
  } catch {
    return undefined;
  }
}
