// The rule for each permission, by the name that clients use. The rules are pure functions, like the policy.

import type { RunVisibility } from '../database/entities/task.entity.js';
import { canReadReportingGroup, canShareRun, decideRoleAccess, noRoles, type RoleSet } from './policy.js';

/** A subject's roles along a path. Levels below the end of the path have no roles. */
export interface HeldRoles {
  readonly organization: RoleSet;
  /** Inherited from the organization or granted on the project. */
  readonly project: RoleSet;
  /** Roles on the project or on any of its tasks. */
  readonly withinProject: RoleSet;
  readonly task: RoleSet;
  /** The task's setting. */
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
  'task_run:share': ({ task }) => canShareRun(task, false),
  'reporting_group:read': ({ withinProject }) => canReadReportingGroup(withinProject),
} as const satisfies Readonly<Record<string, PermissionRule>>;

export type Permission = keyof typeof permissionRules;

/** All permissions of a gateway with links to runs. */
export const permissionsWithSharing = Object.keys(permissionRules) as readonly Permission[];

/** All permissions of a gateway without links to runs. */
export const permissions = permissionsWithSharing.filter((name) => name !== 'task_run:share');

/** Returns a sentence about the names that clients may use. */
export function describePermissions(names: readonly Permission[]): string {
  return `One of ${names.map((name) => `\`${name}\``).join(', ')}. Any other value is rejected with an error that lists them.`;
}

/**
 * Returns whether the roles include the permission. A permission on a resource below the end of the path is never
 * included.
 */
export function holdsPermission(permission: Permission, roles: HeldRoles): boolean {
  return permissionRules[permission](roles);
}

/** Returns whether the permission is about the runs of a single task. */
export function requiresTask(permission: Permission): boolean {
  return permission.startsWith('task_run:');
}
