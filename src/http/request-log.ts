import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { identityOf } from '../access/requester.js';
import type { Traces } from '../request/follow-trace.js';
import { IncomingRequest, type RequestTracer } from '../request/incoming-request.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import { spanAttributes } from '../telemetry/spans.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the request is logged, which happens only after its route is known. */
    incoming: IncomingRequest;
  }
}

export interface RequestLog {
  begin(request: FastifyRequest): void;
  /** Called once the response is closed. */
  end(request: FastifyRequest, reply: FastifyReply): void;
}

/** The status that nginx also logs for clients that did not wait for the response. */
const clientClosedRequest = 499;

/** Machines request these every few seconds, so successes are logged at `debug`. */
const probeRoutes = new Set(['/health/live', '/health/ready', '/metrics']);

const streamTypes = /^(text\/event-stream|multipart\/mixed)/;

/**
 * Logs a structured line per request. The line contains the route instead of the URL, because a download link's URL is
 * a credential.
 */
export function createRequestLog(log: Logger, metrics: Metrics, traces: Traces | undefined): RequestLog {
  return {
    begin(request) {
      request.incoming = new IncomingRequest(request, metrics, traces && tracerOf(request, traces));
    },
    end: record,
  };

  function record(request: FastifyRequest, reply: FastifyReply): void {
    const { method, incoming } = request;
    const { elapsedTime } = reply;
    const aborted = !reply.raw.writableFinished;
    const route = request.routeOptions.url ?? 'unknown';
    const status = aborted && !reply.raw.headersSent ? clientClosedRequest : reply.statusCode;
    incoming.errors?.logRest();
    incoming.endTrace({
      attributes: { [spanAttributes.status]: status },
      ...(status >= 500 && { error: String(status) }),
    });
    // A stream or wait takes as long as its client wants.
    if (!incoming.isLongPoll && !streamTypes.test(String(reply.getHeader('content-type')))) {
      metrics.requestSeconds.observe({ method, route, status }, elapsedTime / 1000);
    }
    const level = probeRoutes.has(route) && status < 400 ? 'debug' : 'info';
    if (!log.isLevelEnabled(level)) return;
    incoming.usage.whenCharged(() => {
      const { reqId, traceId, spanId } = incoming.logIds;
      const { issuer, subject, clientId, linkSubject, share } = identityOf(incoming.requester);
      const { codes, statements, cost } = usageFields(incoming);
      // Named one by one, because spreading objects takes as long as writing the line.
      const fields = {
        reqId,
        traceId,
        spanId,
        method,
        route,
        status,
        aborted: (aborted && !incoming.isCut) || undefined,
        cut: incoming.isCut,
        ms: Math.round(elapsedTime * 100) / 100,
        operation: incoming.operationName,
        issuer,
        subject,
        clientId,
        linkSubject,
        share,
        codes,
        statements,
        cost,
      };
      log[level](fields, 'request');
    });
  }
}

/** Returns `undefined` for requests that are not traced. */
function tracerOf({ method, routeOptions, id }: FastifyRequest, traces: Traces): RequestTracer | undefined {
  const { url: route } = routeOptions;
  if (route !== undefined && probeRoutes.has(route)) return undefined;
  const { method: methodName, route: routeName, requestId } = spanAttributes;
  return traces.traceRequest(route === undefined ? method : `${method} ${route}`, {
    [methodName]: method,
    [routeName]: route,
    [requestId]: id,
  });
}

interface ConnectionLogOptions {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly traces: Traces | undefined;
}

/** A WebSocket as a single request, which is logged when the WebSocket has closed. */
export class ConnectionLog {
  readonly request: IncomingRequest;
  readonly #startedAt = performance.now();

  constructor({ socket, headers }: IncomingMessage, id: string, { log, metrics, traces }: ConnectionLogOptions) {
    const origin = { id, ip: socket.remoteAddress ?? '', headers, log };
    this.request = new IncomingRequest(origin, metrics, traces?.traceConnection());
  }

  end(closeCode: number): void {
    const { request } = this;
    request.errors?.logRest();
    const ms = Math.round(performance.now() - this.#startedAt);
    request.usage.whenCharged(() =>
      request.log.info({ closeCode, ms, ...identityOf(request.requester), ...usageFields(request) }, 'websocket'),
    );
  }
}

function usageFields({ errors, usage: { statements, points } }: IncomingRequest) {
  return { codes: errors?.codes, statements, cost: points === 0 ? undefined : Math.round(points * 10) / 10 };
}

/** Returns the id of the caller of the request's token or link. */
export function requesterOf({ incoming: { requester } }: FastifyRequest): string {
  return requester?.id ?? 'nobody';
}
