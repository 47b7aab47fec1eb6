import '../shared/styles.js';
import '../runs/header-styles.js';
import './page.css';
import { createRoot } from 'react-dom/client';
import { SkipLink } from '../runs/skip-link.js';
import { StandaloneHeaderTools } from '../runs/standalone-header-tools.js';
import { initialState } from '../shared/initial-state-of-page.js';
import { Notice } from '../shared/notice/notice.js';
import { PageHeader } from '../shared/page-header.js';
import { useSignInProblem } from '../shared/token/token-store.js';
import { ErrorFilter } from './error-filter.js';

/** The header of a page whose content the server has rendered. */
function Header() {
  const problem = useSignInProblem();
  return (
    <>
      <SkipLink />
      <PageHeader isSessionOptional>{initialState.hasRuns && <StandaloneHeaderTools />}</PageHeader>
      {problem !== undefined && <Notice isProblem>{problem}</Notice>}
    </>
  );
}

createRoot(document.getElementById('page')!).render(<Header />);
const filter = document.getElementById('error-filter');
const table = document.querySelector<HTMLTableElement>('.error-table');
if (filter && table) createRoot(filter).render(<ErrorFilter table={table} />);
// A sign-in has replaced the address.
if (location.hash !== '') document.getElementById(location.hash.slice(1))?.scrollIntoView();
