// The header of every page. On pages with an app, the app renders it; on others, the server does.

export const pageLinks = [
  { path: '', name: 'Home' },
  { path: 'runs', name: 'Runs' },
  { path: 'runs/statistics', name: 'Statistics' },
  { path: 'graphql', name: 'GraphiQL' },
  // With the trailing slash, so that the page finds its files even under a path.
  { path: 'docs/', name: 'REST' },
] as const;

export type PagePath = (typeof pageLinks)[number]['path'];

/** Returns the links of a gateway with or without pages about runs. */
export function availableLinks(hasRuns: boolean) {
  return pageLinks.filter(({ path }) => hasRuns || (path !== '' && !path.startsWith('runs')));
}

/** A gate and someone who has passed it, as in favicon.ico. It is drawn in a 32 by 32 square. */
export const logoPath = 'M9 9v14M15 10l10 6-10 6z';
