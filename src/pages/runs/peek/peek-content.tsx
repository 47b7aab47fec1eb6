import { notVisible } from '../../shared/api/error-sentence.js';
import { Notice } from '../../shared/notice/notice.js';
import type { Run } from '../operations.js';
import { Relations } from '../run/facts.js';
import { Failure } from '../run/failure.js';
import { Files } from '../run/files.js';
import { usePayload } from '../run/payload.js';
import { PayloadView } from '../run/payload-view.js';
import { modelOf } from '../run/run-model.js';
import type { RunPath } from '../run-url.js';
import { figureLine } from './figure-line.js';

interface PeekContentProps {
  readonly run: Run;
  readonly path: RunPath;
  readonly hasPayload: boolean;
}

/** A run in the order in which users read it next to a list, starting with the response. */
export function PeekContent({ run, path, hasPayload }: PeekContentProps) {
  if (hasPayload) return <WholeRun run={run} path={path} />;
  return (
    <>
      <Failure run={run} response={null} hasPayload={false} />
      <Relations run={run} path={path} />
      <Notice>Inputs, response and files: {notVisible.toLowerCase()}</Notice>
    </>
  );
}

function WholeRun({ run, path }: Omit<PeekContentProps, 'hasPayload'>) {
  const submitted = usePayload(path, 'submitted');
  const response = usePayload(path, 'response', run.responseBytes);
  return (
    <>
      <Failure run={run} response={response.text ?? null} hasPayload={true} />
      <PayloadView title="Response" payload={response} bytes={run.responseBytes} />
      <PayloadView title="Submitted" payload={submitted} />
      <Files path={path} files={run.files} />
      <Relations run={run} path={path} />
    </>
  );
}

/** Duration, tokens, credits, retries and model of a run in one line. */
export function FigureLine({ run }: { readonly run: Run | undefined }) {
  return <p className="peek-figures faint number">{run === undefined ? '\u00a0' : figureLine(run, modelOf(run))}</p>;
}
