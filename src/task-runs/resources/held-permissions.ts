// Parses requests for a subject's permissions on an organization, a project or a task.

import type { HeldRoles, Permission } from '../../access/permissions.js';
import { noRoles, type RoleSet } from '../../access/policy.js';
import type { ResourceType } from '../../database/entities/access-grant.entity.js';
import { orNot, validationFailed } from '../../errors/validation.js';
import { parseResourceId } from '../columns/run-path.js';
import type { ResourcePath } from './held-roles-statement.js';

/** A path as sent by clients. */
export interface ResourcePathInput {
  readonly orgId: string;
  readonly projectId?: string | null | undefined;
  readonly taskId?: string | null | undefined;
}

/** @throws GatewayError MALFORMED_RESOURCE_IDENTIFIER; VALIDATION_FAILED for a task without its project */
export function parseResourcePath({ orgId, projectId, taskId }: ResourcePathInput): ResourcePath {
  const path = {
    orgId: parseResourceId('orgId', orgId),
    projectId: projectId == null ? null : parseResourceId('projectId', projectId),
    taskId: taskId == null ? null : parseResourceId('taskId', taskId),
  };
  if (path.taskId !== null && path.projectId === null) {
    throw validationFailed(['projectId'], 'is required if `taskId` is given', 'missing');
  }
  return path;
}

/**
 * @param permissions all permissions of the gateway
 * @throws GatewayError VALIDATION_FAILED, listing the permissions
 */
export function parsePermission(
  loc: readonly (string | number)[],
  name: string,
  permissions: readonly Permission[],
): Permission {
  const permission = permissions.find((known) => known === name);
  if (permission !== undefined) return permission;
  throw validationFailed(loc, `must be one of ${permissions.join(', ')}${orNot(name)}`, 'enum');
}

export function typeOfPath({ projectId, taskId }: ResourcePath): ResourceType {
  if (taskId !== null) return 'task';
  return projectId === null ? 'organization' : 'project';
}

/** Returns the roles on the resource at the path. */
export function rolesAt(path: ResourcePath, roles: HeldRoles | null): RoleSet {
  return roles === null ? noRoles : roles[typeOfPath(path)];
}
