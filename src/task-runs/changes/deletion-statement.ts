// SQL for the run deletions that a caller receives: those in tasks where the caller sees all runs, and those of runs
// that the caller executed. Indexes find both by position, so that no page reveals how many others there are.

import type { RunVisibility } from '../../database/entities/task.entity.js';
import type { SqlParameters } from '../../database/sql-parameters.js';
import { hideFromPlanner } from '../../database/statements.js';
import type { RunScope } from '../visibility/run-scope.js';
import { maxRunId, maxXid } from './change-cursor.js';

/** A caller's access to the runs of deleted tasks, by the run visibility that a task had. */
export interface DeletedTaskAccess {
  /** The projects of the tasks. If omitted, the project in the path. */
  readonly projectIds?: readonly string[];
  /** Run visibilities of tasks in which the caller saw all runs. */
  readonly allRuns: readonly RunVisibility[];
  /** Run visibilities of tasks in which the caller saw only the runs that they executed. */
  readonly ownRuns: readonly RunVisibility[];
  /** Executor of those runs, or null if there are no such runs. */
  readonly userId: string | null;
  /** The tasks to which the token is confined, or null if it is not confined to any. */
  readonly taskIds: readonly string[] | null;
}

interface DeletionOptions {
  readonly scope: RunScope;
  readonly deletedTasks: readonly DeletedTaskAccess[];
  /**
   * The scope of a project or organization in which a moved run may still be visible, or null if the caller sees all its
   * runs.
   */
  readonly moveScope: RunScope | null;
  /** Start of the deletions: the transaction, and SQL for the `changed_xid, run_id` that they follow. */
  readonly after: { readonly xid: string; readonly position: string };
  /** Maximum number of deletions on the page. */
  readonly size: number;
  readonly add: SqlParameters['add'];
}

/**
 * Returns SQL for the first deletions after a position, in order, one more than the page may contain. It reads
 * `settled`, and ends where `scanned` ends. Returns null if the caller sees no task.
 */
export function selectDeletions({ scope, deletedTasks, moveScope, after, size, add }: DeletionOptions): string | null {
  const { path, allRunsTaskIds, ownRunsTaskIds, userId } = scope;
  if (allRunsTaskIds.length + ownRunsTaskIds.length + deletedTasks.length === 0) return null;
  const limit = hideFromPlanner(add(size + 1, 'integer'));
  const tasksOf = (ids: readonly string[]) => `unnest(${hideFromPlanner(add(ids, 'uuid[]'))}) AS task (id)`;
  const isIn = (projectIds: readonly string[] | undefined) =>
    projectIds
      ? `= ANY (${hideFromPlanner(add(projectIds, 'uuid[]'))}::uuid[])`
      : `= ${hideFromPlanner(add(path.projectId, 'uuid'))}`;
  const deletedTasksOf = ({ projectIds, taskIds }: DeletedTaskAccess, visibilities: readonly string[]) => `(
      SELECT deleted_task.id FROM deleted_task
      WHERE project_id ${isIn(projectIds)}
        AND changed_xid >= ${hideFromPlanner(add(after.xid, 'xid8'))}
        AND run_visibility = ANY (${hideFromPlanner(add(visibilities, 'varchar[]'))}::varchar[])
        AND NOT EXISTS (SELECT FROM task WHERE task.id = deleted_task.id)
        ${taskIds === null ? '' : `AND deleted_task.id = ANY (${hideFromPlanner(add(taskIds, 'uuid[]'))}::uuid[])`}
    ) AS task`;
  // A caller who sees all runs of the project or organization receives either the new version of a run that moves within it,
  // or its deletion there.
  const hasMoves = path.taskId !== null || moveScope !== null;
  // OFFSET 0 looks runs up one by one, regardless of the planner's estimate.
  const isInOrganization = path.projectId === null && moveScope === null ? ' AND NOT deletion.is_in_organization' : '';
  const isAbsent = `NOT EXISTS (
          SELECT FROM task_run AS run WHERE run.id = deletion.run_id AND ${isInPlace()} OFFSET 0
        )${isInOrganization}`;
  const sources: string[] = [];
  if (allRunsTaskIds.length > 0) sources.push(selectFrom(tasksOf(allRunsTaskIds), null));
  if (ownRunsTaskIds.length > 0) sources.push(selectFrom(tasksOf(ownRunsTaskIds), userId));
  for (const access of deletedTasks) {
    const { allRuns, ownRuns } = access;
    if (allRuns.length > 0) sources.push(selectFrom(deletedTasksOf(access, allRuns), null));
    if (ownRuns.length > 0) sources.push(selectFrom(deletedTasksOf(access, ownRuns), access.userId));
  }
  return `(SELECT * FROM (${sources.join(' UNION ALL ')}) AS deletion ORDER BY changed_xid, id LIMIT ${limit})`;

  /** Returns SQL for whether the feed contains a version of the row `run` instead of or before the deletion. */
  function isInPlace(): string {
    // A transaction that began before the deletion and ended after it may have inserted the run again. The version that
    // it wrote precedes the deletion.
    const isEarlier = 'run.changed_xid <= deletion.changed_xid';
    if (path.taskId !== null) return `${isEarlier} AND run.task_id = deletion.task_id`;
    const isMove = path.projectId === null ? 'deletion.is_move OR deletion.is_in_organization' : 'deletion.is_move';
    if (moveScope !== null) return `(${isMove} OR ${isEarlier}) AND (${isVisibleIn(moveScope)})`;
    if (path.projectId === null) {
      return `${isEarlier} AND EXISTS (
          SELECT FROM task JOIN project ON project.id = task.project_id
          WHERE task.id = run.task_id AND project.org_id = ${hideFromPlanner(add(path.orgId, 'uuid'))}
        )`;
    }
    return `${isEarlier} AND EXISTS (
          SELECT FROM task WHERE task.id = run.task_id AND task.project_id = ${hideFromPlanner(add(path.projectId, 'uuid'))}
        )`;
  }

  /** Returns SQL for whether the caller sees the row `run`. */
  function isVisibleIn({ allRunsTaskIds, ownRunsTaskIds, userId }: RunScope): string {
    const isIn = (ids: readonly string[]) => `run.task_id = ANY (${hideFromPlanner(add(ids, 'uuid[]'))}::uuid[])`;
    if (userId === null) return isIn(allRunsTaskIds);
    return `${isIn(allRunsTaskIds)} OR ${isIn(ownRunsTaskIds)} AND run.user_id = ${hideFromPlanner(add(userId, 'uuid'))}`;
  }

  /** @param executor the user who executed the runs, or null for any user */
  function selectFrom(tasks: string, executor: string | null): string {
    const columns = ['changed_xid', 'run_id'].map((column) => `deletion.${column}`).join(', ');
    const user = executor && hideFromPlanner(add(executor, 'uuid'));
    const [key, prefix] = user === null ? [columns, ''] : [`deletion.user_id, ${columns}`, `${user}, `];
    // BETWEEN instead of equality, so that only the index of own deletions provides this order.
    const isOwn = user === null ? '' : `AND deletion.user_id BETWEEN ${user} AND ${user}`;
    const end = [`changed_xid, '${maxXid}'`, `id, '${maxRunId}'`].map(
      (column) => `(SELECT coalesce(${column}) FROM scanned)`,
    );
    return `
    SELECT page_row.changed_xid, page_row.run_id AS id, page_row.task_id, page_row.deleted_at
    FROM ${tasks} CROSS JOIN (VALUES ${hasMoves ? '(false), (true)' : '(false)'}) AS kind (is_move)
    CROSS JOIN LATERAL (
      SELECT deletion.* FROM task_run_deletion AS deletion
      WHERE deletion.task_id = task.id AND deletion.is_move = kind.is_move ${isOwn}
        AND (${key}) > (${prefix}${after.position}) AND (${key}) <= (${prefix}${end.join(', ')})
        AND deletion.changed_xid < (SELECT xid FROM settled) AND ${isAbsent}
      ORDER BY ${key} LIMIT ${limit}
    ) AS page_row`;
  }
}
