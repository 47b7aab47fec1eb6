import '../runs/run/run-title.css';
import { useState } from 'react';
import { arrange } from '../runs/run/arrangement.js';
import { Failure } from '../runs/run/failure.js';
import type { Payload } from '../runs/run/payload.js';
import { PayloadView } from '../runs/run/payload-view.js';
import { RunBody } from '../runs/run/run-body.js';
import { nameOf } from '../runs/run/run-name.js';
import { RunStatus } from '../runs/run-status.js';
import { formatTime } from '../shared/format/format-time.js';
import { Notice } from '../shared/notice/notice.js';
import { SharedFacts } from './shared-facts.js';
import { SharedFiles } from './shared-files.js';
import type { SharedRun } from './shared-run.js';

interface SharedRunViewProps {
  readonly shared: SharedRun;
  readonly token: string;
}

/** A run as its link shows it. */
export function SharedRunView({ shared, token }: SharedRunViewProps) {
  const { run, hasPayload, response } = shared;
  return (
    <>
      <div className="row run-title">
        <h1>
          Run{' '}
          <span className="run-name one-line muted" title={nameOf(run)}>
            {nameOf(run)}
          </span>
        </h1>
        <RunStatus {...run} />
      </div>
      <LinkNotice {...shared.shared} />
      {hasPayload ? (
        <>
          <Failure run={run} response={response} hasPayload={true} />
          <WholeRun shared={shared} token={token} />
        </>
      ) : (
        <>
          <Failure run={run} response={null} hasPayload={false} withoutMessage="This link does not show the message." />
          <SharedFacts run={run} />
          <Notice>This link shows neither inputs nor response nor files.</Notice>
        </>
      )}
    </>
  );
}

/** The name of the sharer, the end of the link, and the command that ends it earlier. */
function LinkNotice({ by, until, id }: SharedRun['shared']) {
  return (
    <Notice>
      {by === null ? 'This run was shared with you' : `${by} shared this run with you`} until{' '}
      <time dateTime={until}>{formatTime(until)}</time>. An operator of the gateway can end the link earlier:{' '}
      <code>npm run revoke -- --share {id}</code>
    </Notice>
  );
}

function WholeRun({ shared: { run, submitted, response, runData, files }, token }: SharedRunViewProps) {
  return (
    <RunBody
      facts={<SharedFacts run={run} />}
      arrangement={arrange(submitted, response)}
      renderInput={(reached) => <PayloadView title="Submitted" payload={payloadOf(submitted)} reached={reached} />}
      output={<PayloadView title="Response" payload={payloadOf(response)} />}
    >
      <SharedFiles files={files} token={token} />
      <RunData text={runData} />
    </RunBody>
  );
}

function RunData({ text }: { readonly text: string | null }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>All run data</summary>
      {isOpen && <PayloadView title="Run data" payload={payloadOf(text)} />}
    </details>
  );
}

/** All payload was read with the run. */
function payloadOf(text: string | null): Payload {
  return { text, preview: null, error: undefined, isLoading: false, reload() {}, readAll() {} };
}
