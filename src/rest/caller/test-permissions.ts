// `POST …/iam/test` under an organization, project or task returns which of the given permissions the caller has there.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Permission } from '../../access/permissions.js';
import { maxSubjectLength } from '../../access/subject.js';
import { limits } from '../../limits.js';
import { readErrors } from '../openapi/error-statuses.js';
import type { Operation } from '../openapi/operation.js';
import { heldPermissionsOf } from '../openapi/schemas.js';
import { pathParameters, paths, type RunPathParams } from '../parameters.js';
import { rethrowInBody } from '../rest-names.js';

const operation = (
  resource: 'Organization' | 'Project' | 'Task',
  level: keyof typeof paths,
  permissions: readonly Permission[],
): Operation => ({
  path: `${paths[level]}/iam/test`,
  operationId: `test${resource}Permissions`,
  tag: 'Caller',
  summary: `Test Permissions on a${resource === 'Organization' ? 'n' : ''} ${resource}`,
  description:
    `Returns which of the requested permissions the caller has. Permissions are ${permissions.join(', ')}. ` +
    'The caller has none if the path does not exist or the caller has no role on it. Permissions on a project or a ' +
    'task are returned only if the path includes it. Owners may test another member.',
  parameters: { path: pathParameters[level], query: {} },
  body: {
    type: 'object',
    required: ['permissions'],
    properties: {
      permissions: {
        type: 'array',
        maxItems: limits.permissions.value,
        items: { type: 'string', enum: permissions },
        description: 'The permissions to test.',
      },
      member: {
        type: ['string', 'null'],
        maxLength: maxSubjectLength,
        description: 'A subject, as named in grants. If omitted, the caller.',
      },
    },
    examples: [{ permissions: ['project:view', 'reporting_group:read'] }],
  },
  security: [{ bearer: [] }],
  schemas: { HeldPermissions: heldPermissionsOf(permissions) },
  responses: {
    200: {
      description: 'The permissions that the member has.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/HeldPermissions' } } },
    },
  },
  errors: [...readErrors.filter((status) => status !== 404), 413, 415],
});

/** Returns one operation for each level. @param permissions all permissions of the gateway */
export function createTestPermissionsOperations(permissions: readonly Permission[]): readonly Operation[] {
  return [
    operation('Organization', 'organization', permissions),
    operation('Project', 'project', permissions),
    operation('Task', 'task', permissions),
  ];
}

interface TestPermissionsBody {
  readonly permissions: readonly string[];
  readonly member?: string | null;
}

export async function testPermissions(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { org_id, project_id, task_id } = request.params as Partial<RunPathParams> & Pick<RunPathParams, 'org_id'>;
  const { permissions, member } = request.body as TestPermissionsBody;
  const path = { orgId: org_id, projectId: project_id, taskId: task_id };
  const heldPermissions = await request.scope.services.resources
    .permissionsHeld(path, permissions, member)
    .catch(rethrowInBody);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(heldPermissions));
}
