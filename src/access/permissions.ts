// The rule for each permission, by the name that clients use. Pure functions, like the policy.

import type { Role } from '../database/entities/access-grant.entity.js';
import type { RunVisibility } from '../database/entities/task.entity.js';
import { canReadReportingGroup, decideRoleAccess } from './policy.js';

/** The roles of a subject along a path: null where it has none, and where the path ends earlier. */
export interface HeldRoles {
  readonly organization: Role | null;
  /** Inherited from the organization or granted on the project. */
  readonly project: Role | null;
  /** The highest on the project or on any task of it. */
  readonly withinProject: Role | null;
  readonly task: Role | null;
  /** The setting of the task. */
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

/** Whether the roles include the permission. One on a resource deeper than their path is not held. */
export function holdsPermission(permission: Permission, roles: HeldRoles): boolean {
  return permissionRules[permission](roles);
}
