// GraphQL over WebSocket: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type GraphQLError, type GraphQLSchema, parse } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../../access/caller.js';
import { commonBearerToken } from '../../access/tokens/bearer-token.js';
import type { RequestCost } from '../../admission/request-cost.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { GatewayContext } from '../../graphql/context.js';
import type { Operations } from '../../graphql/operation/answer-operation.js';
import { EventStreamError } from '../../graphql/operation/event-stream.js';
import { isJsonObject } from '../../json/is-json-object.js';
import { assertLevels } from '../../json/levels.js';
import type { MemoryLedger } from '../../memory/memory-ledger.js';
import type { RequestLogFields } from '../../request/log-fields.js';
import { maxTimerMs } from '../../time-limit.js';
import { holdWebSocket } from '../connections.js';
import { respondOnSocket } from '../error-responses.js';
import { graphqlPath } from '../paths.js';
import { isUrlTooLong } from '../request-checks.js';
import { receiverOptions, tryAgainLater, WebSocketConnection } from './websocket-connection.js';
import { type ResponseText, WebSocketOperation } from './websocket-operation.js';

interface WebSocketOptions {
  readonly operations: Operations;
  /** Opens the log of a connection. */
  readonly openLog: (request: IncomingMessage) => ConnectionLog;
  /** @throws GatewayError */
  readonly authenticate: (token: string, logFields: RequestLogFields) => Caller | Promise<Caller>;
  /** Whether a caller's issuer is still trusted. */
  readonly isIssuerTrusted: (caller: Caller) => boolean;
  readonly createContext: (caller: Caller, logFields: RequestLogFields) => GatewayContext;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly memory: MemoryLedger;
  readonly maxMessageBytes: number;
  readonly openBodyCost: (logFields: RequestLogFields) => RequestCost;
}

interface ConnectionLog extends RequestLogFields {
  end(closeCode: number): void;
}

// limit | HTTP | time for a WebSocket to send its `connection_init` | s | closed: 4408
const initTimeoutMs = 10_000;
// limit | HTTP | operations of a WebSocket at a time | | `RATE_LIMITED`
/** Concurrent operations on one connection. */
const maxOperations = 100;
// limit | HTTP | time between two pings of a WebSocket | s | closed if the last is unanswered
/** A connection without a pong for the previous ping ends. */
const pingIntervalMs = 20_000;
// limit | HTTP | time for WebSockets to close at shutdown | s | their connections are reset
/** The time for a client to confirm the close. */
const closeTimeoutMs = 1000;

const goingAway = 1001;

/** A substitute for the document that graphql-ws requires: the text of the message is executed. */
const document = parse('{ __typename }');

/** @returns a function that closes all connections, and accepts no further ones */
export function acceptWebSockets(app: FastifyInstance, options: WebSocketOptions): () => Promise<void> {
  const { operations, openLog, authenticate, isIssuerTrusted, createContext, now } = options;
  const sockets = new WebSocketServer({ ...receiverOptions, noServer: true, handleProtocols });
  const connections = new Set<WebSocketConnection>();

  const protocol = makeServer<Record<string, unknown>, WebSocketConnection>({
    connectionInitWaitTimeout: initTimeoutMs,
    async onConnect({ extra: connection, connectionParams = {} }) {
      const { socket, rawHeaders, logFields } = connection;
      logFields.setTraceparent(connectionParams.traceparent);
      const token = commonBearerToken([rawHeaders, ...authorizationsIn(connectionParams)]);
      const caller = await authenticate(token, logFields);
      // It may have been closed meanwhile, and would never be again.
      if (socket.readyState !== socket.OPEN) return false;
      connection.admit(caller);
      const expire = () => connection.close(CloseCode.Unauthorized, 'Token expired');
      const timer = setTimeout(expire, Math.min(Math.max(caller.expiresAt * 1000 - now(), 0), maxTimerMs));
      socket.once('close', () => clearTimeout(timer));
      return true;
    },
    // The pong repeats it.
    onPing: (_context, payload) => assertLevels(payload, ['payload']),
    onSubscribe: ({ extra: connection }, _id, payload) => {
      // The protocol rejects operations before the connection is acknowledged.
      const caller = connection.caller!;
      if (!isIssuerTrusted(caller)) throw new GatewayError('INVALID_TOKEN');
      const context = createContext(caller, connection.logFields);
      connection.beginOperation();
      const body = connection.takeBody();
      const onEnd = () => {
        connection.endOperation();
        body?.close();
      };
      const onStream = (signal: AbortSignal) => connection.followStream(signal);
      const exceedsOperationLimit = connection.operations > maxOperations;
      const rejection = exceedsOperationLimit ? 'RATE_LIMITED' : body === null ? 'QUEUE_TIMEOUT' : null;
      const operation = new WebSocketOperation({ operations, context, payload, rejection, onStream, onEnd });
      return { schema: {} as GraphQLSchema, document, rootValue: operation };
    },
    execute: ({ rootValue }) => rootValue as AsyncIterable<ResponseText>,
    onNext: ({ extra: connection }, _id, _payload, _args, response) =>
      connection.payloadOf(response as ResponseText) as Record<string, unknown>,
    onError: ({ extra: connection }, _id, _payload, [error]) => toErrors(error!, connection.logFields),
  });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isUrlTooLong(request.url!)) return respondOnSocket(new GatewayError('URI_TOO_LONG'), socket);
    if (request.url!.split('?', 1)[0] !== graphqlPath) {
      return respondOnSocket(new GatewayError('ROUTE_NOT_FOUND'), socket);
    }
    holdWebSocket(socket);
    sockets.handleUpgrade(request, socket, head, (websocket) => serve(websocket, request));
  };
  sockets.on('wsClientError', (_error, socket) => respondOnSocket(new GatewayError('MALFORMED_REQUEST'), socket));
  app.server.on('upgrade', upgrade);

  const pings = setInterval(() => {
    for (const connection of connections) {
      const { caller } = connection;
      if (caller && !isIssuerTrusted(caller)) connection.close(CloseCode.Unauthorized, 'Issuer not trusted any more');
      connection.ping();
    }
  }, pingIntervalMs).unref();

  function serve(socket: WebSocket, request: IncomingMessage): void {
    const log = openLog(request);
    const connection = new WebSocketConnection(socket, request, log, options);
    connections.add(connection);
    const closed = connection.open(protocol, (fault) => {
      if (socket.readyState === socket.OPEN) connection.close(...closeReason(fault, log));
    });
    socket.once('close', (code, reason) => {
      connections.delete(connection);
      closed(code, String(reason)).catch((error) =>
        log.log.error({ err: error }, 'Cleanup after a closed WebSocket failed.'),
      );
      log.end(connection.closeCode ?? code);
    });
  }

  return async () => {
    app.server.off('upgrade', upgrade);
    clearInterval(pings);
    const open = [...sockets.clients];
    const ends = open.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
    for (const socket of open) socket.close(goingAway, 'Going away');
    const timer = setTimeout(() => {
      for (const socket of open) socket.terminate();
    }, closeTimeoutMs);
    await Promise.all(ends);
    clearTimeout(timer);
  };
}

/**
 * Returns each header by which `connection_init` sends a token: browsers cannot set headers of the upgrade, so their
 * clients send them as members of the payload or of its `headers`.
 */
function authorizationsIn(params: Readonly<Record<string, unknown>>): string[][] {
  const members = [params, ...named(params, 'headers').filter(isJsonObject)];
  return members
    .flatMap((each) => named(each, 'authorization'))
    .flatMap((value) => (typeof value === 'string' ? [['authorization', value]] : []));
}

/** Returns the values of all members with this name, in any case. */
function named(object: Readonly<Record<string, unknown>>, name: string): unknown[] {
  return Object.entries(object).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
}

function toErrors(error: GraphQLError, { id, log }: RequestLogFields) {
  if (error.originalError instanceof EventStreamError) return error.originalError.errors;
  log.error({ err: error.originalError ?? error }, 'An operation failed.');
  const { message, extensions } = new GatewayError('INTERNAL_SERVER_ERROR', { requestId: id });
  return [{ message, extensions }];
}

/** Close codes by the status of an error. */
const closeCodes: Readonly<Record<number, number>> = { 401: CloseCode.Unauthorized, 422: CloseCode.BadRequest };

/** Returns the close code and reason for a connection that has to end. */
function closeReason(fault: unknown, log: RequestLogFields): [code: number, reason: string] {
  if (fault instanceof GatewayError) {
    log.recordError(fault);
    return [closeCodes[fault.extensions.status] ?? tryAgainLater, fault.message];
  }
  // The client sent a message that only servers send.
  if (/^Unexpected message/.test((fault as Error).message)) return [CloseCode.BadRequest, 'Invalid message received'];
  log.log.error({ err: fault }, 'A WebSocket failed.');
  return [CloseCode.InternalServerError, 'Internal server error'];
}
