import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { type Run, type RunData, runQuery } from '../operations.js';
import type { RunPath } from '../run-url.js';
import { Facts } from './facts.js';
import { Failure } from './failure.js';
import { Files } from './files.js';
import { usePayload } from './payload.js';
import { PayloadView } from './payload-view.js';

export function useRun(path: RunPath): QueryState<RunData> {
  return useQuery(runQuery, path);
}

/** Why a run failed, what it took, what went in and what came out, and its files. */
export function RunContent({ run, path }: { readonly run: Run; readonly path: RunPath }) {
  const submitted = usePayload(path, 'submitted');
  const response = usePayload(path, 'response', run.responseBytes);
  return (
    <>
      <Failure run={run} response={response.text ?? null} />
      <Facts run={run} path={path} />
      <div className="exchange">
        <PayloadView title="Submitted" payload={submitted} />
        <PayloadView title="Response" payload={response} bytes={run.responseBytes} />
      </div>
      <Files path={path} files={run.files} />
    </>
  );
}
