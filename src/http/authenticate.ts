import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { bearerToken } from '../access/tokens/bearer-token.js';
import type { TrustedIssuers } from '../access/tokens/trusted-issuers.js';
import type { CostReport } from '../admission/cost-report.js';
import type { MaybePromise } from '../maybe-promise.js';
import type { RequestScope, Scopes } from '../request/scope.js';
import { endBudgetWithResponse } from './request-lifecycle.js';

/** Returns the caller of the request's bearer token. @throws GatewayError */
export function authenticate(
  { raw, incoming }: FastifyRequest,
  issuers: Pick<TrustedIssuers, 'verify'>,
): MaybePromise<Caller> {
  return incoming.authenticate(issuers.verify(bearerToken(raw.rawHeaders)));
}

/** Opens the scope of an authenticated request, which ends with its response. */
export function openScope(
  request: FastifyRequest,
  reply: FastifyReply,
  scopes: Pick<Scopes, 'openScope'>,
  costReport: CostReport | null = null,
): RequestScope {
  const scope = scopes.openScope(request.incoming, costReport);
  endBudgetWithResponse(scope.budget, request, reply);
  return scope;
}
