// The runs that a list, count or statistic covers: a path's tasks and which of their runs the caller sees. The policy
// that decides on single runs decides here too.

import { type Caller, isOutsideConfinement } from '../../access/caller.js';
import {
  decideRoleAccess,
  explainForbidden,
  type MissingRole,
  noRoles,
  type RoleSet,
  type RunAccess,
} from '../../access/policy.js';
import type { RequestCost } from '../../admission/request-cost.js';
import type { RunVisibility } from '../../database/entities/task.entity.js';
import { forbidden, GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import type { ScopeKind } from '../columns/payload.js';
import { parseResourceId, type ScopePath } from '../columns/run-path.js';

/** A path as sent by clients. */
export interface ScopeInput {
  readonly orgId: string;
  readonly projectId?: string | null | undefined;
  readonly taskId?: string | null | undefined;
}

/** The facts about a subject and a task on the path, or only about the path if it has no task. */
export interface TaskAccess {
  /** Id of the task, or null if the path has no task. */
  readonly taskId: string | null;
  readonly visibility: RunVisibility | null;
  /** Whether the path is valid up to the project. */
  readonly isProject: boolean;
  /** The subject's roles on the valid beginning of the path. */
  readonly roles: RoleSet;
}

/** The facts about a subject and all tasks of an organization on which it has a role. */
export interface OrganizationAccess {
  /** Whether it has a role on the organization or on something below it, within the token's confinement. */
  readonly isVisible: boolean;
  readonly tasks: readonly (TaskAccess & { readonly taskId: string; readonly projectId: string })[];
}

/** The runs that a caller sees under a path. */
export interface RunScope {
  readonly path: ScopePath;
  /** Tasks in which the caller sees all runs. */
  readonly allRunsTaskIds: readonly string[];
  /** Tasks in which the caller sees only the runs that they executed. */
  readonly ownRunsTaskIds: readonly string[];
  /** Executor of those runs, or null if there are no such runs. */
  readonly userId: string | null;
  /** The projects of the tasks, if the path does not name one. */
  readonly projectIdByTask?: ReadonlyMap<string, string>;
  /** Tasks among {@link allRunsTaskIds} in which payload is withheld; omitted if there are no such tasks. */
  readonly withheld?: WithheldPayload;
}

/** Tasks in which the caller sees the usage of all runs, but only the payload of the runs that they executed. */
export interface WithheldPayload {
  /** For each task, the role required to see the payload. */
  readonly missingRoles: Readonly<Record<string, MissingRole>>;
  /** Executor of the runs with visible payload, or null if there are no such runs. */
  readonly userId: string | null;
}

/** A scope decided for a caller. */
export interface CallerScope extends RunScope {
  /**
   * The access to the least visible task. `own` means only the caller's own runs, even if no such runs exist. The
   * others are `usage` and `all`.
   */
  readonly runAccess: Exclude<RunAccess, 'none'>;
}

/**
 * @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER naming the first argument that is not an id; VALIDATION_FAILED for a
 *   task without its project
 */
export function parseScopePath({ orgId, projectId, taskId }: ScopeInput): ScopePath {
  const path = {
    orgId: parseResourceId('orgId', orgId),
    projectId: projectId == null ? null : parseResourceId('projectId', projectId),
    taskId: taskId == null ? null : parseResourceId('taskId', taskId),
  };
  if (path.taskId !== null && path.projectId === null) {
    throw validationFailed(['taskId'], 'must be omitted if `projectId` is');
  }
  return path;
}

/** Rejects a path outside the token's confinement before any look-up. */
export function assertScopeAllowed({ confinement }: Caller, path: ScopePath): void {
  const isConfinedElsewhere =
    isOutsideConfinement(confinement, path) ||
    [confinement.projectIds, confinement.taskIds].some((confinedIds) => confinedIds?.length === 0);
  if (isConfinedElsewhere) throw forbiddenScope(path);
}

function forbiddenScope(path: ScopePath): GatewayError {
  return path.projectId === null
    ? forbidden({ orgId: path.orgId }, 'organization')
    : forbidden({ ...path, projectId: path.projectId });
}

/**
 * Applies the policy to many runs at once. For a whole project, the result is the union over its tasks; the request is
 * rejected only if it would be rejected for every task.
 * @param scopeKind which runs the field reads
 * @throws GatewayError PERMISSION_CHECK_FAILED or TASK_RUN_NOT_FOUND
 */
export function decideScope(
  caller: Caller,
  path: ScopePath,
  tasks: readonly TaskAccess[],
  scopeKind: ScopeKind,
): CallerScope {
  const { taskIds } = caller.confinement;
  // A token confined to tasks must not reveal whether a project without any of those tasks exists.
  const isWithin = (taskId: string | null) => (taskId === null ? path.taskId !== null : taskIds!.includes(taskId));
  const within = taskIds ? tasks.filter(({ taskId }) => isWithin(taskId)) : tasks;
  const permitted = within.filter(({ roles }) => roles !== noRoles);
  if (permitted.length === 0) throw forbiddenScope(path);
  const exists = path.taskId === null ? permitted.some(({ isProject }) => isProject) : permitted[0]!.taskId !== null;
  if (!exists) throw new GatewayError('TASK_RUN_NOT_FOUND');
  const present = permitted.filter((task): task is PresentTask => task.taskId !== null);
  return toCallerScope(caller, path, present, scopeKind);
}

/**
 * The same for all projects of an organization. A caller who has a role there but sees no task gets an empty scope.
 * @throws GatewayError PERMISSION_CHECK_FAILED if the caller has no role, whether or not the organization exists
 */
export function decideOrganizationScope(
  caller: Caller,
  path: ScopePath,
  { isVisible, tasks }: OrganizationAccess,
  scopeKind: ScopeKind,
): CallerScope {
  if (!isVisible) throw forbiddenScope(path);
  const projectIdByTask = new Map(tasks.map(({ taskId, projectId }) => [taskId, projectId]));
  return { ...toCallerScope(caller, path, tasks, scopeKind), projectIdByTask };
}

/** @param present the tasks on which the caller has a role */
function toCallerScope(
  caller: Caller,
  path: ScopePath,
  present: readonly PresentTask[],
  scopeKind: ScopeKind,
): CallerScope {
  const taskIdsWith = (...accesses: readonly RunAccess[]) =>
    present.filter((task) => accesses.includes(accessOf(task, scopeKind))).map(({ taskId }) => taskId);
  const ownAccessTaskIds = taskIdsWith('own');
  const ownRunsTaskIds = caller.userId === null ? [] : ownAccessTaskIds;
  const withheld = withheldPayload(caller, scopeKind === 'usage' ? present : []);
  return {
    path,
    allRunsTaskIds: taskIdsWith('all', 'usage'),
    ownRunsTaskIds,
    userId: ownRunsTaskIds.length > 0 ? caller.userId : null,
    runAccess: ownAccessTaskIds.length > 0 ? 'own' : withheld ? 'usage' : 'all',
    ...(withheld && { withheld }),
  };
}

/** The facts that decide a scope: those about the path, or about all projects of an organization. */
export type ScopeFacts = readonly TaskAccess[] | OrganizationAccess;

/** Decides a scope that a request reads. The request's cost must not reveal the size of withheld payload. */
export function decideChargedScope(
  cost: RequestCost,
  caller: Caller,
  path: ScopePath,
  facts: ScopeFacts,
  scopeKind: ScopeKind,
): CallerScope {
  const scope =
    'isVisible' in facts
      ? decideOrganizationScope(caller, path, facts, scopeKind)
      : decideScope(caller, path, facts, scopeKind);
  if (scope.withheld !== undefined) cost.chargeByEstimate();
  return scope;
}

type PresentTask = TaskAccess & { readonly taskId: string };

function accessOf({ roles, visibility }: PresentTask, scopeKind: ScopeKind): Exclude<RunAccess, 'none'> {
  const access = decideRoleAccess(roles, visibility!);
  return access === 'usage' && scopeKind === 'payload' ? 'own' : access;
}

function withheldPayload({ userId }: Caller, tasks: readonly PresentTask[]): WithheldPayload | undefined {
  const withheld = tasks.filter((task) => accessOf(task, 'usage') === 'usage');
  if (withheld.length === 0) return undefined;
  const missingRoles = Object.fromEntries(withheld.map((task) => [task.taskId, explainForbidden(task)!]));
  return { missingRoles, userId };
}
