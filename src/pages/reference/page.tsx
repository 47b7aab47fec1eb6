import '../shared/styles.js';
import '../runs/header-styles.js';
import './page.css';
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { SkipLink } from '../runs/skip-link.js';
import { StandaloneHeaderTools } from '../runs/standalone-header-tools.js';
import { initialState } from '../shared/initial-state-of-page.js';
import { LoadFailure, type LoadFailureProps } from '../shared/lazy-component.js';
import { Notice } from '../shared/notice/notice.js';
import { PageHeader } from '../shared/page-header.js';
import { useSignInProblem } from '../shared/token/token-store.js';
import { showReference } from './swagger-ui.js';

function Reference() {
  const place = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<LoadFailureProps>();
  useEffect(() => {
    showReference(place.current!).catch((error: unknown) => setFailure({ error }));
  }, []);
  return failure ? <LoadFailure {...failure} /> : <div ref={place} />;
}

function Page() {
  const problem = useSignInProblem();
  return (
    <>
      <SkipLink />
      <PageHeader current="docs/" isSessionOptional>
        {initialState.hasRuns && <StandaloneHeaderTools />}
      </PageHeader>
      <main className="reference">
        {problem !== undefined && <Notice isProblem>{problem}</Notice>}
        <Reference />
      </main>
    </>
  );
}

createRoot(document.getElementById('page')!).render(<Page />);
