import './peek.css';
import '../run/run-page.css';
import { ErrorNotice } from '../../shared/error-notice.js';
import { useRun } from '../run/run-content.js';
import { RunStatus } from '../run-status.js';
import { type RunPath, urlOfRun } from '../run-url.js';
import { FigureLine, PeekContent } from './peek-content.js';

interface PeekPanelProps {
  readonly path: RunPath;
  /** Parameters of the list that the run's page keeps. */
  readonly runParams: URLSearchParams;
  readonly onClose: () => void;
  readonly children?: React.ReactNode;
}

/** One run of the list, shown next to it. */
export function PeekPanel({ path, runParams, onClose, children }: PeekPanelProps) {
  const { response, error, isLoading, reload, hasPayload } = useRun(path);
  const found = response?.data?.taskRun ?? undefined;
  const run = found?.id === path.id ? found : undefined;
  return (
    <section className="peek panel screen-only" aria-label="Run beside the list" aria-busy={isLoading}>
      <header className="row">
        <h2>{run?.task.name ?? 'Run'}</h2>
        {run && <RunStatus {...run} />}
        <div className="row peek-actions">
          <a className="as-button" href={urlOfRun(path, runParams)}>
            Open
          </a>
          {children}
          <button type="button" onClick={onClose}>
            Close
          </button>
        </div>
        {run && <FigureLine run={run} />}
      </header>
      {/* Focusable, so that the keyboard can scroll it. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above. */}
      <section className="stack peek-body" tabIndex={0} aria-label="Content of the run" key={path.id}>
        {error !== undefined && run === undefined && <ErrorNotice error={error} onRetry={reload} />}
        {run && <PeekContent run={run} path={path} hasPayload={hasPayload} />}
      </section>
    </section>
  );
}
