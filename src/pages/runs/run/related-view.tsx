import './related-view.css';
import { Duration } from '../../shared/format/duration.js';
import { formatTime } from '../../shared/format/format-time.js';
import type { RelatedRun } from '../operations.js';
import { RunStatus } from '../run-status.js';
import { type RunPath, urlOfRun } from '../run-url.js';

interface RelatedViewProps {
  readonly title: string;
  readonly runs: readonly RelatedRun[];
  readonly path: RunPath;
}

/** Runs in order, including the one that is shown. */
export function RelatedView({ title, runs, path }: RelatedViewProps) {
  if (runs.length === 0) return null;
  return (
    <section className="related" aria-label={title}>
      <h2>{title}</h2>
      <ol className="panel rows">
        {runs.map((run) => (
          <li className="row" key={run.id} aria-current={run.id === path.id ? 'true' : undefined}>
            <RunStatus {...run} />
            {run.id === path.id ? (
              <b className="number">{formatTime(run.created)}, this run</b>
            ) : (
              <a className="number" href={urlOfRun({ ...path, taskId: run.taskId, id: run.id })}>
                {formatTime(run.created)}
              </a>
            )}
            {run.taskId !== path.taskId && <span>{run.task.name}</span>}
            <span className="related-text one-line muted">{textOf(run)}</span>
            <span className="number">{run.llmCallTiming !== null && <Duration seconds={run.llmCallTiming} />}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** If a message has many lines, such as a traceback, the kind of failure is the line that names the error. */
function textOf({ failureMessage, failure, responsePreview }: RelatedRun): string | null {
  const message = failureMessage?.includes('\n') ? failure : failureMessage;
  return message ?? responsePreview ?? failure;
}
