// What callers with a rate limit learn of it, as draft-ietf-httpapi-ratelimit-headers-11 has it: the policy, and what of it
// is left.

import type { FastifyInstance } from 'fastify';

/** For every response to a caller whose token was accepted. */
export function addRateLimitHeaders(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const cost = request.budget?.cost;
    // What was not spent is there again before the client learns what is left.
    cost?.settle();
    if (cost?.rejection) reply.header('retry-after', cost.rejection.retryAfter);
    const status = request.account?.status;
    if (status) {
      const { limit, remaining, resetSeconds, restoreRate } = status;
      // Retry-After must not end earlier than the window.
      const windowSeconds = Math.min(resetSeconds, Number(reply.getHeader('retry-after') ?? resetSeconds));
      // Without a unit they would be requests.
      reply.header('ratelimit-policy', `"points";q=${limit};w=${Math.ceil(limit / restoreRate)};qu="points"`);
      reply.header('ratelimit', `"points";r=${remaining};t=${windowSeconds}`);
    }
    done(null, payload);
  });
}
