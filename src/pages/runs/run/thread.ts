// Runs of one context or reference in order of time, one line each.

import { formatDuration } from '../../shared/format/format-quantity.js';
import { formatTime } from '../../shared/format/format-time.js';
import type { RelatedRun } from '../operations.js';
import { firstMembers, type Member } from '../table/response-members.js';

export interface ThreadRow {
  readonly run: RelatedRun;
  readonly time: string;
  /** Whether it is the run whose page this is. */
  readonly isCurrent: boolean;
  /** The name of the task, if runs of several tasks are in the thread. */
  readonly task: string | null;
  /** The first values of the response; `undefined` if there is only a text. */
  readonly members: readonly Member[] | undefined;
  readonly text: string | null;
  readonly duration: string | null;
}

export function threadOf(runs: readonly RelatedRun[], currentId: string): readonly ThreadRow[] {
  const isOfSeveralTasks = new Set(runs.map(({ taskId }) => taskId)).size > 1;
  return runs.map((run) => ({
    run,
    time: formatTime(run.created),
    isCurrent: run.id === currentId,
    task: isOfSeveralTasks ? run.task.name : null,
    members: run.isError ? undefined : firstMembers(run.responsePreview ?? ''),
    text: textOf(run),
    duration: run.llmCallTiming === null ? null : formatDuration(run.llmCallTiming),
  }));
}

/** If a message has many lines, such as a traceback, the kind of failure is the line that names the error. */
function textOf({ failureMessage, failure, responsePreview }: RelatedRun): string | null {
  const message = failureMessage?.includes('\n') ? failure : failureMessage;
  return message ?? responsePreview ?? failure;
}
