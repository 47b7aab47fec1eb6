import type { FastifyInstance } from 'fastify';
import type { RequestFacts } from '../graphql/context.js';
import type { Metrics } from '../telemetry/metrics.js';

declare module 'fastify' {
  interface FastifyRequest {
    facts: RequestFacts;
  }
}

/** One structured line a request. It names the route, not the URL: a download link's URL is a credential. */
export function logRequests(app: FastifyInstance, metrics: Metrics): void {
  app.decorateRequest('facts');
  app.addHook('onRequest', async (request) => {
    request.facts = { id: request.id, log: request.log, codes: [], statements: 0 };
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { operationName, codes, statements } = request.facts;
    metrics.requestSeconds.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
    request.log.info(
      {
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 100) / 100,
        operation: operationName,
        codes: codes.length > 0 ? codes : undefined,
        statements,
      },
      'request',
    );
  });
}
