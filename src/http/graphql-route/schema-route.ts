import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { toApiSdl } from '../../graphql/federation/sdl.js';

/** Serves the schema as clients see it, for tools that read a file instead of an introspection. */
export function registerSchemaRoute(app: FastifyInstance, schema: GraphQLSchema): void {
  let sdl: string | undefined;
  app.get('/schema.graphql', (_request, reply) => {
    sdl ??= toApiSdl(schema);
    return reply.type('text/plain; charset=utf-8').send(sdl);
  });
}
