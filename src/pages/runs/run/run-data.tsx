import { useState } from 'react';
import type { RunPath } from '../run-url.js';
import { usePayload } from './payload.js';
import { PayloadView } from './payload-view.js';

/** All recorded data of a run, read when this is opened. */
export function RunData({ path }: { readonly path: RunPath }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>All run data</summary>
      {isOpen && <OpenRunData path={path} />}
    </details>
  );
}

function OpenRunData({ path }: { readonly path: RunPath }) {
  return <PayloadView title="Run data" payload={usePayload(path, 'runData')} />;
}
