import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { toApiSdl } from '../../graphql/federation/sdl.js';
import { KeptText } from '../kept-text.js';

/** Serves the schema as clients see it, for tools that read a file instead of using introspection. */
export function registerSchemaRoute(app: FastifyInstance, schema: GraphQLSchema): void {
  const sdl = new KeptText(() => toApiSdl(schema));
  app.get('/schema.graphql', (_request, reply) => sdl.sendVersion(reply.type('text/plain; charset=utf-8')));
}
