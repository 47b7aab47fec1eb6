// The header of every page, which a program makes where there is one, and else the server.

export const pageLinks = [
  { path: '', name: 'Home' },
  { path: 'runs', name: 'Runs' },
  { path: 'runs/statistics', name: 'Statistics' },
  { path: 'graphql', name: 'GraphiQL' },
  // With the slash, so that the page finds its files under a path as well.
  { path: 'docs/', name: 'REST' },
] as const;

export type PagePath = (typeof pageLinks)[number]['path'];

/** Returns the links of a gateway with or without pages about runs. */
export function availableLinks(hasRuns: boolean) {
  return pageLinks.filter(({ path }) => hasRuns || (path !== '' && !path.startsWith('runs')));
}

/** The gate and who has passed it: as in favicon.ico. It is drawn in a square of 32. */
export const logoPath = 'M9 9v14M15 10l10 6-10 6z';
