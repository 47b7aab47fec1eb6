import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TrustedIssuers } from '../access/tokens/trusted-issuers.js';
import { authenticate, openScope } from '../http/authenticate.js';
import type { Scopes } from '../request/scope.js';

export interface CallerAuthentication {
  readonly issuers: Pick<TrustedIssuers, 'verify'>;
  readonly scopes: Pick<Scopes, 'openScope' | 'openBudget' | 'openAudit'>;
}

/** Sets the scope of a request. @throws GatewayError if its token is missing or rejected */
export async function authenticateCaller(
  request: FastifyRequest,
  reply: FastifyReply,
  { issuers, scopes }: CallerAuthentication,
): Promise<void> {
  await authenticate(request, issuers);
  request.scope = openScope(request, reply, scopes);
}
