import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { RequestLogFields } from '../graphql/context.js';
import type { Log, Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';

declare module 'fastify' {
  interface FastifyRequest {
    logFields: RequestLogFields;
  }
}

/** One structured line a request. It names the route, not the URL: a download link's URL is a credential. */
export function logRequests(app: FastifyInstance, log: Logger, metrics: Metrics): void {
  app.decorateRequest('logFields');
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    request.logFields = new LogFieldsOfRequest(request.id, request.log);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { operationName, codes, statements } = request.logFields;
    metrics.requestSeconds.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
    if (!log.isLevelEnabled('info')) return done();
    request.logFields.log.info(
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
    done();
  });
}

/** The logger that adds the request's id is made when it first logs something. */
class LogFieldsOfRequest implements RequestLogFields {
  operationName?: string;
  readonly codes: string[] = [];
  statements = 0;
  #log: Log | undefined;

  constructor(
    readonly id: string,
    private readonly parent: FastifyBaseLogger,
  ) {}

  get log(): Log {
    this.#log ??= this.parent.child({ reqId: this.id });
    return this.#log;
  }
}
