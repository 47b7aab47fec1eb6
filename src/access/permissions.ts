// What a permission takes, by the names that clients ask for it. Pure, as the policy that it is made of.

import type { Role } from '../database/entities/access-grant.entity.js';
import type { RunVisibility } from '../database/entities/task.entity.js';
import { canReadReportingGroup, decideRoleAccess } from './policy.js';

/** What a subject holds along a path: null where it has no role, and where the path does not go that far. */
export interface HeldRoles {
  readonly organization: Role | null;
  /** Inherited from the organization or granted on the project. */
  readonly project: Role | null;
  /** The highest on the project or on any task of it. */
  readonly withinProject: Role | null;
  readonly task: Role | null;
  /** Of the task. */
  readonly visibility: RunVisibility | null;
}

const permissionRules = {
  'organization:view': ({ organization }) => organization !== null,
  'project:view': ({ project }) => project !== null,
  'task:view': ({ task }) => task !== null,
  'task_run:read': ({ task, visibility }) =>
    task !== null && visibility !== null && decideRoleAccess(task, visibility) === 'all',
  'reporting_group:read': ({ withinProject }) => canReadReportingGroup(withinProject),
} as const satisfies Readonly<Record<string, (roles: HeldRoles) => boolean>>;

export type Permission = keyof typeof permissionRules;

export const permissions = Object.keys(permissionRules) as readonly Permission[];

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(permissionRules, name);
}

/** Whether the roles are enough; a permission on something deeper than their path is not held. */
export function holdsPermission(permission: Permission, roles: HeldRoles): boolean {
  return permissionRules[permission](roles);
}
