import type { FastifyInstance, FastifyReply } from 'fastify';

/** For every response without a cache policy of its own. */
export function addResponseHeaders(app: FastifyInstance): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    setResponseHeaders(reply);
    done(null, payload);
  });
}

export function setResponseHeaders(reply: FastifyReply): void {
  reply.header('x-content-type-options', 'nosniff');
  if (reply.hasHeader('cache-control')) return;
  // What has an entity tag may be kept, but not used again without revalidation: the permission may be gone.
  reply.header('cache-control', reply.hasHeader('etag') ? 'private, no-cache' : 'no-store');
}
