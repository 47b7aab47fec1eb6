import type { FastifyReply } from 'fastify';

/** Sets the headers of every response. A cache policy of its own is kept. */
export function setResponseHeaders(reply: FastifyReply): void {
  reply.header('x-content-type-options', 'nosniff');
  if (reply.hasHeader('cache-control')) return;
  // A response with an entity tag may be stored, but has to be revalidated: the permission may be gone.
  reply.header('cache-control', reply.hasHeader('etag') ? 'private, no-cache' : 'no-store');
}
