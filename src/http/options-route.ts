import type { FastifyInstance } from 'fastify';

/** Responds to OPTIONS before a body is read, because a client may send a body's type without a body. */
export function registerOptions(app: FastifyInstance, url: string, allowed: string): void {
  app.route({
    method: 'OPTIONS',
    url,
    onRequest: async (_request, reply) => reply.code(204).header('allow', allowed).send(),
    handler: async () => {},
  });
}
