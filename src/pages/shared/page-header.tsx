import { availableLinks, type PagePath } from '../page-links.js';
import { gatewayUrl, initialState } from './initial-state-of-page.js';
import { Logo } from './logo.js';
import { SessionMenu } from './token/session-menu.js';
import { canSignIn } from './token/sign-in.js';
import { useTokens } from './token/token-store.js';

interface PageHeaderProps {
  /** Omitted on a page without a link. */
  readonly current?: PagePath;
  /** Parameters that links to pages about runs keep: `?org=…`, or nothing. */
  readonly search?: string;
  /** Whether the page has content for users without a token, so that no card asks for one. */
  readonly isSessionOptional?: boolean;
  /** Tools of the page, left of the session. */
  readonly children?: React.ReactNode;
}

/** The header of every page: name, links to other pages, and session. */
export function PageHeader({ current, search = '', isSessionOptional = false, children }: PageHeaderProps) {
  // A pasted token is only in the memory of open tabs.
  const losesToken = useTokens().accessToken !== '' && !canSignIn && initialState.demoTokens.length === 0;
  const addressOf = (path: string) => gatewayUrl(path.startsWith('runs') ? `${path}${search}` : path).href;
  return (
    <header className="page-header">
      <a className="brand" href={addressOf(initialState.hasRuns ? '' : 'graphql')}>
        <Logo />
        <span className="brand-name">Task runs</span>
      </a>
      <nav aria-label="Pages">
        {availableLinks(initialState.hasRuns).map(({ path, name }) => (
          <a
            key={path}
            href={addressOf(path)}
            target={losesToken && appOf(path) !== appOf(current) ? '_blank' : undefined}
            {...(path === current && { 'aria-current': 'page' })}
          >
            {name}
          </a>
        ))}
      </nav>
      {children}
      <SessionMenu isOptional={isSessionOptional} />
    </header>
  );
}

/** Pages with the same result are one document. */
function appOf(path: string | undefined): string | undefined {
  return path?.startsWith('runs') ? '' : path;
}
