import '../shared/styles.js';
import './page.css';
import { createRoot } from 'react-dom/client';
import { Notice } from '../shared/notice/notice.js';
import { PageHeader } from '../shared/page-header.js';
import { useSignInProblem } from '../shared/token/token-store.js';
import { ErrorFilter } from './error-filter.js';

/** The header of a page whose content the server has rendered. */
function Header() {
  const problem = useSignInProblem();
  return (
    <>
      <PageHeader isSessionOptional />
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
