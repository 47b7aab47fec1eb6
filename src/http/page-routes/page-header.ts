import { availableLinks, logoPath } from '../../pages/page-links.js';

/** Returns the header as the script renders it later, but without the session. */
export function renderHeader(root: string, hasRuns: boolean): string {
  const links = availableLinks(hasRuns).map(({ path, name }) => `<a href="${root}${path}">${name}</a>`);
  return `<header class="page-header">
<a class="brand" href="${root}">
<svg class="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true"><rect width="32" height="32" rx="7"/><path d="${logoPath}"/></svg>
<span class="brand-name">Task runs</span></a>
<nav aria-label="Pages">
${links.join('\n')}
</nav>
</header>`;
}
