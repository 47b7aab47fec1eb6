import '../shared/styles.js';
import './page.css';
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { LoadFailure, type LoadFailureProps } from '../shared/lazy-component.js';
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
      <PageHeader current="docs/" isSessionOptional />
      <main className="reference">
        {problem !== undefined && (
          <p className="notice bad" role="alert">
            {problem}
          </p>
        )}
        <Reference />
      </main>
    </>
  );
}

createRoot(document.getElementById('page')!).render(<Page />);
