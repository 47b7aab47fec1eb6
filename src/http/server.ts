// The HTTP host: request ids, limits, one log line a request, and the body of every error.

import { randomUUID } from 'node:crypto';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import type { Config } from '../config.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import { compressLargeResponses } from './compression.js';
import { createHttpErrorPresenter } from './error-responses.js';
import { logRequests } from './request-log.js';
import { addResponseHeaders } from './response-headers.js';
import { endUnreadResponses } from './unread-responses.js';

interface HttpServerOptions {
  readonly limits: Config['limits'];
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Of a request id that a proxy in front has given; anything else could forge log lines. */
const acceptableRequestId = /^[A-Za-z0-9._-]{1,64}$/;

export function createHttpServer({ limits, log, metrics }: HttpServerOptions): FastifyInstance {
  const errors = createHttpErrorPresenter(metrics);
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    // A logger of its own for each request costs more than most requests log: see RequestLogFields.
    childLoggerFactory: (logger) => logger,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && acceptableRequestId.test(given) ? given : randomUUID();
    },
    // A client that sends its request byte by byte must not hold a connection forever.
    requestTimeout: 30_000,
    // Large enough to reject a far too long token as INVALID_TOKEN; beyond this the parser rejects the request.
    http: { maxHeaderSize: 262_144 },
    clientErrorHandler: errors.respondToUnreadableRequest,
    routerOptions: { maxParamLength: 2048 },
    // shutdown.ts ends the connections: Fastify would leave those that never sent a byte.
    forceCloseConnections: false,
    return503OnClosing: false,
    frameworkErrors: errors.presentHttpError,
  });
  logRequests(app, log, metrics);
  addResponseHeaders(app);
  compressLargeResponses(app);
  endUnreadResponses(app);
  app.setErrorHandler(errors.presentHttpError);
  app.setNotFoundHandler(errors.presentUnknownRoute);
  return app;
}
