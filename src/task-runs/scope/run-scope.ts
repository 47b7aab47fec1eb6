// The runs that a list, a count or a statistic covers: the tasks of a path and which of their runs the caller sees,
// decided by the same policy as a single run.

import { type Caller, isOutsideConfinement } from '../../access/caller.js';
import { decideRoleAccess, type RunAccess, roleOfRank } from '../../access/policy.js';
import type { RunVisibility } from '../../database/entities/task.entity.js';
import { forbidden, GatewayError } from '../../errors/gateway-error.js';
import { parseResourceId, type ScopePath } from '../record/run-path.js';

/** The path as sent by clients. */
export interface ScopeInput {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId?: string | null;
}

/** The facts about a subject and a task of the path, or about the path alone if it has no task. */
export interface TaskAccess {
  /** null: the path has no task. */
  readonly taskId: string | null;
  readonly visibility: RunVisibility | null;
  /** Whether the path is true as far as the project. */
  readonly isProject: boolean;
  /** The rank in `rolesByRank`, from 1, of the subject's highest role on the true beginning of the path; 0: none. */
  readonly rank: number;
}

/** The runs a caller sees under a path. */
export interface RunScope {
  readonly path: ScopePath;
  /** Tasks all of whose runs it sees. */
  readonly allRunsTaskIds: readonly string[];
  /** Tasks of which it sees only the runs that it executed itself. */
  readonly ownRunsTaskIds: readonly string[];
  /** The executor of those runs; null: there are none. */
  readonly userId: string | null;
}

/** The scope that was decided for a caller. */
export interface CallerScope extends RunScope {
  /** `own`: of at least one of the tasks, the caller sees only its own runs, whether or not it has any. */
  readonly runAccess: Exclude<RunAccess, 'none'>;
}

/** @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER naming the first argument that is not an id. */
export function parseScopePath(path: ScopeInput): ScopePath {
  return {
    orgId: parseResourceId('orgId', path.orgId),
    projectId: parseResourceId('projectId', path.projectId),
    taskId: path.taskId == null ? null : parseResourceId('taskId', path.taskId),
  };
}

/** Rejects a path outside the token's confinement before any look-up. */
export function assertScopeAllowed({ confinement }: Caller, path: ScopePath): void {
  const { taskIds, ...resourceConfinement } = confinement;
  const isConfinedElsewhere =
    path.taskId === null
      ? isOutsideConfinement(resourceConfinement, { ...path, taskId: '' }) || taskIds?.length === 0
      : isOutsideConfinement(confinement, { ...path, taskId: path.taskId });
  if (isConfinedElsewhere) throw forbidden(path);
}

/**
 * Applies the policy to many runs at once. For a whole project, the result is the union of those of its tasks; the
 * request is rejected if it would be for every task.
 * @throws GatewayError PERMISSION_CHECK_FAILED or TASK_RUN_NOT_FOUND
 */
export function decideScope(caller: Caller, path: ScopePath, tasks: readonly TaskAccess[]): CallerScope {
  const { taskIds } = caller.confinement;
  // A token confined to tasks must not reveal whether a project without any of them exists.
  const isWithin = (taskId: string | null) => (taskId === null ? path.taskId !== null : taskIds!.includes(taskId));
  const within = taskIds ? tasks.filter(({ taskId }) => isWithin(taskId)) : tasks;
  const permitted = within.filter(({ rank }) => rank > 0);
  if (permitted.length === 0) throw forbidden(path);
  const exists = path.taskId === null ? permitted.some(({ isProject }) => isProject) : permitted[0]!.taskId !== null;
  if (!exists) throw new GatewayError('TASK_RUN_NOT_FOUND');

  const taskIdsWith = (access: 'all' | 'own') =>
    permitted
      .filter(
        ({ taskId, rank, visibility }) =>
          taskId !== null && decideRoleAccess(roleOfRank(rank)!, visibility!) === access,
      )
      .map(({ taskId }) => taskId!);
  const ownAccessTaskIds = taskIdsWith('own');
  const ownRunsTaskIds = caller.userId === null ? [] : ownAccessTaskIds;
  return {
    path,
    allRunsTaskIds: taskIdsWith('all'),
    ownRunsTaskIds,
    userId: ownRunsTaskIds.length > 0 ? caller.userId : null,
    runAccess: ownAccessTaskIds.length > 0 ? 'own' : 'all',
  };
}
