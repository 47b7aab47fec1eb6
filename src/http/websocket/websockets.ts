// GraphQL over WebSocket: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type GraphQLError, type GraphQLSchema, parse } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { commonBearerToken } from '../../access/tokens/bearer-token.js';
import type { TrustedIssuers } from '../../access/tokens/trusted-issuers.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { EventStreamError } from '../../graphql/operation/event-stream.js';
import type { Operations } from '../../graphql/operation/operations.js';
import { isJsonObject } from '../../json/is-json-object.js';
import { assertLevels } from '../../json/levels.js';
import { declareLimit } from '../../limits.js';
import type { MemoryLedger } from '../../memory/memory-ledger.js';
import type { IncomingRequest } from '../../request/incoming-request.js';
import type { Scopes } from '../../request/scope.js';
import { maxTimerMs } from '../../time-limit.js';
import { holdWebSocket } from '../connections.js';
import { respondOnSocket } from '../error-responses.js';
import { graphqlPath } from '../paths.js';
import { isUrlTooLong } from '../request-checks.js';
import type { ConnectionLog } from '../request-log.js';
import { receiverOptions, tryAgainLater, WebSocketConnection } from './websocket-connection.js';
import { type ResponseText, WebSocketOperation } from './websocket-operation.js';

interface WebSocketOptions {
  readonly operations: Operations;
  readonly issuers: Pick<TrustedIssuers, 'verify' | 'isTrusted'>;
  readonly scopes: Scopes;
  readonly openLog: (upgrade: IncomingMessage) => ConnectionLog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly memory: MemoryLedger;
  readonly maxMessageBytes: number;
}

const initTimeoutMs = declareLimit(10_000, {
  section: 'HTTP',
  name: 'time for a WebSocket to send its `connection_init`',
  unit: 'ms',
  shownAs: 's',
  beyond: 'closed: 4408',
});
/** Maximum number of concurrent operations on one connection. */
const maxOperations = declareLimit(100, {
  section: 'HTTP',
  name: 'concurrent operations of a WebSocket',
  beyond: '`RATE_LIMITED`',
});
/** A connection is ended if it sent no pong for the previous ping. */
const pingIntervalMs = declareLimit(20_000, {
  section: 'HTTP',
  name: 'time between two pings of a WebSocket',
  unit: 'ms',
  shownAs: 's',
  beyond: 'closed if the last ping was not answered',
});
/** The time for a client to confirm the close. */
const closeTimeoutMs = declareLimit(1000, {
  section: 'HTTP',
  name: 'time for WebSockets to close at shutdown',
  unit: 'ms',
  shownAs: 's',
  beyond: 'their connections are reset',
});

const goingAway = 1001;

/** A placeholder for the document that graphql-ws requires. The text of the message is executed instead. */
const document = parse('{ __typename }');

/** The operations that a server accepts over WebSockets with the `graphql-transport-ws` protocol. */
export class GraphqlWebSockets {
  readonly #sockets = new WebSocketServer({ ...receiverOptions, noServer: true, handleProtocols });
  readonly #connections = new Set<WebSocketConnection>();
  readonly #protocol = makeServer<Record<string, unknown>, WebSocketConnection>({
    connectionInitWaitTimeout: initTimeoutMs,
    onConnect: ({ extra: connection, connectionParams = {} }) => this.#authenticate(connection, connectionParams),
    // The pong repeats the payload.
    onPing: (_context, payload) => assertLevels(payload, ['payload']),
    onSubscribe: ({ extra: connection }, _id, payload) => ({
      schema: {} as GraphQLSchema,
      document,
      rootValue: this.#beginOperation(connection, payload),
    }),
    execute: ({ rootValue }) => rootValue as AsyncIterable<ResponseText>,
    onNext: ({ extra: connection }, _id, _payload, _args, response) =>
      connection.payloadOf(response as ResponseText) as Record<string, unknown>,
    onError: ({ extra: connection }, _id, _payload, [error]) => toErrors(error!, connection.request),
  });
  readonly #pings = setInterval(() => this.#ping(), pingIntervalMs).unref();

  /** @param server accepts WebSockets from now on */
  constructor(
    private readonly server: Server,
    private readonly options: WebSocketOptions,
  ) {
    this.#sockets.on('wsClientError', (_error, socket) =>
      respondOnSocket(new GatewayError('MALFORMED_REQUEST'), socket),
    );
    server.on('upgrade', this.#upgrade);
  }

  /** Closes all connections, and accepts no new ones. */
  async close(): Promise<void> {
    this.server.off('upgrade', this.#upgrade);
    clearInterval(this.#pings);
    const open = [...this.#sockets.clients];
    const ends = open.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
    for (const socket of open) socket.close(goingAway, 'Going away');
    const timer = setTimeout(() => {
      for (const socket of open) socket.terminate();
    }, closeTimeoutMs);
    await Promise.all(ends);
    clearTimeout(timer);
  }

  readonly #upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (isUrlTooLong(request.url!)) return respondOnSocket(new GatewayError('URI_TOO_LONG'), socket);
    if (request.url!.split('?', 1)[0] !== graphqlPath) {
      return respondOnSocket(new GatewayError('ROUTE_NOT_FOUND'), socket);
    }
    holdWebSocket(socket);
    this.#sockets.handleUpgrade(request, socket, head, (websocket) => this.#serve(websocket, request));
  };

  #serve(socket: WebSocket, upgrade: IncomingMessage): void {
    const log = this.options.openLog(upgrade);
    const { request } = log;
    const connection = new WebSocketConnection(socket, upgrade, request, this.options);
    this.#connections.add(connection);
    const closed = connection.open(this.#protocol, (fault) => {
      if (socket.readyState === socket.OPEN) connection.close(...closeReason(fault, request));
    });
    socket.once('close', (code, reason) => {
      this.#connections.delete(connection);
      closed(code, String(reason)).catch((error) =>
        request.log.error({ err: error }, 'cleanup after a closed WebSocket failed'),
      );
      log.end(connection.closeCode ?? code);
    });
  }

  /** @returns false if the connection has closed in the meantime @throws GatewayError */
  async #authenticate(connection: WebSocketConnection, params: Readonly<Record<string, unknown>>): Promise<boolean> {
    const { socket, rawHeaders, request } = connection;
    const { issuers, now } = this.options;
    request.setTraceparent(params.traceparent);
    const token = commonBearerToken([rawHeaders, ...authorizationsIn(params)]);
    const caller = await request.authenticate(issuers.verify(token));
    // Otherwise it would never be closed.
    if (socket.readyState !== socket.OPEN) return false;
    connection.admit(caller);
    const expire = () => connection.close(CloseCode.Unauthorized, 'Token expired');
    const timer = setTimeout(expire, Math.min(Math.max(caller.expiresAt * 1000 - now(), 0), maxTimerMs));
    socket.once('close', () => clearTimeout(timer));
    return true;
  }

  /** @throws GatewayError INVALID_TOKEN if the issuer was withdrawn */
  #beginOperation(connection: WebSocketConnection, payload: SubscribePayload): WebSocketOperation {
    const { operations, issuers, scopes } = this.options;
    // The protocol rejects operations before the connection is acknowledged.
    if (!issuers.isTrusted(connection.caller!)) throw new GatewayError('INVALID_TOKEN');
    const context = scopes.openScope(connection.request, null);
    connection.beginOperation();
    const body = connection.takeBody();
    const onEnd = () => {
      connection.endOperation();
      body?.close();
    };
    const onStream = (signal: AbortSignal) => connection.followStream(signal);
    const exceedsOperationLimit = connection.operations > maxOperations;
    const rejection = exceedsOperationLimit ? 'RATE_LIMITED' : body === null ? 'QUEUE_TIMEOUT' : null;
    return new WebSocketOperation({ operations, context, payload, rejection, onStream, onEnd });
  }

  #ping(): void {
    for (const connection of this.#connections) {
      const { caller } = connection;
      const isWithdrawn = caller && !this.options.issuers.isTrusted(caller);
      if (isWithdrawn) connection.close(CloseCode.Unauthorized, 'Issuer no longer trusted');
      connection.ping();
    }
  }
}

/**
 * Returns each header in which `connection_init` sends a token. Browsers cannot set headers of the upgrade, so clients
 * in browsers send them as members of the payload or of its `headers`.
 */
function authorizationsIn(params: Readonly<Record<string, unknown>>): string[][] {
  const members = [params, ...named(params, 'headers').filter(isJsonObject)];
  return members
    .flatMap((member) => named(member, 'authorization'))
    .flatMap((value) => (typeof value === 'string' ? [['authorization', value]] : []));
}

/** Returns the values of all members with this name, in any letter case. */
function named(object: Readonly<Record<string, unknown>>, name: string): unknown[] {
  return Object.entries(object).flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
}

function toErrors(error: GraphQLError, { id, log }: IncomingRequest) {
  if (error.originalError instanceof EventStreamError) return error.originalError.errors;
  log.error({ err: error.originalError ?? error }, 'operation failed');
  const { message, extensions } = new GatewayError('INTERNAL_SERVER_ERROR', { requestId: id });
  return [{ message, extensions }];
}

/** Close codes by the status of an error. */
const closeCodes: Readonly<Record<number, number>> = { 401: CloseCode.Unauthorized, 422: CloseCode.BadRequest };

/** Returns the close code and reason for a connection that must be closed. */
function closeReason(fault: unknown, request: IncomingRequest): [code: number, reason: string] {
  if (fault instanceof GatewayError) {
    request.recordError(fault);
    return [closeCodes[fault.extensions.status] ?? tryAgainLater, fault.message];
  }
  // The client sent a message that only servers send.
  if (/^Unexpected message/.test((fault as Error).message)) return [CloseCode.BadRequest, 'Invalid message received'];
  request.log.error({ err: fault }, 'WebSocket failed');
  return [CloseCode.InternalServerError, 'Internal server error'];
}
