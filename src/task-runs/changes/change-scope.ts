import type { Caller } from '../../access/caller.js';
import { decideRoleAccess, minRoleByVisibility, noRoles, type RoleSet, type RunAccess } from '../../access/policy.js';
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
import type { ChangeScope } from './change-scope-statement.js';
import type { DeletedTaskAccess } from './deletion-statement.js';

export interface DecidedScope extends Pick<ChangeScope, 'epoch' | 'settled' | 'lastForgotten'> {
  readonly scope: RunScope;
  /** The access to runs of deleted tasks, or null if deletions of tasks are not reported. */
  readonly deletedTasks: DeletedTaskAccess | null;
  /**
   * A project's scope in which a moved run may still be visible, or null if the caller sees all runs of the project.
   */
  readonly moveScope: RunScope | null;
}

/** Returns the scope whose changes wake a caller waiting under a path. */
export function toFollowedScope(
  path: ScopePath,
  { subject, userId, confinement }: Caller,
  scopeKind: ScopeKind,
): FollowedScope {
  return { path, subject, userId, taskIds: confinement.taskIds ?? null, scopeKind };
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
  const key = { path, subject: caller.subject };
  const { tasks, projectRoles, epoch, ...rest } = await reader.readScope(key, budget);
  const scope = decideChargedScope(budget.cost, caller, path, tasks, scopeKind);
  if (epoch === reader.staleEpoch) throw new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 60 });
  const deletedTasks = decideDeletedTasks(path, caller, projectRoles, scopeKind);
  const moveScope = path.taskId === null && !seesProject(deletedTasks) ? scope : null;
  return { scope, deletedTasks, moveScope, epoch, ...rest };
}

const visibilities = Object.keys(minRoleByVisibility) as RunVisibility[];

/** Decides by the roles on the project, because grants on the tasks were deleted with them. */
function decideDeletedTasks(
  { taskId }: ScopePath,
  caller: Caller,
  roles: RoleSet,
  scopeKind: ScopeKind,
): DeletedTaskAccess | null {
  if (taskId !== null || roles === noRoles) return null;
  const seesAll = (access: RunAccess) => access === 'all' || (access === 'usage' && scopeKind === 'usage');
  const allRuns = visibilities.filter((visibility) => seesAll(decideRoleAccess(roles, visibility)));
  return {
    allRuns,
    ownRuns: caller.userId === null ? [] : visibilities.filter((visibility) => !allRuns.includes(visibility)),
    userId: caller.userId,
    taskIds: caller.confinement.taskIds ?? null,
  };
}

/** Whether the role on the project shows all runs of every task in it, including deleted ones. */
function seesProject(deletedTasks: DeletedTaskAccess | null): boolean {
  return deletedTasks?.taskIds === null && deletedTasks.allRuns.length === visibilities.length;
}
