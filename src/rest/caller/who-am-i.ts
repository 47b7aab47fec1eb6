// `GET /api/v1/whoami` returns the token's subject, its confinement, and the organizations that the subject can read.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { timestampOfSeconds } from '../../task-runs/columns/timestamp.js';
import type { Operation } from '../openapi/operation.js';
import { jsonResponses, sendJson } from '../send-json.js';

export const whoAmIOperation: Operation = {
  path: '/api/v1/whoami',
  operationId: 'whoAmI',
  tag: 'Caller',
  summary: 'Identify the Caller',
  description: 'Returns the caller, as identified by the bearer token, and the organizations that it may see.',
  parameters: { path: {}, query: {} },
  security: [{ bearer: [] }],
  responses: jsonResponses('The caller.', 'WhoAmI'),
  errors: [401, 422, 429, 503],
};

export async function whoAmI(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { caller, services } = request.scope;
  const { subject, issuer, clientId = null, expiresAt, confinement } = caller;
  const { orgIds, projectIds, taskIds = null } = confinement;
  const organizations = await services.resources.organizations();
  const body = {
    client: {
      client_id: clientId,
      org_id: orgIds?.[0] ?? null,
      project_id: projectIds?.[0] ?? null,
      task_ids: taskIds,
    },
    subject,
    issuer,
    expires: timestampOfSeconds(expiresAt),
    organizations: organizations.map(({ id, name, role }) => ({ id, name, role })),
  };
  return sendJson(request, reply, JSON.stringify(body));
}
