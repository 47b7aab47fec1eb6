import './share-dialog.css';
import { useEffect, useRef, useState } from 'react';
import { sentenceOf } from '../../shared/api/error-sentence.js';
import { requestGraphql } from '../../shared/api/graphql-client.js';
import type { Operation } from '../../shared/api/operation.js';
import { CopyButton } from '../../shared/copy-button.js';
import { formatTime } from '../../shared/format/format-time.js';
import type { RunPath } from '../run-url.js';

interface Share {
  readonly id: string;
  readonly url: string;
  readonly expires: string;
}

interface ShareData {
  readonly taskRun: { readonly share: Share | null } | null;
}

interface ShareVariables extends RunPath {
  readonly expiresIn: number;
  readonly payload: boolean;
}

/** Written by hand, because only the schema of gateways with links has the field. */
const shareQuery: Operation<ShareData, ShareVariables> =
  `query Share($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!, $expiresIn: Int!, $payload: Boolean!) {
  taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) {
    share(expiresIn: $expiresIn, payload: $payload) { id url expires }
  }
}`;

const hour = 3600;
const day = 24 * hour;
const lifetimes = [
  ['1 hour', hour],
  ['1 day', day],
  ['7 days', 7 * day],
  ['30 days', 30 * day],
] as const;

interface ShareDialogProps {
  readonly path: RunPath;
  /** Whether the link may show payload. */
  readonly allowsPayload: boolean;
  readonly onClose: () => void;
}

/** Makes a link to the run, and shows its address once. */
export function ShareDialog({ path, allowsPayload, onClose }: ShareDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [expiresIn, setExpiresIn] = useState<number>(7 * day);
  const [payload, setPayload] = useState(false);
  const [isMaking, setMaking] = useState(false);
  const [share, setShare] = useState<Share>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => dialog.current!.showModal(), []);
  const make = async () => {
    setMaking(true);
    setFailure(undefined);
    try {
      const { data, errors } = await requestGraphql(shareQuery, { ...path, expiresIn, payload });
      if (data?.taskRun?.share) setShare(data.taskRun.share);
      else setFailure(sentenceOf(errors[0] ?? {}));
    } catch (error) {
      setFailure(sentenceOf(error));
    }
    setMaking(false);
  };
  return (
    <dialog ref={dialog} className="share-dialog card" aria-labelledby="share-title" onClose={onClose}>
      <h2 id="share-title">Share this run</h2>
      {share === undefined ? (
        <>
          <p>Everyone who has the link sees this run, without an account, as long as you may share it.</p>
          <fieldset className="row" disabled={isMaking}>
            <legend className="faint">Ends after</legend>
            {lifetimes.map(([label, seconds]) => (
              <label key={label}>
                <input
                  type="radio"
                  name="expires-in"
                  checked={expiresIn === seconds}
                  onChange={() => setExpiresIn(seconds)}
                />
                {label}
              </label>
            ))}
          </fieldset>
          {allowsPayload ? (
            <label>
              <input
                type="checkbox"
                checked={payload}
                disabled={isMaking}
                onChange={(event) => setPayload(event.currentTarget.checked)}
              />
              Also show inputs, response and files
            </label>
          ) : (
            <p className="muted">The link shows times, tokens and costs, but neither inputs nor response nor files.</p>
          )}
        </>
      ) : (
        <NewShare {...share} />
      )}
      {failure !== undefined && (
        <p className="problem" role="alert">
          {failure}
        </p>
      )}
      <div className="row">
        {share === undefined && (
          <button type="button" className="primary" disabled={isMaking} onClick={make}>
            Make a link
          </button>
        )}
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}

function NewShare({ id, url, expires }: Share) {
  return (
    <>
      <p>
        The address is shown only once. It works until <time dateTime={expires}>{formatTime(expires)}</time>.
      </p>
      <input readOnly aria-label="Address of the link" value={url} onFocus={(event) => event.currentTarget.select()} />
      <div className="row">
        <CopyButton className="primary" text={() => url} label="the address">
          Copy
        </CopyButton>
      </div>
      <p className="muted">
        You cannot end it here. An operator of the gateway can: <code>npm run revoke -- --share {id}</code>
      </p>
    </>
  );
}
