// The headers of draft-ietf-httpapi-ratelimit-headers-11, for callers with a rate limit: the policy, and the remaining
// points.

import type { FastifyInstance } from 'fastify';
import type { Caller } from '../../access/caller.js';
import type { PointAccount } from '../../admission/request-cost.js';

/** Adds the headers to every response to a caller whose token was accepted. */
export function addRateLimitHeaders(app: FastifyInstance, accountOf: (caller: Caller) => PointAccount | null): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const cost = request.budget?.cost;
    // Unspent points are returned first, so that the header counts them.
    cost?.settle();
    if (cost?.rejection) reply.header('retry-after', cost.rejection.retryAfter);
    const caller = request.logFields?.caller;
    const status = caller && accountOf(caller)?.status;
    if (status) {
      const { limit, remaining, resetSeconds, restoreRate } = status;
      // Retry-After must not end earlier than the window.
      const windowSeconds = Math.min(resetSeconds, Number(reply.getHeader('retry-after') ?? resetSeconds));
      // Without a unit, the quota would be one of requests.
      reply.header('ratelimit-policy', `"points";q=${limit};w=${Math.ceil(limit / restoreRate)};qu="points"`);
      reply.header('ratelimit', `"points";r=${remaining};t=${windowSeconds}`);
    }
    done(null, payload);
  });
}
