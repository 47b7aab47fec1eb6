import type { FastifyInstance } from 'fastify';

/** Answers OPTIONS before a body is read: a client may name the type of one that it does not send. */
export function registerOptions(app: FastifyInstance, url: string, allowed: string): void {
  app.route({
    method: 'OPTIONS',
    url,
    onRequest: async (_request, reply) => reply.code(204).header('allow', allowed).send(),
    handler: async () => {},
  });
}
