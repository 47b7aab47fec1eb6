import './run-page.css';
import { useState } from 'react';
import { isAboutAccess, noSuchRun } from '../../shared/api/error-sentence.js';
import { CopyButton } from '../../shared/copy-button.js';
import { ErrorNotice } from '../../shared/error-notice.js';
import { formatTime } from '../../shared/format/format-time.js';
import { markedRuns, toggleMark, urlOfComparison } from '../marks/comparison-url.js';
import { MarkState } from '../marks/mark-state.js';
import { navigate, urlOf, useDocumentTitle, useLocation } from '../navigation.js';
import type { RelatedRun } from '../operations.js';
import { RunStatus } from '../run-status.js';
import { listParamsOfRun, type RunPath, runsPageParams, urlOfRun, withPlace } from '../run-url.js';
import { Shortcuts } from '../shortcuts.js';
import { useOpenedRun } from './opened-run.js';
import { usePayload } from './payload.js';
import { PayloadView } from './payload-view.js';
import { type AdjacentRun, type RelatedRuns, useRelatedRuns } from './related-runs.js';
import { RelatedView } from './related-view.js';
import { RunContent, useRun } from './run-content.js';
import { asCurl, inGraphiql } from './share.js';

/** All data of one run. */
export function RunPage({ path }: { readonly path: RunPath }) {
  const { params } = useLocation();
  const { response, error, reload, hasPayload } = useRun(path);
  const run = response?.data?.taskRun ?? undefined;
  useOpenedRun(path.id);
  const related = useRelatedRuns(path, run, params);
  const listParams = listParamsOfRun(path, params);
  const list = urlOf('runs', listParams);
  const otherMarked = markedRuns(params).findLast((id) => id !== path.id);
  const comparison = urlOfComparison(runsPageParams(listParams), path.id, otherMarked);
  const mark = () => toggleMark(params, path.id);
  const stepTo = (other: AdjacentRun | undefined) =>
    other && urlOfRun({ ...path, ...idsOf(other.run) }, withPlace(params, other.place));
  const name = run && (run.reference ?? formatTime(run.created));
  useDocumentTitle(run ? `${name}${run.isError ? ', failed' : ''} · ${run.task.name ?? 'Run'}` : 'Run');
  return (
    <main className="page">
      <div className="row page-top">
        <div className="row run-title">
          <h1>
            {run?.task.name ?? 'Run'}{' '}
            {run && (
              <span className="run-name one-line muted" title={name}>
                {name}
              </span>
            )}
          </h1>
          {run && <RunStatus {...run} />}
          <p className="muted">{run ? `${run.organization.name} / ${run.project.name}` : ' '}</p>
        </div>
        <Steps
          list={list}
          newer={stepTo(related.newer)}
          older={stepTo(related.older)}
          isByTime={!params.has('place')}
        />
      </div>
      {error !== undefined &&
        run === undefined &&
        (isAboutAccess(error) ? <p className="notice">{noSuchRun}</p> : <ErrorNotice error={error} onRetry={reload} />)}
      {run && (
        <>
          <div className="row screen-only">
            <a className="as-button" href={comparison}>
              Compare
            </a>
            <button type="button" aria-pressed={markedRuns(params).includes(path.id)} onClick={mark}>
              Select
            </button>
            <CopyButton text={() => urlOfRun(path)} label="link">
              Copy link
            </CopyButton>
            {/* Opens another document, because this one would lose its token. */}
            <a className="as-button" href={inGraphiql(path)} target="_blank" rel="noreferrer">
              As GraphQL
            </a>
            <CopyButton text={() => asCurl(path)} label="as curl">
              As curl
            </CopyButton>
          </div>
          <MarkState params={listParams} />
          <RunContent run={run} path={path} hasPayload={hasPayload} />
          <Related related={related} path={path} />
          {hasPayload && <RunData path={path} />}
        </>
      )}
      <div className="screen-only">
        <Shortcuts
          shortcuts={[
            {
              keys: ['j', 'ArrowRight'],
              description: 'open the next run of the list',
              run: () => go(stepTo(related.older)),
            },
            {
              keys: ['k', 'ArrowLeft'],
              description: 'open the previous run of the list',
              run: () => go(stepTo(related.newer)),
            },
            { keys: ['x'], description: 'select the run, or clear its selection', run: mark },
            {
              keys: ['c'],
              description: 'compare with the selected run, or the last success',
              run: () => navigate(comparison),
            },
            { keys: ['u', 'Escape'], description: 'return to the list', run: () => navigate(list) },
          ]}
        />
      </div>
    </main>
  );
}

const go = (address: string | undefined) => address && navigate(address);

function idsOf({ projectId, taskId, id }: RelatedRun) {
  return { projectId, taskId, id };
}

interface StepsProps {
  readonly list: string;
  readonly newer: string | undefined;
  readonly older: string | undefined;
  /** Whether the runs are ordered by time, newest first. */
  readonly isByTime: boolean;
}

function Steps({ list, newer, older, isByTime }: StepsProps) {
  return (
    <nav className="steps screen-only" aria-label="Runs of the list">
      <a className="as-button" href={list}>
        All runs
      </a>
      <Step address={newer}>← {isByTime ? 'Newer' : 'Previous'}</Step>
      <Step address={older}>{isByTime ? 'Older' : 'Next'} →</Step>
    </nav>
  );
}

function Step({ address, children }: { readonly address: string | undefined; readonly children: React.ReactNode }) {
  return address === undefined ? (
    <span className="as-button" aria-disabled="true">
      {children}
    </span>
  ) : (
    <a className="as-button" href={address}>
      {children}
    </a>
  );
}

function Related({ related, path }: { readonly related: RelatedRuns; readonly path: RunPath }) {
  return (
    <>
      <RelatedView title="Runs of the same context, in order" runs={related.sameContext} path={path} />
      <RelatedView title="Runs of the same reference, in order" runs={related.sameReference} path={path} />
    </>
  );
}

/** All recorded data of a run, read when this is opened. */
function RunData({ path }: { readonly path: RunPath }) {
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
