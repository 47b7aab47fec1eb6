import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import type { PointAccount } from '../admission/request-cost.js';
import type { RequestTrace } from '../telemetry/spans.js';

/** Sets the headers of every response. Keeps an existing cache policy. */
export function setResponseHeaders(reply: FastifyReply): void {
  reply.header('x-content-type-options', 'nosniff');
  if (reply.hasHeader('cache-control')) return;
  // A response with an entity tag may be stored, but must be revalidated, because the permission may have been
  // withdrawn.
  reply.header('cache-control', reply.hasHeader('etag') ? 'private, no-cache' : 'no-store');
}

/** Adds the name of a request header on which the response depends. */
export function addVary(reply: FastifyReply, name: string): void {
  const vary = reply.getHeader('vary');
  reply.header('vary', vary === undefined ? name : `${vary}, ${name}`);
}

/**
 * Sets the headers of draft-ietf-httpapi-ratelimit-headers-11, with the policy and the remaining points, if the
 * response is for an authenticated caller with a rate limit.
 */
export function setRateLimitHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  accountOf: (caller: Caller) => PointAccount | null,
): void {
  const cost = request.budget?.cost;
  // Unspent points are returned first, so that the header includes them.
  cost?.settle();
  if (cost?.rejection) reply.header('retry-after', cost.rejection.retryAfter);
  const caller = request.incoming?.caller;
  const status = caller && accountOf(caller)?.status;
  if (!status) return;
  const { limit, remaining, resetSeconds, restoreRate } = status;
  // The time in Retry-After must not end before the window.
  const windowSeconds = Math.min(resetSeconds, Number(reply.getHeader('retry-after') ?? resetSeconds));
  // Without a unit, the quota would be a number of requests.
  reply.header('ratelimit-policy', `"points";q=${limit};w=${Math.ceil(limit / restoreRate)};qu="points"`);
  reply.header('ratelimit', `"points";r=${remaining};t=${windowSeconds}`);
}

/** Sets the times of a request so far, in milliseconds: https://www.w3.org/TR/server-timing/ */
export function setServerTiming(
  reply: FastifyReply,
  { timing: { queueMs, databaseMs, encodeMs } }: RequestTrace,
): void {
  const metric = (name: string, ms: number) => `${name};dur=${Math.round(ms * 100) / 100}`;
  const metrics = [metric('queue', queueMs), metric('db', databaseMs), metric('encode', encodeMs)];
  reply.header('server-timing', metrics.join(', '));
}
