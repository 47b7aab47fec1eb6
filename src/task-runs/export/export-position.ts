// The order in which an export reads tasks: a few at a time, each from its first run to its last. Reading all tasks at
// once would cost a page of every task for each page.

import { declareLimit } from '../../limits.js';
import type { ChangePosition } from '../changes/change-cursor.js';
import type { RunScope } from '../visibility/run-scope.js';

/** Plain JSON, so that another process can continue the export. */
export interface ExportPosition {
  /** Tasks up to this id have been read; null if none have. */
  readonly doneTask: string | null;
  /** Tasks up to this id are being read; null if the next ones have not been chosen yet. */
  readonly lastTask: string | null;
  /** Position of the last run read from these tasks. */
  readonly lastRun: ChangePosition | null;
  /** Number of tasks to choose next. */
  readonly tasks: number;
  /**
   * Deletions, which precede all runs; or deletions in deleted tasks, in which case `lastRun` is the last deleted run.
   * Undefined for runs.
   */
  readonly stage?: 'deletions' | 'deletions of deleted tasks';
}

export const exportStart: ExportPosition = { doneTask: null, lastTask: null, lastRun: null, tasks: 1 };
export const deletionsStart: ExportPosition = { ...exportStart, stage: 'deletions' };

const maxTasks = declareLimit(64, {
  section: 'Database and files',
  name: 'small tasks that share pages of an export',
  beyond: 'read as several pages',
});

/** Returns the part of the scope to read next, or null if all runs have been read. */
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

/** @param lastRun null if the tasks being read are done */
export function advance(
  position: ExportPosition,
  lastTask: string | null,
  lastRun: ChangePosition | null,
): ExportPosition {
  if (lastRun !== null) return { ...position, lastTask, lastRun };
  const tasks = position.lastRun === null ? Math.min(2 * position.tasks, maxTasks) : 1;
  return { ...position, doneTask: lastTask, lastTask: null, lastRun: null, tasks };
}

/** Returns the start of the next stage. */
export function nextStage({ stage }: ExportPosition): ExportPosition {
  return stage === 'deletions' ? { ...exportStart, stage: 'deletions of deleted tasks' } : exportStart;
}
