import { isWithheld, notVisible } from '../../shared/api/error-sentence.js';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { type Run, type RunData, runQuery } from '../operations.js';
import type { RunPath } from '../run-url.js';
import { Facts } from './facts.js';
import { Failure } from './failure.js';
import { Files } from './files.js';
import { usePayload } from './payload.js';
import { PayloadView } from './payload-view.js';

/** `hasPayload` is false if the caller may read only the run's usage. */
export function useRun(path: RunPath): QueryState<RunData> & { readonly hasPayload: boolean } {
  const state = useQuery(runQuery, path);
  return { ...state, hasPayload: state.response?.errors.some(isWithheld) !== true };
}

interface RunContentProps {
  readonly run: Run;
  readonly path: RunPath;
  readonly hasPayload: boolean;
}

/** Why a run failed, what it cost, its input and output, and its files. */
export function RunContent({ run, path, hasPayload }: RunContentProps) {
  if (hasPayload) return <WholeRun run={run} path={path} />;
  return (
    <>
      <Failure run={run} response={null} hasPayload={false} />
      <Facts run={run} path={path} />
      <p className="notice">Inputs, response and files: {notVisible.toLowerCase()}</p>
    </>
  );
}

function WholeRun({ run, path }: Omit<RunContentProps, 'hasPayload'>) {
  const submitted = usePayload(path, 'submitted');
  const response = usePayload(path, 'response', run.responseBytes);
  return (
    <>
      <Failure run={run} response={response.text ?? null} hasPayload={true} />
      <Facts run={run} path={path} />
      <div className="exchange">
        <PayloadView title="Submitted" payload={submitted} />
        <PayloadView title="Response" payload={response} bytes={run.responseBytes} />
      </div>
      <Files path={path} files={run.files} />
    </>
  );
}
