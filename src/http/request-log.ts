import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import type { ErrorExtensions, ErrorTarget } from '../errors/gateway-error.js';
import type { RecordedError, RequestLogFields } from '../request/scope.js';
import type { Log, Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';

declare module 'fastify' {
  interface FastifyRequest {
    logFields: RequestLogFields;
  }
}

export interface RequestLog {
  begin(request: FastifyRequest): void;
  /** Called once the response is closed. */
  end(request: FastifyRequest, reply: FastifyReply): void;
}

/** Stable, because operators search for it. */
const deniedEvent = 'access_denied';

// limit | HTTP | log lines of one request about denied accesses | | one last line has the number of the rest
/** The lines for one request. The rest is counted in a last one. */
const maxDenialLines = 20;

/** The status that nginx, too, logs for a client that did not wait for the response. */
const clientClosedRequest = 499;

/** Requested every few seconds by machines: successes are logged at `debug`. */
const probeRoutes = new Set(['/health/live', '/health/ready', '/metrics']);

const streamTypes = /^(text\/event-stream|multipart\/mixed)/;

/** Whether an error denies access, which is always logged. */
export function isDenial({ status }: ErrorExtensions): boolean {
  return status === 401 || status === 403;
}

/** Logs a structured line per request. It has the route, not the URL: a download link's URL is a credential. */
export function createRequestLog(log: Logger, metrics: Metrics): RequestLog {
  return {
    begin(request) {
      request.logFields = new LogFieldsOfRequest(request, metrics);
    },
    end: record,
  };

  function record(request: FastifyRequest, reply: FastifyReply): void {
    const aborted = !reply.raw.writableFinished;
    const route = request.routeOptions.url ?? 'unknown';
    const { operationName, linkSubject, codes, statements, cost } = request.logFields as LogFieldsOfRequest;
    const status = aborted && !reply.raw.headersSent ? clientClosedRequest : reply.statusCode;
    (request.logFields as LogFieldsOfRequest).finish();
    // A stream lasts as long as its client wants.
    if (!streamTypes.test(String(reply.getHeader('content-type')))) {
      metrics.requestSeconds.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
    }
    const level = probeRoutes.has(route) && status < 400 ? 'debug' : 'info';
    if (!log.isLevelEnabled(level)) return;
    request.logFields.log[level](
      {
        method: request.method,
        route,
        status,
        aborted: aborted || undefined,
        ms: Math.round(reply.elapsedTime * 100) / 100,
        operation: operationName,
        linkSubject: linkSubject,
        codes,
        statements,
        cost,
      },
      'request',
    );
  }
}

/** Returns the log fields of a WebSocket, and `end`, which logs its line. */
export function openConnectionLog({ socket }: IncomingMessage, id: string, log: Logger, metrics: Metrics) {
  const request = { id, ip: socket.remoteAddress ?? '', log: log as FastifyBaseLogger };
  const fields = new LogFieldsOfRequest(request, metrics);
  const startedAt = performance.now();
  return Object.assign(fields, {
    end(closeCode: number) {
      fields.finish();
      const { codes, statements, cost } = fields;
      const ms = Math.round(performance.now() - startedAt);
      fields.log.info({ closeCode, ms, codes, statements, cost }, 'websocket');
    },
  });
}

/** Collects the fields of a request's log line. The logger that adds the request's id is lazy. */
class LogFieldsOfRequest implements RequestLogFields {
  caller?: Caller;
  isVerifying?: boolean;
  operationName?: string;
  linkSubject?: string;
  /** The number of errors sent, by code. */
  codes: Record<string, number> | undefined;
  statements = 0;
  points = 0;
  #denials = 0;
  #log: Log | undefined;

  constructor(
    private readonly request: Pick<FastifyRequest, 'id' | 'ip' | 'log'>,
    private readonly metrics: Metrics,
  ) {}

  get id(): string {
    return this.request.id;
  }

  get cost(): number | undefined {
    return this.points === 0 ? undefined : Math.round(this.points * 10) / 10;
  }

  get log(): Log {
    this.#log ??= this.request.log.child({ reqId: this.id });
    return this.#log;
  }

  recordError(error: RecordedError, target = error.target): void {
    const { code, reason } = error.extensions;
    this.metrics.errors.inc({ code, reason });
    this.codes ??= {};
    this.codes[code] = (this.codes[code] ?? 0) + 1;
    if (!isDenial(error.extensions)) return;
    this.#denials += 1;
    if (this.#denials <= maxDenialLines) this.#logDenial(error, target);
  }

  finish(): void {
    const more = this.#denials - maxDenialLines;
    if (more > 0) this.log.warn({ event: deniedEvent, more }, 'more access denied');
  }

  /** Logs at `warn`, so that a quieter log still has all denials for an audit. */
  #logDenial({ extensions, cause }: RecordedError, target: ErrorTarget | undefined): void {
    const { reason, permission, resource } = extensions;
    const { issuer, subject, clientId } = this.caller ?? {};
    const { orgId, projectId, taskId, id } = target ?? {};
    this.log.warn(
      {
        event: deniedEvent,
        reason,
        issuer,
        subject,
        clientId,
        permission,
        resource,
        orgId,
        projectId,
        taskId: taskId ?? undefined,
        id,
        address: this.request.ip,
        cause: cause === undefined ? undefined : String(cause),
      },
      'access denied',
    );
  }
}

/** Returns the id of the caller of the request's token or link. */
export function callerOfLog({ logFields: { caller, linkSubject } }: FastifyRequest): string {
  return caller?.id ?? linkSubject ?? 'nobody';
}
