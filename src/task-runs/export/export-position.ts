// The order in which an export reads tasks: a few at a time, each from its first run to its last. With all tasks at
// once, each page would cost a page of every task.

import { declareLimit } from '../../limits.js';
import type { ChangePosition } from '../changes/change-cursor.js';
import type { RunScope } from '../visibility/run-scope.js';

/** Plain JSON, so that another process can continue the export. */
export interface ExportPosition {
  /** Tasks up to this id are done; null: none. */
  readonly doneTask: string | null;
  /** Further tasks up to this id are being read; null: the next ones have to be chosen. */
  readonly lastTask: string | null;
  /** The position of the last run read from these tasks. */
  readonly lastRun: ChangePosition | null;
  /** The number of tasks to choose next. */
  readonly tasks: number;
  /** Deletions, which come before all runs; those of tasks that were deleted, with the last run of them; undefined: runs. */
  readonly stage?: 'deletions' | 'deletions of deleted tasks';
}

export const exportStart: ExportPosition = { doneTask: null, lastTask: null, lastRun: null, tasks: 1 };
export const deletionsStart: ExportPosition = { ...exportStart, stage: 'deletions' };

const maxTasks = declareLimit(64, {
  section: 'Database and files',
  name: 'small tasks that share pages of an export',
  beyond: 'read as several pages',
});

/** Returns the part of the scope to read next; null: all runs are read. */
export function nextTasks(scope: RunScope, { doneTask, lastTask, tasks }: ExportPosition) {
  const remaining = [...scope.allRunsTaskIds, ...scope.ownRunsTaskIds]
    .filter((id) => doneTask === null || id > doneTask)
    .sort();
  const chosen = lastTask === null ? remaining.slice(0, tasks) : remaining.filter((id) => id <= lastTask);
  const last = lastTask ?? chosen.at(-1);
  if (last === undefined || remaining.length === 0) return null;
  const isChosen = (id: string) => chosen.includes(id);
  return {
    scope: {
      ...scope,
      allRunsTaskIds: scope.allRunsTaskIds.filter(isChosen),
      ownRunsTaskIds: scope.ownRunsTaskIds.filter(isChosen),
    },
    lastTask: last,
  };
}

/** @param lastRun null: the tasks that were being read are done */
export function advance(
  position: ExportPosition,
  lastTask: string | null,
  lastRun: ChangePosition | null,
): ExportPosition {
  if (lastRun !== null) return { ...position, lastTask, lastRun };
  const tasks = position.lastRun === null ? Math.min(2 * position.tasks, maxTasks) : 1;
  return { ...position, doneTask: lastTask, lastTask: null, lastRun: null, tasks };
}

/** Returns where the next stage begins. */
export function nextStage({ stage }: ExportPosition): ExportPosition {
  return stage === 'deletions' ? { ...exportStart, stage: 'deletions of deleted tasks' } : exportStart;
}
