import './thread.css';
import type { RelatedRun } from '../operations.js';
import { RunStatus } from '../run-status.js';
import { type RunPath, urlOfRun } from '../run-url.js';
import { Members } from '../table/members.js';
import { type ThreadRow, threadOf } from './thread.js';

interface ThreadViewProps {
  readonly title: string;
  readonly runs: readonly RelatedRun[];
  readonly path: RunPath;
}

/** Runs in order, including the one that is shown. */
export function ThreadView({ title, runs, path }: ThreadViewProps) {
  if (runs.length === 0) return null;
  return (
    <section className="thread" aria-label={title}>
      <h2>{title}</h2>
      <ol className="panel bare-list">
        {threadOf(runs, path.id).map((row) => (
          <li key={row.run.id} aria-current={row.isCurrent ? 'true' : undefined}>
            <Row row={row} path={path} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Row({ row, path }: { readonly row: ThreadRow; readonly path: RunPath }) {
  const { run, time, isCurrent, task, members, text, duration } = row;
  return (
    <>
      <RunStatus {...run} />
      {isCurrent ? (
        <b className="number">{time}, this run</b>
      ) : (
        <a className="number" href={urlOfRun({ ...path, taskId: run.taskId, id: run.id })}>
          {time}
        </a>
      )}
      <span className="thread-task">{task}</span>
      <span className={`thread-text one-line ${run.isError ? 'problem' : 'muted'}`}>
        {members === undefined ? text : <Members members={members} />}
      </span>
      <span className="number">{duration}</span>
    </>
  );
}
