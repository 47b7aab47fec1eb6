import type { RunPath } from '../run-url.js';
import { Facts } from './facts.js';
import { Failure } from './failure.js';
import { Files } from './files.js';
import { PayloadView } from './payload-view.js';
import type { Run } from './run-query.js';

/** Why a run failed, what it took, what went in and what came out, and its files. */
export function RunContent({ run, path }: { readonly run: Run; readonly path: RunPath }) {
  return (
    <>
      <Failure run={run} />
      <Facts run={run} path={path} />
      <div className="exchange">
        <PayloadView title="Submitted" path={path} name="submitted" />
        <PayloadView title="Response" path={path} name="response" bytes={run.responseBytes} />
      </div>
      <Files path={path} files={run.files} />
    </>
  );
}
