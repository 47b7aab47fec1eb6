// The storage of GraphiQL in the browser, without headers: a token may have been typed there.

import type { SharedOperation } from '../shared/share-link.js';

/** The storage that GraphiQL expects. */
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
const keysWithHeaders = ['graphiql:tabState', 'graphiql:queries', 'graphiql:favorites'];

/** The storage without headers; those that an earlier version of this page has left there are removed. */
export function createTokenlessStorage(storage: Storage): GraphiqlStorage {
  for (const key of forbiddenKeys) storage.removeItem(key);
  for (const key of keysWithHeaders) {
    const stored = storage.getItem(key);
    if (stored === null) continue;
    try {
      storage.setItem(key, withoutHeaders(stored));
    } catch {
      // No JSON: GraphiQL could not read it either.
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
 * The tab GraphiQL will show from an earlier visit. It restores a tab's query but not its variables unless they were
 * the last ones typed, so the page passes both again. Undefined on a first visit.
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
