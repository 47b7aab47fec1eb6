// The policy: pure functions that decide who may read a run, without look-ups, tokens or GraphQL. Every API uses it.

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

/** The facts about a subject and the path of a run that decide whether it may read the run. */
export interface RunAccessFacts {
  /** The subject's highest role along the true beginning of the path. */
  readonly role: Role | null;
  /** null unless organization, project and task exist and contain each other. */
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

/** Returns which runs of a task a role on it sees, for a subject that may have executed some. */
export function decideRoleAccess(role: Role, visibility: RunVisibility): Exclude<RunAccess, 'none'> {
  return rolesByRank.indexOf(role) >= rolesByRank.indexOf(minRoleByVisibility[visibility]) ? 'all' : 'own';
}

/** @param mayHaveExecuted whether the subject can be the one who executed a run */
export function decideRunAccess(role: Role | null, visibility: RunVisibility, mayHaveExecuted: boolean): RunAccess {
  if (role === null) return 'none';
  const access = decideRoleAccess(role, visibility);
  return access === 'own' && !mayHaveExecuted ? 'none' : access;
}

/** The role that a caller holds on a task, and the one that sees all its runs. */
export interface MissingRole {
  readonly requires: { readonly role: Role; readonly visibility: RunVisibility };
  readonly holds: Role;
}

/**
 * Explains why reading is forbidden. Returns null for a subject without a role on the true path, which may not know.
 * The explanation is the same whether or not the run exists.
 */
export function explainForbidden({
  role,
  visibility,
}: Pick<RunAccessFacts, 'role' | 'visibility'>): MissingRole | null {
  if (role === null || visibility === null) return null;
  return { requires: { role: minRoleByVisibility[visibility], visibility }, holds: role };
}

/** @param role the subject's highest on the group's organization, its project or any task of the project */
export function canReadReportingGroup(role: Role | null): boolean {
  return role !== null;
}

/** Returns the role at a rank, counted from 1 in {@link rolesByRank}, and null for 0. */
export function roleOfRank(rank: number): Role | null {
  return rank === 0 ? null : rolesByRank[rank - 1]!;
}
