import './peek.css';
import { ErrorNotice } from '../../shared/notice/error-notice.js';
import { Icon } from '../icon.js';
import { markedRuns, toggleMark } from '../marks/comparison-url.js';
import { comparisonOfMarked } from '../marks/mark-state.js';
import { useLocation } from '../navigation.js';
import { useRun } from '../run/run-content.js';
import { FactsSkeleton, PayloadSkeleton } from '../run/run-skeleton.js';
import { RunTitle } from '../run/run-title.js';
import { type RunPath, urlOfRun } from '../run-url.js';
import { FigureLine, PeekContent } from './peek-content.js';

interface PeekPanelProps {
  readonly path: RunPath;
  /** Parameters of the list that the run's page keeps. */
  readonly runParams: URLSearchParams;
  readonly onClose: () => void;
}

/** One run of the list, shown next to it. */
export function PeekPanel({ path, runParams, onClose }: PeekPanelProps) {
  const { response, error, isLoading, reload, hasPayload } = useRun(path);
  const found = response?.data?.taskRun ?? undefined;
  const run = found?.id === path.id ? found : undefined;
  const isMissing = error !== undefined && run === undefined;
  return (
    <section className="peek panel screen-only" aria-label="Run beside the list" aria-busy={isLoading}>
      <header className="peek-header">
        <RunTitle run={run} isFailed={isMissing} Heading="h2" />
        <PeekActions path={path} runParams={runParams} onClose={onClose} />
        <FigureLine run={run} />
      </header>
      {/* Focusable, so that the keyboard can scroll it. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above. */}
      <section className="stack peek-body" tabIndex={0} aria-label="Content of the run" key={path.id}>
        {isMissing && <ErrorNotice error={error} onRetry={reload} />}
        {run && <PeekContent run={run} path={path} hasPayload={hasPayload} />}
        {!run && !isMissing && (
          <>
            <PayloadSkeleton />
            <PayloadSkeleton />
            <FactsSkeleton />
          </>
        )}
      </section>
    </section>
  );
}

function PeekActions({ path, runParams, onClose }: PeekPanelProps) {
  const { params } = useLocation();
  const isMarked = markedRuns(params).includes(path.id);
  return (
    <div className="row peek-actions">
      <a
        className="as-button ghost icon-button"
        href={urlOfRun(path, runParams)}
        aria-label="Open"
        title="Open the page of the run"
      >
        <Icon name="expand" />
      </a>
      <a
        className="as-button ghost icon-button"
        href={comparisonOfMarked(params, path.id)}
        aria-label="Compare"
        title="Compare with the selected run, or the last success"
      >
        <Icon name="compare" />
      </a>
      <button
        type="button"
        className="ghost icon-button"
        aria-label="Select"
        title="Select the run"
        aria-pressed={isMarked}
        onClick={() => toggleMark(params, path.id)}
      >
        <Icon name="select" />
      </button>
      <button type="button" className="ghost icon-button" aria-label="Close" title="Close" onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  );
}
