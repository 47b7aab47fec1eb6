import { useEffect } from 'react';
import { isAboutAccess, noSuchRun } from '../../shared/api/error-sentence.js';
import { useQuery } from '../../shared/api/use-query.js';
import { ErrorNotice } from '../../shared/notice/error-notice.js';
import { Notice } from '../../shared/notice/notice.js';
import { navigate, useDocumentTitle } from '../navigation.js';
import { findRunQuery } from '../operations.js';
import { type RunPath, urlOfRun } from '../run-url.js';

/** Redirects from a run's id to its page, because logs and alerts contain only ids. */
export function RunById({ id }: { readonly id: string }) {
  useDocumentTitle('Run');
  const { response, error, reload } = useQuery(findRunQuery, { id });
  const node = response?.data?.node;
  // Other objects have ids as well.
  const run = node?.id === undefined ? undefined : (node as RunPath);
  useEffect(() => {
    if (run) navigate(urlOfRun(run), { replace: true });
  }, [run]);
  const isMissing = (error !== undefined && isAboutAccess(error)) || (node && run === undefined);
  return (
    <main className="page" aria-busy={error === undefined}>
      <h1>Run</h1>
      {isMissing ? <Notice>{noSuchRun}</Notice> : error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
    </main>
  );
}
