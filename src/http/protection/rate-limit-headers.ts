// The headers of draft-ietf-httpapi-ratelimit-headers-11, for callers with a rate limit: the policy, and the remaining
// points.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.js';
import type { PointAccount } from '../../admission/request-cost.js';

/** Sets the headers of a response to a caller whose token was accepted. */
export function setRateLimitHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  accountOf: (caller: Caller) => PointAccount | null,
): void {
  const cost = request.budget?.cost;
  // Unspent points are returned first, so that the header counts them.
  cost?.settle();
  if (cost?.rejection) reply.header('retry-after', cost.rejection.retryAfter);
  const caller = request.logFields?.caller;
  const status = caller && accountOf(caller)?.status;
  if (!status) return;
  const { limit, remaining, resetSeconds, restoreRate } = status;
  // Retry-After must not end earlier than the window.
  const windowSeconds = Math.min(resetSeconds, Number(reply.getHeader('retry-after') ?? resetSeconds));
  // Without a unit, the quota would be one of requests.
  reply.header('ratelimit-policy', `"points";q=${limit};w=${Math.ceil(limit / restoreRate)};qu="points"`);
  reply.header('ratelimit', `"points";r=${remaining};t=${windowSeconds}`);
}
