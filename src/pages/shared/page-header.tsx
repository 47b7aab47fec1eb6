import './page-header.css';
import { gatewayUrl, initialState } from './initial-state-of-page.js';
import { TokenField } from './token/token-field.js';

const pages = [
  { path: '', name: 'Home' },
  { path: 'runs', name: 'Runs' },
  { path: 'runs/statistics', name: 'Statistics' },
  { path: 'graphql', name: 'GraphiQL' },
  // With the slash, so that the page finds its files under a path as well.
  { path: 'docs/', name: 'REST' },
] as const;
export type PagePath = (typeof pages)[number]['path'];

interface PageHeaderProps {
  readonly current: PagePath | null;
  /** Parameters that links to pages about runs keep: `?org=…`, or nothing. */
  readonly search?: string;
}

/** The same on every page: name, other pages, token. */
export function PageHeader({ current, search = '' }: PageHeaderProps) {
  const addressOf = (path: string) => gatewayUrl(path.startsWith('runs') ? `${path}${search}` : path).href;
  return (
    <header className="page-header">
      <a className="brand" href={addressOf(initialState.hasRuns ? '' : 'graphql')}>
        <Logo />
        Task runs
      </a>
      <nav aria-label="Pages">
        {pages.filter(isAvailable).map(({ path, name }) => (
          <a key={path} href={addressOf(path)} {...(path === current && { 'aria-current': 'page' })}>
            {name}
          </a>
        ))}
      </nav>
      <TokenField />
    </header>
  );
}

function isAvailable({ path }: { readonly path: string }): boolean {
  return initialState.hasRuns || (path !== '' && !path.startsWith('runs'));
}

/** The gate and who has passed it: as in favicon.ico and the page's icon. */
function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M9 9v14M15 10l10 6-10 6z" />
    </svg>
  );
}
