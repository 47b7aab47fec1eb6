// Who may read a run, as a pure function of input: no look-ups, no tokens, no GraphQL. Every API uses it.

import type { Role } from '../database/entities/access-grant.entity.js';
import type { RunVisibility } from '../database/entities/task.entity.js';

/** From the least to the most powerful: a role includes those before it. */
export const rolesByRank = ['viewer', 'editor', 'owner'] as const satisfies readonly Role[];

/** The lowest role that sees all runs of a task. */
export const minRoleByVisibility = {
  owner_only: 'owner',
  editors_and_owners: 'editor',
  all_viewers: 'viewer',
} as const satisfies Record<RunVisibility, Role>;

/** What has to be known about a subject and the path of a run it requests. */
export interface RunAccessFacts {
  /** The subject's highest role along the true beginning of the path. */
  readonly role: Role | null;
  /** null unless the chain is whole. */
  readonly visibility: RunVisibility | null;
  /** Whether the run exists under exactly that task. */
  readonly runExists: boolean;
  /** Whether the subject executed the run itself. */
  readonly isExecutor: boolean;
}

export type Decision = 'found' | 'forbidden' | 'not found';

/** Which runs of a task a subject sees: all of them, those that it executed itself, or none. */
export type RunAccess = 'all' | 'own' | 'none';

export function decideReading(input: RunAccessFacts): Decision {
  if (input.role === null) return 'forbidden';
  if (input.visibility === null) return 'not found';
  if (decideRoleAccess(input.role, input.visibility) === 'own') {
    return input.runExists && input.isExecutor ? 'found' : 'forbidden';
  }
  return input.runExists ? 'found' : 'not found';
}

/** Which runs of a task a role on it sees, of a subject that may have executed some. */
export function decideRoleAccess(role: Role, visibility: RunVisibility): Exclude<RunAccess, 'none'> {
  return rolesByRank.indexOf(role) >= rolesByRank.indexOf(minRoleByVisibility[visibility]) ? 'all' : 'own';
}

/** @param mayHaveExecuted whether the subject can be the one who executed a run */
export function decideRunAccess(role: Role | null, visibility: RunVisibility, mayHaveExecuted: boolean): RunAccess {
  if (role === null) return 'none';
  const access = decideRoleAccess(role, visibility);
  return access === 'own' && !mayHaveExecuted ? 'none' : access;
}

/** What a role on a whole chain lacks to see all runs of the task. */
export interface MissingRole {
  readonly requires: { readonly role: Role; readonly visibility: RunVisibility };
  readonly holds: Role;
}

/**
 * Why reading is forbidden, as far as the subject may know it; null where it may not, as it has no role on the true
 * path. The same whether or not the run exists.
 */
export function explainForbidden({
  role,
  visibility,
}: Pick<RunAccessFacts, 'role' | 'visibility'>): MissingRole | null {
  if (role === null || visibility === null) return null;
  return { requires: { role: minRoleByVisibility[visibility], visibility }, holds: role };
}

/** A reporting group is seen by whoever has a role on its organization, on its project or on a task of the project. */
export function canReadReportingGroup(role: Role | null): boolean {
  return role !== null;
}

/** The role at a rank, counted from 1 in {@link rolesByRank}; null at 0. */
export function roleOfRank(rank: number): Role | null {
  return rank === 0 ? null : rolesByRank[rank - 1]!;
}
