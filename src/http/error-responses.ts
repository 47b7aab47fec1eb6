// Responses for errors of REST routes, and for errors that occur before GraphQL: in GraphQL's form under /graphql, and
// in the form of the REST API, `{"detail":…}`, everywhere else.

import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isResourceId } from '../access/resource-id.js';
import { type Reason, reasonOfRejection } from '../errors/catalogue.js';
import { docUrlOf } from '../errors/error-list.js';
import { type ErrorExtensions, type ErrorTarget, GatewayError } from '../errors/gateway-error.js';
import { restErrorBody } from '../errors/rest-error-body.js';
import { keepsStatus200ForPlainJson } from '../graphql/operation/http-status.js';
import { acceptsJson, jsonMediaType, prefersPage, responseMediaType } from '../graphql/operation/media-type.js';
import { declareLimit } from '../limits.js';
import { isDenial } from '../request/request-errors.js';
import type { Metrics } from '../telemetry/metrics.js';
import { renderPlainPage, renderUnknown, withPlainPageHeaders } from './page-routes/static-page.js';
import { graphqlMethods, graphqlPath } from './paths.js';
import { acceptedEncodings } from './request-body.js';
import { isUrlTooLong } from './request-checks.js';
import { setResponseHeaders } from './response-headers.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The URL of the metadata that describe where tokens for the route are issued (RFC 9728). */
    readonly resourceMetadata?: () => string;
  }
}

interface HttpErrorPresenter {
  presentHttpError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void;
  /** Responds to a URL that cannot be routed. */
  presentUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void;
  presentUnknownRoute(request: FastifyRequest, reply: FastifyReply): void;
  /** Responds to bytes that are not an HTTP request, for which there is neither a route nor a reply object. */
  respondToMalformedRequest(error: Error & { readonly code?: string }, socket: Socket): void;
}

export function createHttpErrorPresenter(metrics: Metrics, publicUrl: () => string): HttpErrorPresenter {
  const count = ({ code, reason }: ErrorExtensions) => metrics.errors.inc({ entry: 'other', code, reason });
  const send = (error: GatewayError, request: FastifyRequest, reply: FastifyReply) => {
    // An unreadable URL is rejected before the request's log begins.
    if (request.incoming === undefined) count(error.extensions);
    // Reads fail if their client has disconnected.
    else if (!request.raw.socket.destroyed) request.incoming.recordError(error, error.target ?? targetOf(request));
    sendError(error, request, reply, publicUrl());
  };
  return {
    presentHttpError: (error, request, reply) => send(toGatewayError(error, request), request, reply),
    presentUnroutable(error, request, reply) {
      send(
        isUrlTooLong(request.url) ? new GatewayError('URI_TOO_LONG') : toGatewayError(error, request),
        request,
        reply,
      );
    },
    presentUnknownRoute(request, reply) {
      const isGraphql = isGraphqlRequest(request);
      if (isGraphql) reply.header('allow', graphqlMethods);
      send(new GatewayError(isGraphql ? 'METHOD_NOT_ALLOWED' : 'ROUTE_NOT_FOUND'), request, reply);
    },
    respondToMalformedRequest(error, socket) {
      if (!socket.writable || error.code === 'ECONNRESET' || isResponding(socket)) {
        socket.destroy();
        return;
      }
      const rejection = new GatewayError(reasonOfParserError[error.code ?? ''] ?? 'MALFORMED_REQUEST');
      count(rejection.extensions);
      respondOnSocket(rejection, socket);
    },
  };
}

/** `end` closes only our side of a connection. */
const closeTimeoutMs = declareLimit(1000, {
  section: 'HTTP',
  name: 'time for a client to close a connection after its request was rejected before it was read',
  unit: 'ms',
  shownAs: 's',
  beyond: 'the connection is closed',
});

/** Responds to a request that has no reply object, and closes the connection. */
export function respondOnSocket(error: GatewayError, socket: Duplex): void {
  const { extensions } = error;
  const body = restErrorBody(error);
  const headers = [
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(
    `HTTP/1.1 ${extensions.status} ${STATUS_CODES[extensions.status]}\r\n${headers.join('\r\n')}\r\n\r\n${body}`,
  );
  // Discards bytes that the client is still sending, so that it can read the response.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), closeTimeoutMs).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Reasons by the codes of Node's parser and timers. Any other code means that the request is malformed. */
const reasonOfParserError: Readonly<Record<string, Reason>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'PAYLOAD_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/**
 * Returns whether a response is currently being sent. As in Node, the error of a pipelined request must not be written
 * into it.
 */
function isResponding(socket: Socket & { readonly _httpMessage?: ServerResponse | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}

function toGatewayError(error: FastifyError | Error, request: FastifyRequest): GatewayError {
  if (error instanceof GatewayError) {
    // The log line for a denied access already contains the cause.
    if (error.cause !== undefined && !isDenial(error.extensions))
      request.incoming.log.info({ reason: error.reason, cause: String(error.cause) }, 'rejected');
    return error;
  }
  const reason = reasonOfRejection((error as FastifyError).statusCode ?? 500);
  if (reason !== undefined) return new GatewayError(reason);
  (request.incoming?.log ?? request.log).error({ err: error }, 'A request failed.');
  return new GatewayError('INTERNAL_SERVER_ERROR', { requestId: request.id });
}

function sendError(error: GatewayError, request: FastifyRequest, reply: FastifyReply, publicUrl: string): void {
  const { extensions, message } = error;
  if (extensions.retryAfter !== undefined) reply.header('retry-after', extensions.retryAfter);
  if (extensions.status === 401) reply.header('www-authenticate', challenge(error.reason, request));
  if (extensions.status === 415) reply.header('accept-encoding', acceptedEncodings);
  const { accept } = request.headers;
  const isGraphql = isGraphqlRequest(request);
  const keepsStatus200 = isGraphql && keepsStatus200ForPlainJson(extensions.code) && acceptsJson(accept);
  reply.code(keepsStatus200 ? 200 : extensions.status).header('cache-control', 'no-store');
  // No hook sets these for a URL that cannot be routed.
  setResponseHeaders(reply);
  if (isGraphql) {
    const docUrl = docUrlOf(extensions.code, publicUrl);
    const body = { errors: [{ message, extensions: { ...extensions, docUrl } }] };
    reply.type(keepsStatus200 ? jsonMediaType : responseMediaType(accept)).send(JSON.stringify(body));
    return;
  }
  if (error.reason === 'ROUTE_NOT_FOUND' && prefersPage(accept)) {
    sendUnknownPage(reply, publicUrl);
    return;
  }
  reply.type(jsonMediaType).send(restErrorBody(error));
}

function sendUnknownPage(reply: FastifyReply, publicUrl: string): void {
  const { staticPages } = reply.server;
  if (staticPages !== null) {
    staticPages.sendUnknown(reply).catch((error: Error) => reply.send(error));
    return;
  }
  // The links are absolute, because the URL may be in any folder.
  const content = renderUnknown(`${publicUrl}/`);
  withPlainPageHeaders(reply).send(renderPlainPage({ title: 'Page not found', content }));
}

/** Returns the ids in a REST path, except malformed ones, which could be arbitrary text. */
function targetOf({ params }: FastifyRequest): ErrorTarget {
  const { org_id, project_id, task_id, task_run_id } = (params ?? {}) as Partial<Record<string, string>>;
  const idOf = (text: string | undefined) => (isResourceId(text) ? text.toLowerCase() : undefined);
  return { orgId: idOf(org_id), projectId: idOf(project_id), taskId: idOf(task_id), id: idOf(task_run_id) };
}

/** Returns the challenge, without an error if the request had no credentials (RFC 6750 §3.1). */
function challenge(reason: Reason, { routeOptions }: FastifyRequest): string {
  const metadata = routeOptions?.config?.resourceMetadata?.();
  const parameters = [
    ...(reason === 'MISSING_AUTHENTICATION' ? [] : ['error="invalid_token"']),
    ...(metadata === undefined ? [] : [`resource_metadata="${metadata}"`]),
  ];
  return ['Bearer', parameters.join(', ')].filter(Boolean).join(' ');
}

function isGraphqlRequest({ url, routeOptions, server }: FastifyRequest): boolean {
  // The admin port does not have this route.
  if (url.split('?', 1)[0] === graphqlPath) return server.hasRoute({ method: 'GET', url: graphqlPath });
  return routeOptions?.url?.startsWith(`${graphqlPath}/`) === true;
}
