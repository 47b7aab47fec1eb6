// The runs that a list, a count or a statistic covers: the tasks of a path and which of their runs the caller sees,
// decided by the same policy as a single run.

import { type Caller, isOutsideConfinement } from '../../access/caller.js';
import { decideRoleAccess, type RunAccess, roleOfRank } from '../../access/policy.js';
import type { RunVisibility } from '../../database/entities/task.entity.js';
import { forbidden, GatewayError } from '../../errors/gateway-error.js';
import { parseResourceId, type ScopePath } from '../record/run-path.js';

/** The path as a client writes it. */
export interface ScopeInput {
  readonly orgId: string;
  readonly projectId: string;
  readonly taskId?: string | null;
}

/** What is known about a subject and one task of the path; about the path alone where there is no task. */
export interface TaskAccess {
  /** null: the path has no such task. */
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
  /** Tasks of which it sees the runs that it executed itself. */
  readonly ownRunsTaskIds: readonly string[];
  /** Who executed those; null: there are none. */
  readonly userId: string | null;
}

/** What was decided for a caller. */
export interface CallerScope extends RunScope {
  /** Own: of at least one of the tasks the caller sees no runs but its own, whether or not it has any. */
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

/** Rejects what a token is not meant for, before anything is looked up. */
export function assertScopeAllowed({ confinement }: Caller, path: ScopePath): void {
  const { taskIds, ...resourceConfinement } = confinement;
  const isConfinedElsewhere =
    path.taskId === null
      ? isOutsideConfinement(resourceConfinement, { ...path, taskId: '' }) || taskIds?.length === 0
      : isOutsideConfinement(confinement, { ...path, taskId: path.taskId });
  if (isConfinedElsewhere) throw forbidden(path);
}

/**
 * The rows of the permission table, for many runs at once. Of a whole project the caller gets what it would get task by
 * task; the request is rejected when it would be for every task.
 * @throws GatewayError PERMISSION_CHECK_FAILED or TASK_RUN_NOT_FOUND
 */
export function decideScope(caller: Caller, path: ScopePath, tasks: readonly TaskAccess[]): CallerScope {
  const { taskIds } = caller.confinement;
  // A token may be confined to tasks: of a project without any of them it does not learn whether it exists.
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
