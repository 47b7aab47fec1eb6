// The rule for each permission, by the name that clients use. Pure functions, like the policy.

import type { RunVisibility } from '../database/entities/task.entity.js';
import { canReadReportingGroup, decideRoleAccess, noRoles, type RoleSet } from './policy.js';

/** The roles of a subject along a path: none where the path ends earlier. */
export interface HeldRoles {
  readonly organization: RoleSet;
  /** Inherited from the organization or granted on the project. */
  readonly project: RoleSet;
  /** Those on the project or on any task of it. */
  readonly withinProject: RoleSet;
  readonly task: RoleSet;
  /** The setting of the task. */
  readonly visibility: RunVisibility | null;
}

type PermissionRule = (roles: HeldRoles) => boolean;

const readsPayload: PermissionRule = ({ task, visibility }) =>
  task !== noRoles && visibility !== null && decideRoleAccess(task, visibility) === 'all';
const readsUsage: PermissionRule = ({ task, visibility }) =>
  task !== noRoles && visibility !== null && decideRoleAccess(task, visibility) !== 'own';

const permissionRules = {
  'organization:view': ({ organization }) => organization !== noRoles,
  'project:view': ({ project }) => project !== noRoles,
  'task:view': ({ task }) => task !== noRoles,
  'task_run:read': readsPayload,
  'task_run:read_usage': readsUsage,
  'task_run:read_payload': readsPayload,
  'reporting_group:read': ({ withinProject }) => canReadReportingGroup(withinProject),
} as const satisfies Readonly<Record<string, PermissionRule>>;

export type Permission = keyof typeof permissionRules;

export const permissions = Object.keys(permissionRules) as readonly Permission[];

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(permissionRules, name);
}

/** Whether the roles include the permission. One on a resource deeper than their path is not held. */
export function holdsPermission(permission: Permission, roles: HeldRoles): boolean {
  return permissionRules[permission](roles);
}

/** Whether the permission is about the runs of one task. */
export function requiresTask(permission: Permission): boolean {
  return permission.startsWith('task_run:');
}
