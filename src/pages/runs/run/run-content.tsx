import { useMemo, useRef } from 'react';
import { isWithheld, notVisible } from '../../shared/api/error-sentence.js';
import { type QueryState, useQuery } from '../../shared/api/use-query.js';
import { Notice } from '../../shared/notice/notice.js';
import { type Run, type RunData, runQuery } from '../operations.js';
import type { RunPath } from '../run-url.js';
import { type Arrangement, arrange } from './arrangement.js';
import { Facts } from './facts.js';
import { Failure } from './failure.js';
import { Files } from './files.js';
import { type Payload, usePayload } from './payload.js';
import { PayloadView } from './payload-view.js';
import { RunBody } from './run-body.js';
import { withModel } from './run-model.js';

/** `hasPayload` is false if the caller may read only the run's usage. */
export function useRun(path: RunPath): QueryState<RunData> & { readonly hasPayload: boolean } {
  const state = useQuery(withModel(runQuery), path);
  return { ...state, hasPayload: state.response?.errors.some(isWithheld) !== true };
}

interface RunContentProps {
  readonly run: Run;
  readonly path: RunPath;
  readonly hasPayload: boolean;
  /** Shown below the run. */
  readonly children: React.ReactNode;
}

/** Why a run failed, what it cost, its input and output, and its files. */
export function RunContent({ run, path, hasPayload, children }: RunContentProps) {
  if (hasPayload) {
    return (
      <WholeRun run={run} path={path}>
        {children}
      </WholeRun>
    );
  }
  return (
    <>
      <Failure run={run} response={null} hasPayload={false} />
      <Facts run={run} path={path} />
      <Notice>Inputs, response and files: {notVisible.toLowerCase()}</Notice>
      {children}
    </>
  );
}

function WholeRun({ run, path, children }: Omit<RunContentProps, 'hasPayload'>) {
  const submitted = usePayload(path, 'submitted');
  const response = usePayload(path, 'response', run.responseBytes);
  const arrangement = useArrangement(submitted, response);
  return (
    <>
      <Failure run={run} response={response.text ?? null} hasPayload={true} />
      <RunBody
        facts={<Facts run={run} path={path} />}
        arrangement={arrangement}
        renderInput={(reached) => <PayloadView title="Submitted" payload={submitted} reached={reached} />}
        output={<PayloadView title="Response" payload={response} bytes={run.responseBytes} />}
      >
        <Files path={path} files={run.files} />
        {children}
      </RunBody>
    </>
  );
}

/** Returns `undefined` until both have been read. Reading the rest of a large payload keeps the arrangement. */
function useArrangement(submitted: Payload, response: Payload): Arrangement | undefined {
  const isLoading = submitted.isLoading || response.isLoading;
  const [input, output] = [submitted, response].map(({ text, preview }) => text ?? preview);
  const newest = useMemo(() => (isLoading ? undefined : arrange(input!, output!)), [isLoading, input, output]);
  const last = useRef(newest);
  last.current = newest ?? last.current;
  return last.current;
}
