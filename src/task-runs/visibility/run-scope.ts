// The runs that a list, a count or a statistic covers: the tasks of a path and which of their runs the caller sees,
// decided by the same policy as a single run.

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

/** The path as sent by clients. */
export interface ScopeInput {
  readonly orgId: string;
  readonly projectId?: string | null | undefined;
  readonly taskId?: string | null | undefined;
}

/** The facts about a subject and a task of the path, or only about the path if it has no task. */
export interface TaskAccess {
  /** null: the path has no task. */
  readonly taskId: string | null;
  readonly visibility: RunVisibility | null;
  /** Whether the path is true as far as the project. */
  readonly isProject: boolean;
  /** The subject's roles on the true beginning of the path. */
  readonly roles: RoleSet;
}

/** The facts about a subject and all tasks of an organization on which it has a role. */
export interface OrganizationAccess {
  /** Whether it has a role on the organization or on something below it, within the token's confinement. */
  readonly isVisible: boolean;
  readonly tasks: readonly (TaskAccess & { readonly taskId: string; readonly projectId: string })[];
}

/** The runs a caller sees under a path. */
export interface RunScope {
  readonly path: ScopePath;
  /** Tasks all of whose runs it sees. */
  readonly allRunsTaskIds: readonly string[];
  /** Tasks of which it sees only the runs that it executed itself. */
  readonly ownRunsTaskIds: readonly string[];
  /** The executor of those runs; null without such runs. */
  readonly userId: string | null;
  /** The projects of the tasks, where the path names none. */
  readonly projectIdByTask?: ReadonlyMap<string, string>;
  /** The tasks among {@link allRunsTaskIds} of whose runs the payload is withheld; omitted without such tasks. */
  readonly withheld?: WithheldPayload;
}

/** Tasks of which the caller sees the usage of all runs, and the payload of those that it executed itself. */
export interface WithheldPayload {
  /** The role that would see the payload, for each of the tasks. */
  readonly missingRoles: Readonly<Record<string, MissingRole>>;
  /** The executor of the runs whose payload is visible; null without such runs. */
  readonly userId: string | null;
}

/** The scope that was decided for a caller. */
export interface CallerScope extends RunScope {
  /** The access to the least visible task: `own`, of which the caller sees only its own runs, even if it has none; `usage`; `all`. */
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
 * Applies the policy to many runs at once. For a whole project, the result is the union of those of its tasks; the
 * request is rejected if it would be for every task.
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
  // A token confined to tasks must not reveal whether a project without any of them exists.
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
 * The same for all projects of an organization. A caller who has a role there, but sees no task, gets an empty scope.
 * @throws GatewayError PERMISSION_CHECK_FAILED without a role, whether or not the organization exists
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

/** The facts by which a scope is decided: those of the path, or of all projects of an organization. */
export type ScopeFacts = readonly TaskAccess[] | OrganizationAccess;

/** Decides a scope that a request reads. The cost of the request must not reveal the size of withheld payload. */
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
