import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Traces } from '../request/follow-trace.js';
import { CollectedLogFields, type RequestLogFields } from '../request/log-fields.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import { spanAttributes } from '../telemetry/spans.js';

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

/** The status that nginx, too, logs for a client that did not wait for the response. */
const clientClosedRequest = 499;

/** Requested every few seconds by machines: successes are logged at `debug`. */
const probeRoutes = new Set(['/health/live', '/health/ready', '/metrics']);

const streamTypes = /^(text\/event-stream|multipart\/mixed)/;

/** Logs a structured line per request. It has the route, not the URL: a download link's URL is a credential. */
export function createRequestLog(log: Logger, metrics: Metrics, traces: Traces | undefined): RequestLog {
  return {
    begin(request) {
      const fields = new CollectedLogFields(request, metrics);
      request.logFields = fields;
      if (traces !== undefined) followTrace(fields, request, traces);
    },
    end: record,
  };

  function record(request: FastifyRequest, reply: FastifyReply): void {
    const { method } = request;
    const { elapsedTime } = reply;
    const aborted = !reply.raw.writableFinished;
    const route = request.routeOptions.url ?? 'unknown';
    const fields = request.logFields as CollectedLogFields;
    const status = aborted && !reply.raw.headersSent ? clientClosedRequest : reply.statusCode;
    fields.finish();
    fields.endTrace?.({
      attributes: { [spanAttributes.status]: status },
      ...(status >= 500 && { error: String(status) }),
    });
    // A stream or wait lasts as long as its client wants.
    if (!fields.isLongPoll && !streamTypes.test(String(reply.getHeader('content-type')))) {
      metrics.requestSeconds.observe({ method, route, status }, elapsedTime / 1000);
    }
    const level = probeRoutes.has(route) && status < 400 ? 'debug' : 'info';
    if (!log.isLevelEnabled(level)) return;
    fields.whenCharged(() =>
      fields.log[level](
        {
          method,
          route,
          status,
          aborted: (aborted && !fields.isCut) || undefined,
          cut: fields.isCut,
          ms: Math.round(elapsedTime * 100) / 100,
          operation: fields.operationName,
          ...callerFields(fields),
          linkSubject: fields.linkSubject,
          ...costFields(fields),
        },
        'request',
      ),
    );
  }
}

function followTrace(fields: CollectedLogFields, { method, routeOptions, id }: FastifyRequest, traces: Traces): void {
  const { url: route } = routeOptions;
  if (route !== undefined && probeRoutes.has(route)) return;
  const { method: methodName, route: routeName, requestId } = spanAttributes;
  traces.followRequest(fields, route === undefined ? method : `${method} ${route}`, {
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

/** Returns the log fields of a WebSocket, and `end`, which logs its line. */
export function openConnectionLog(
  { socket, headers }: IncomingMessage,
  id: string,
  { log, metrics, traces }: ConnectionLogOptions,
) {
  const request = { id, ip: socket.remoteAddress ?? '', headers, log };
  const fields = new CollectedLogFields(request, metrics);
  traces?.followConnection(fields);
  const startedAt = performance.now();
  return Object.assign(fields, {
    end(closeCode: number) {
      fields.finish();
      const ms = Math.round(performance.now() - startedAt);
      fields.whenCharged(() =>
        fields.log.info({ closeCode, ms, ...callerFields(fields), ...costFields(fields) }, 'websocket'),
      );
    },
  });
}

function callerFields({ caller }: CollectedLogFields) {
  return caller && { issuer: caller.issuer, subject: caller.subject, clientId: caller.clientId };
}

function costFields({ codes, statements, cost }: CollectedLogFields) {
  return { codes, statements, cost };
}

/** Returns the id of the caller of the request's token or link. */
export function callerOfLog({ logFields: { caller, linkSubject } }: FastifyRequest): string {
  return caller?.id ?? linkSubject ?? 'nobody';
}
