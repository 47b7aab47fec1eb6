// The HTTP server, with request ids, limits, one log line per request, the body of every error, and the page that lists
// errors.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import type { Caller } from '../access/caller.js';
import type { PointAccount } from '../admission/request-cost.js';
import type { Config } from '../config/config.js';
import { declareLimit } from '../limits.js';
import type { MemoryLedger } from '../memory/memory-ledger.js';
import type { Traces } from '../request/follow-trace.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import { Connections } from './connections.js';
import { createHttpErrorPresenter } from './error-responses.js';
import { registerErrorsPage } from './errors-page.js';
import { type BodyOptions, limitBodies } from './protection/body-memory.js';
import { maxConnectionsWithin } from './protection/open-files.js';
import { parseJsonBodies } from './request-body.js';
import { maxUrlBytes } from './request-checks.js';
import { followRequests } from './request-lifecycle.js';
import { createRequestLog } from './request-log.js';
import { WebSocketRequest } from './websocket/websocket-request.js';

declare module 'fastify' {
  interface FastifyInstance {
    readonly connections: Connections;
  }
}

export interface HttpServerOptions {
  readonly limits: Config['limits'];
  readonly memory: MemoryLedger;
  /** The maximum number of open files of this process. */
  readonly openFiles: number;
  /** Returns the account for rate limit headers; `null` if callers have no limits. */
  readonly accountOf: ((caller: Caller) => PointAccount | null) | null;
  readonly scopes: BodyOptions['scopes'];
  readonly log: Logger;
  readonly metrics: Metrics;
  /** `undefined` if no request is traced or timed. */
  readonly traces?: Traces | undefined;
  /** Returns the base of absolute URLs, without a trailing slash; called for each error. */
  readonly publicUrl: () => string;
  /** Overrides for the defaults. */
  readonly timeouts?: Partial<HttpTimeouts>;
}

interface HttpTimeouts {
  /** The time limit for the headers, from the first byte or the start of the connection. */
  readonly headersMs: number;
  /** The time limit for the whole request, including its body. */
  readonly requestMs: number;
  /** The time limit until the next request on a connection. */
  readonly keepAliveMs: number;
  /** The interval at which these time limits are checked. */
  readonly checkIntervalMs: number;
}

const defaultTimeouts: HttpTimeouts = {
  headersMs: declareLimit(10_000, {
    section: 'HTTP',
    name: 'time to receive the headers of a request',
    unit: 'ms',
    shownAs: 's',
    beyond: '`REQUEST_TIMEOUT`',
  }),
  requestMs: declareLimit(30_000, {
    section: 'HTTP',
    name: 'time to receive a request',
    unit: 'ms',
    shownAs: 's',
    beyond: '`REQUEST_TIMEOUT`',
  }),
  // Longer than the idle timeout of load balancers, usually 60 s. Otherwise they would reuse connections that are being
  // closed.
  keepAliveMs: declareLimit(72_000, {
    section: 'HTTP',
    name: 'time between two requests on a connection',
    unit: 'ms',
    shownAs: 's',
    beyond: 'the connection is closed',
  }),
  checkIntervalMs: 1000,
};

const maxRequestIdLength = declareLimit(64, {
  section: 'HTTP',
  name: '`X-Request-Id` of a client',
  unit: 'characters',
  beyond: 'another id is generated',
});
/** The form of a proxy's request id that is adopted. Any other text could forge log lines. */
const acceptableRequestId = new RegExp(`^[A-Za-z0-9._-]{1,${maxRequestIdLength}}$`);

/**
 * Large enough that a token that is far too long is rejected as a token. Above this, the parser rejects the request.
 */
const maxHeaderBytes = declareLimit(65_536, {
  section: 'HTTP',
  name: 'request headers',
  unit: 'bytes',
  beyond: '`HEADERS_TOO_LARGE`',
});

export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && acceptableRequestId.test(given) ? given : randomUUID();
}

/** Messages for a server that cannot listen, by error code. */
const listenFaults: Readonly<Record<string, (at: string, port: string) => string>> = {
  EADDRINUSE: (at, port) => `${at} is in use. Change ${port}, or stop the process that listens there.`,
  EACCES: (at, port) => `${at} is not permitted for this user. Change ${port}.`,
  EADDRNOTAVAIL: (at) => `${at} is not an address of this machine. Change HOST.`,
  ENOTFOUND: (at) => `${at} has a host name that cannot be resolved. Change HOST.`,
};

interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** The variable that sets the port. */
  readonly portVariable: 'PORT' | 'ADMIN_PORT';
}

/** Starts listening and returns the base URL. @throws Error that names the variable to change */
export async function listen(
  server: Pick<FastifyInstance, 'listen'>,
  { host, port, portVariable }: ListenOptions,
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const describeFault = listenFaults[(error as NodeJS.ErrnoException).code ?? ''];
    if (describeFault === undefined) throw error;
    throw new Error(describeFault(`${host.includes(':') ? `[${host}]` : host}:${port}`, portVariable));
  }
}

export function createHttpServer({
  limits,
  memory,
  openFiles,
  accountOf,
  scopes,
  log,
  metrics,
  traces,
  publicUrl,
  ...options
}: HttpServerOptions): FastifyInstance {
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const errors = createHttpErrorPresenter(metrics, publicUrl);
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    // Messages quote the invalid value.
    ajv: { customOptions: { verbose: true } },
    // Creating a logger for each request costs more than most requests log: see IncomingRequest.
    childLoggerFactory: (logger) => logger,
    genReqId: requestIdOf,
    // A client that sends its request byte by byte must not hold a connection forever.
    requestTimeout: timeouts.requestMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    http: {
      IncomingMessage: WebSocketRequest as unknown as typeof IncomingMessage,
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: timeouts.checkIntervalMs,
      // `assertAcceptable` checks this instead, because Node's response would have no body.
      requireHostHeader: false,
    },
    clientErrorHandler: errors.respondToMalformedRequest,
    // Only the length of the whole URL is limited.
    routerOptions: { maxParamLength: maxUrlBytes },
    // connections.ts ends the connections, because Fastify would leave those open that never sent a byte.
    forceCloseConnections: false,
    return503OnClosing: false,
    frameworkErrors: errors.presentUnroutable,
  });
  const maxOpen = maxConnectionsWithin(openFiles);
  const connections = new Connections(app.server, limits.connections, maxOpen);
  app.decorate('connections', connections);
  followRequests(app, { log: createRequestLog(log, metrics, traces), memory, accountOf });
  // Runs before the body is read, and after the hook that lets other origins read the response.
  app.addHook('preParsing', (request, reply, _payload, done) => {
    if (request.is404) errors.presentUnknownRoute(request, reply);
    else done();
  });
  limitBodies(app, { bodies: memory.bodies, maxBodyBytes: limits.bodyBytes, scopes });
  parseJsonBodies(app, limits.bodyBytes);
  app.setErrorHandler(errors.presentHttpError);
  app.setNotFoundHandler(errors.presentUnknownRoute);
  app.decorate('staticPages', null);
  registerErrorsPage(app);
  return app;
}
