import type { Caller } from '../../access/caller.js';
import { decideRoleAccess, minRoleByVisibility, noRoles, type RoleSet } from '../../access/policy.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import type { RunVisibility } from '../../database/entities/task.entity.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { ScopeKind } from '../columns/payload.js';
import type { ScopePath } from '../columns/run-path.js';
import {
  assertScopeAllowed,
  decideChargedScope,
  parseScopePath,
  type RunScope,
  type ScopeInput,
} from '../visibility/run-scope.js';
import type { FollowedScope } from './change-poll.js';
import type { ChangeReader } from './change-reader.js';
import type { ChangeScope, OrganizationChangeScope } from './change-scope-statement.js';
import type { DeletedTaskAccess } from './deletion-statement.js';

export interface DecidedScope extends Pick<ChangeScope, 'epoch' | 'settled' | 'lastForgotten'> {
  readonly scope: RunScope;
  /** The access to runs of deleted tasks. Empty if deletions of tasks are not reported. */
  readonly deletedTasks: readonly DeletedTaskAccess[];
  /**
   * The scope of a project or organization in which a moved run may still be visible, or null if the caller sees all its
   * runs.
   */
  readonly moveScope: RunScope | null;
}

/** Returns the scope whose changes wake a caller waiting under a path. */
export function toFollowedScope(
  path: ScopePath,
  { subject, userId, confinement }: Caller,
  scopeKind: ScopeKind,
): FollowedScope {
  const { taskIds = null, projectIds = null } = confinement;
  return { path, subject, userId, taskIds, ...(path.projectId === null && { projectIds }), scopeKind };
}

/**
 * Decides which runs a feed under a path currently contains, and up to which transaction the decision is valid.
 * @throws GatewayError as for a run; SERVICE_UNAVAILABLE until an operator begins an epoch that is due
 */
export async function decideChangeScope(
  reader: ChangeReader,
  caller: Caller,
  budget: RequestBudget,
  input: ScopeInput,
  scopeKind: ScopeKind,
): Promise<DecidedScope> {
  const path = parseScopePath(input);
  assertScopeAllowed(caller, path);
  const { subject, confinement } = caller;
  if (path.projectId === null) {
    const facts = await reader.readOrganizationScope({ orgId: path.orgId, subject, confinement }, budget);
    const scope = decideChargedScope(budget.cost, caller, path, facts, scopeKind);
    assertCurrent(facts, reader);
    const { organizationRoles, projects, epoch, settled, lastForgotten } = facts;
    const deletedTasks = decideByProject(projects ?? [], caller, scopeKind);
    const seesAll = confinement.projectIds === undefined && showsAllTasks(caller, organizationRoles, scopeKind);
    return { scope, deletedTasks, moveScope: seesAll ? null : scope, epoch, settled, lastForgotten };
  }
  const { tasks, projectRoles, ...history } = await reader.readScope({ path, subject }, budget);
  const scope = decideChargedScope(budget.cost, caller, path, tasks, scopeKind);
  assertCurrent(history, reader);
  const deletedTasks =
    path.taskId !== null || projectRoles === noRoles ? [] : [decideDeletedTasks(caller, projectRoles, scopeKind)];
  const moveScope = path.taskId === null && !showsAllTasks(caller, projectRoles, scopeKind) ? scope : null;
  return { scope, deletedTasks, moveScope, ...history };
}

/** @throws GatewayError SERVICE_UNAVAILABLE before an operator has begun an epoch that is due */
function assertCurrent({ epoch }: Pick<ChangeScope, 'epoch'>, { staleEpoch }: ChangeReader): void {
  if (epoch === staleEpoch) throw new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 60 });
}

const visibilities = Object.keys(minRoleByVisibility) as RunVisibility[];

/** Decides by the roles on the project, because grants on the tasks were deleted with them. */
function decideDeletedTasks(caller: Caller, roles: RoleSet, scopeKind: ScopeKind): DeletedTaskAccess {
  const allRuns = visibilities.filter((visibility) => seesAllRuns(roles, visibility, scopeKind));
  return {
    allRuns,
    ownRuns: caller.userId === null ? [] : visibilities.filter((visibility) => !allRuns.includes(visibility)),
    userId: caller.userId,
    taskIds: caller.confinement.taskIds ?? null,
  };
}

/** Decides for the projects of an organization. Those with the same roles are read together. */
function decideByProject(
  projects: NonNullable<OrganizationChangeScope['projects']>,
  caller: Caller,
  scopeKind: ScopeKind,
): DeletedTaskAccess[] {
  const roleSets = [...new Set(projects.map(({ roles }) => roles))];
  return roleSets.map((roles) => ({
    projectIds: projects.filter((project) => project.roles === roles).map(({ id }) => id),
    ...decideDeletedTasks(caller, roles, scopeKind),
  }));
}

function seesAllRuns(roles: RoleSet, visibility: RunVisibility, scopeKind: ScopeKind): boolean {
  const access = decideRoleAccess(roles, visibility);
  return access === 'all' || (access === 'usage' && scopeKind === 'usage');
}

/** Whether the roles give access to all runs of any task below the resource, including deleted tasks. */
function showsAllTasks({ confinement }: Caller, roles: RoleSet, scopeKind: ScopeKind): boolean {
  if (confinement.taskIds !== undefined || roles === noRoles) return false;
  return visibilities.every((visibility) => seesAllRuns(roles, visibility, scopeKind));
}
