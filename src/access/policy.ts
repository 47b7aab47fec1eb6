// The policy: pure functions that decide who may read a run, without look-ups, tokens or GraphQL. All APIs use it.

import type { RankedRole, Role } from '../database/entities/access-grant.entity.js';
import type { RunVisibility } from '../database/entities/task.entity.js';

/**
 * From the least to the most powerful role. Each role includes those before it. `analyst` is not part of this order.
 */
export const rolesByRank = ['viewer', 'editor', 'owner'] as const satisfies readonly RankedRole[];

/** All roles that can be granted. */
export const grantedRoles = [...rolesByRank, 'analyst'] as const satisfies readonly Role[];

/** The lowest role that may read all runs of a task. */
export const minRoleByVisibility = {
  owner_only: 'owner',
  editors_and_owners: 'editor',
  all_viewers: 'viewer',
} as const satisfies Record<RunVisibility, RankedRole>;

/**
 * The roles that a subject has somewhere, as a bit set; 0 means none. The bits are in order of power, with `analyst`
 * below the ranked roles, so the set with the higher ranked role is the greater number.
 */
export type RoleSet = number;

export const noRoles: RoleSet = 0;
const analystBit = 1;

/** Returns the bit of a role in a {@link RoleSet}. */
export function bitOfRole(role: Role): number {
  return role === 'analyst' ? analystBit : 2 ** (rolesByRank.indexOf(role) + 1);
}

/** Returns the highest ranked role of a set, or `null` if it has no ranked role (even if it has `analyst`). */
export function rankedRoleOf(roles: RoleSet): RankedRole | null {
  return rolesByRank.findLast((role) => (roles & bitOfRole(role)) !== 0) ?? null;
}

/** Returns the highest ranked role of a set, plus `analyst` if the set contains it. */
export function rolesIn(roles: RoleSet): readonly Role[] {
  const ranked = rankedRoleOf(roles);
  return [...(ranked === null ? [] : [ranked]), ...(isAnalyst(roles) ? (['analyst'] as const) : [])];
}

export function isAnalyst(roles: RoleSet): boolean {
  return (roles & analystBit) !== 0;
}

/** The facts about a subject and a run's path that decide whether the subject may read the run. */
export interface RunAccessFacts {
  /** The subject's roles along the part of the path that exists. */
  readonly roles: RoleSet;
  /** `null` unless organization, project and task exist and contain each other. */
  readonly visibility: RunVisibility | null;
  /** Whether the run exists in exactly that task. */
  readonly runExists: boolean;
  /** Whether the subject executed the run. */
  readonly isExecutor: boolean;
}

/** `usage` means that the subject may read the usage of the run, if it exists, but not its payload. */
export type Decision = 'found' | 'usage' | 'forbidden' | 'not found';

/**
 * The runs of a task that a subject may read: all of them; the usage of all of them, but only the payload of those that
 * it executed itself; only those that it executed itself; or none.
 */
export type RunAccess = 'all' | 'usage' | 'own' | 'none';

export function decideReading(input: RunAccessFacts): Decision {
  if (input.roles === noRoles) return 'forbidden';
  if (input.visibility === null) return 'not found';
  const access = decideRoleAccess(input.roles, input.visibility);
  if (access === 'all') return input.runExists ? 'found' : 'not found';
  if (input.runExists && input.isExecutor) return 'found';
  return access === 'usage' ? 'usage' : 'forbidden';
}

/** Returns which runs of a task the given roles may read, for a subject that may have executed some of them. */
export function decideRoleAccess(roles: RoleSet, visibility: RunVisibility): Exclude<RunAccess, 'none'> {
  if (roles >= bitOfRole(minRoleByVisibility[visibility])) return 'all';
  return isAnalyst(roles) ? 'usage' : 'own';
}

/** @param mayHaveExecuted whether the subject could have executed a run */
export function decideRunAccess(roles: RoleSet, visibility: RunVisibility, mayHaveExecuted: boolean): RunAccess {
  if (roles === noRoles) return 'none';
  const access = decideRoleAccess(roles, visibility);
  return access === 'own' && !mayHaveExecuted ? 'none' : access;
}

/** The role that a caller has on a task, and the role that is needed to read all of its runs. */
export interface MissingRole {
  readonly requires: { readonly role: Role; readonly visibility: RunVisibility };
  readonly holds: Role;
}

/**
 * Explains why reading is forbidden. Returns `null` for a subject without a role on the existing path, who must not
 * learn anything about it. The explanation is the same whether or not the run exists.
 */
export function explainForbidden({
  roles,
  visibility,
}: Pick<RunAccessFacts, 'roles' | 'visibility'>): MissingRole | null {
  if (roles === noRoles || visibility === null) return null;
  return {
    requires: { role: minRoleByVisibility[visibility], visibility },
    holds: rankedRoleOf(roles) ?? 'analyst',
  };
}

/** Returns whether a subject with these roles on a task may share a run that it can read. */
export function canShareRun(roles: RoleSet, isExecutor: boolean): boolean {
  return roles >= bitOfRole('editor') || (isExecutor && roles !== noRoles);
}

/** @param roles the subject's roles on the group's organization, on its project, or on any task of the project */
export function canReadReportingGroup(roles: RoleSet): boolean {
  return roles !== noRoles;
}
