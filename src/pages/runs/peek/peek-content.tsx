import { notVisible } from '../../shared/api/error-sentence.js';
import { countOf, formatCredits, formatDuration } from '../../shared/format/format-quantity.js';
import type { Run } from '../operations.js';
import { Relations } from '../run/facts.js';
import { Failure } from '../run/failure.js';
import { Files } from '../run/files.js';
import { usePayload } from '../run/payload.js';
import { PayloadView } from '../run/payload-view.js';
import type { RunPath } from '../run-url.js';

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
      <p className="notice">Inputs, response and files: {notVisible.toLowerCase()}</p>
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

/** Duration, tokens, credits and retries of a run in one line. */
export function FigureLine({ run }: { readonly run: Run }) {
  const figures = [
    run.llmCallTiming !== null && formatDuration(run.llmCallTiming),
    countOf(run.totalTokens, 'token'),
    run.chargedCredits && `${formatCredits(run.chargedCredits)} credits`,
    run.llmRetries > 0 && countOf(run.llmRetries, 'retry', 'retries'),
    run.usedFallbackModel && 'fallback model',
  ];
  return <p className="peek-figures faint number">{figures.filter(Boolean).join(' · ')}</p>;
}
