import type { SharedOperation } from '../shared/share-link.js';

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
