import './run-title.css';
import type { Run } from '../operations.js';
import { RunStatus } from '../run-status.js';
import { nameOf, placeOf } from './run-name.js';
import { TitleSkeleton } from './run-skeleton.js';

interface RunTitleProps {
  /** `undefined` while it is loading. */
  readonly run: Run | undefined;
  readonly isFailed: boolean;
  readonly Heading: 'h1' | 'h2';
}

/** The task, name, status and project of a run. */
export function RunTitle({ run, isFailed, Heading }: RunTitleProps) {
  return (
    <div className="row run-title">
      <Heading>
        {run ? (
          <>
            {run.task.name ?? 'Run'}{' '}
            <span className="run-name one-line muted" title={nameOf(run)}>
              {nameOf(run)}
            </span>
          </>
        ) : (
          <>
            <span className={isFailed ? '' : 'visually-hidden'}>Run</span>
            {!isFailed && <TitleSkeleton />}
          </>
        )}
      </Heading>
      {run && <RunStatus {...run} />}
      {run && <p className="muted">{placeOf(run)}</p>}
    </div>
  );
}
