import '../shared/styles.js';
import '../runs/icon.css';
import '../runs/page.css';
import './page.css';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { RunSkeleton } from '../runs/run/run-skeleton.js';
import type { ApiError } from '../shared/api/error-sentence.js';
import { Logo } from '../shared/logo.js';
import { ErrorNotice } from '../shared/notice/error-notice.js';
import { Notice } from '../shared/notice/notice.js';
import { fetchSharedRun } from './fetch-shared-run.js';
import { onOtherLink, takeToken } from './link-token.js';
import type { SharedRun } from './shared-run.js';
import { SharedRunView } from './shared-run-view.js';

/** The page of a link to one run. It has no session, and requests nothing but the run. */
function SharedRunPage({ firstToken }: { readonly firstToken: string }) {
  const [token, setToken] = useState(firstToken);
  useEffect(() => onOtherLink(setToken), []);
  return (
    <>
      <header className="page-header">
        <span className="brand">
          <Logo />
          <span className="brand-name">Task runs</span>
        </span>
      </header>
      <main className="page shared-run">
        {token === '' ? <MissingToken /> : <LoadedRun key={token} token={token} />}
      </main>
    </>
  );
}

function MissingToken() {
  return (
    <>
      <h1>Shared run</h1>
      <Notice>
        This page shows a run to people who have a link to it. The link is no longer in the address: open it again from
        the message in which you received it.
      </Notice>
    </>
  );
}

interface Loading {
  readonly shared?: SharedRun;
  readonly error?: unknown;
}

function LoadedRun({ token }: { readonly token: string }) {
  const [{ shared, error }, setLoading] = useState<Loading>({});
  const load = () => {
    setLoading({});
    fetchSharedRun(token).then(
      (shared) => setLoading({ shared }),
      (error: unknown) => setLoading({ error }),
    );
  };
  useEffect(load, []);
  if (shared !== undefined) return <SharedRunView shared={shared} token={token} />;
  return (
    <>
      <h1>Shared run</h1>
      {error === undefined ? (
        <RunSkeleton />
      ) : isGone(error) ? (
        <Notice isProblem>
          This link shows nothing. It is incomplete, has ended, or its run is no longer shared. Ask the person from whom
          you have it.
        </Notice>
      ) : (
        <ErrorNotice error={error} onRetry={load} />
      )}
    </>
  );
}

function isGone(error: unknown): boolean {
  return (error as Partial<ApiError>).extensions?.reason === 'SHARE_NOT_FOUND';
}

createRoot(document.getElementById('page')!).render(<SharedRunPage firstToken={takeToken()} />);
