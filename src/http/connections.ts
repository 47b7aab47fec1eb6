// Owns what the connections of a server hold: their responses, and all that is released when these end. Limits both, and
// closes them without breaking requests when the server shuts down.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

export interface Connections {
  /** Bytes sent on all connections, closed ones included. */
  readonly sentBytes: number;
  /** Whether `announceShutdown` was called. */
  readonly isShuttingDown: boolean;
  /** Makes every further response the last of its connection. New connections are still accepted. */
  announceShutdown(): void;
  /**
   * Closes the server: accepts no connection any more, completes the requests in flight, and closes the connections.
   * Resolves when no connection is left, at the latest after `timeoutMs`.
   */
  drain(timeoutMs: number): Promise<void>;
}

interface Connection {
  readonly socket: Socket;
  readonly addressGroup: AddressGroup;
  /** Responses that are not complete, the current one first. */
  readonly responses: Map<ServerResponse, HeldResponse>;
  /** Set while it is a WebSocket, which has no responses. */
  webSocket: { readonly startedAt: number; isAdmitted: boolean } | undefined;
  /** A sequence number: the later it became idle, the higher. */
  idleSince: number;
  isOpen: boolean;
}

interface HeldResponse {
  readonly request: IncomingMessage;
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** Called when the response has ended, sent or not. */
  readonly releases: (() => void)[];
  credentials: Credentials | undefined;
}

/** The credentials of a request that were accepted, and whether a token is still being verified. */
export interface Credentials {
  readonly caller?: object | undefined;
  readonly linkSubject?: string | undefined;
  readonly isVerifying?: boolean;
}

interface AddressGroup {
  readonly name: string;
  readonly connections: Set<Connection>;
  /** The longest idle first. */
  readonly idle: Set<Connection>;
}

const connectionOf = new WeakMap<Duplex, Connection>();

// limit | HTTP | time between two requests while more than half of `MAX_CONNECTIONS` are in use | s | the connection is closed
/** The keep-alive timeout while more than half of the connections are in use. */
const busyKeepAliveMs = 10_000;

// limit | HTTP | pipelined requests of one connection without a response | | the connection is closed
const maxUnanswered = 32;

// limit | HTTP | time of a request without an accepted token while `MAX_CONNECTIONS` are in use | s | a new connection takes its place
/** Requests without accepted credentials give way to new connections after this time. */
const patienceMs = 2000;

// limit | HTTP | time for the rest of a body that was answered before its end | s | the connection is closed
/** Bytes that come in this time are discarded, so that the client can read the response. */
const discardMs = 1000;

/**
 * Calls `release` once the response has ended: sent, failed, or with its connection, at which Node emits no `close` for a
 * response that waits behind another one. Calls it at once if the response has ended already.
 */
export function whenResponseEnds(response: ServerResponse, release: () => void): void {
  const held = connectionOf.get(response.req.socket)!.responses.get(response);
  if (held === undefined) release();
  else held.releases.push(release);
}

/** Ends a response with its connection, also one that has no socket of its own yet. */
export function endConnectionOf(response: ServerResponse): void {
  response.req.socket.destroy();
}

/** Names the credentials of a request, which are set once they are accepted. */
export function followCredentials(response: ServerResponse, credentials: Credentials): void {
  const held = connectionOf.get(response.req.socket)?.responses.get(response);
  if (held !== undefined) held.credentials = credentials;
}

/** Counts an upgraded connection as in use, but without an accepted token until `admitWebSocket`. */
export function holdWebSocket(socket: Duplex): void {
  const connection = connectionOf.get(socket);
  if (connection === undefined) return;
  connection.webSocket = { startedAt: performance.now(), isAdmitted: false };
  connection.addressGroup.idle.delete(connection);
}

export function admitWebSocket(socket: Duplex): void {
  const webSocket = connectionOf.get(socket)?.webSocket;
  if (webSocket !== undefined) webSocket.isAdmitted = true;
}

/**
 * Closes a connection with too many pipelined requests. Node starts all requests of a chunk at once, hundreds of them,
 * before it serves any other connection.
 * @returns whether it is closed: requests that were read before still arrive
 */
export function closeIfPipelining(socket: Socket): boolean {
  const connection = connectionOf.get(socket);
  if (connection !== undefined && connection.responses.size > maxUnanswered) socket.destroy();
  return socket.destroyed;
}

/**
 * Must be called before the server listens, so that no connection is missed. Clients keep connections open between
 * requests, so the first clients could lock out all others. Above the maximum, closes the connection that has been idle
 * longest, of the address with the most connections. If none is idle, closes the oldest one of that address whose request
 * has no accepted token, else the new one. `server.maxConnections` would pass the new one on to the next of several
 * processes on one port, and so on: while all of them are full, the parent would do nothing else.
 * @param max the most connections; by default there is no limit
 */
export function followConnections(server: Server, max: () => number = () => Number.POSITIVE_INFINITY): Connections {
  const connections = new Set<Connection>();
  const addressGroups = new Map<string, AddressGroup>();
  const sockets = new Set<Socket>();
  const keepAliveMs = server.keepAliveTimeout;
  let sequence = 0;
  let isShuttingDown = false;
  let isDraining = false;
  let sentOnClosed = 0;

  server.prependListener('connection', (socket) => {
    // Connections that were waiting have been accepted by `readPendingInput`; this one is new.
    if (isDraining) return void socket.destroy();
    const connection = open(socket);
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      sentOnClosed += socket.bytesWritten;
      leave(connection);
      for (const response of [...connection.responses.keys()]) if (response.socket === null) emitClose(response);
    });
    if (connections.size > max()) {
      const surplus = longestIdle(addressGroups, connection) ?? oldestNotAdmitted(addressGroups) ?? connection;
      leave(surplus);
      surplus.socket.destroy();
    }
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const connection = connectionOf.get(request.socket);
    if (connection === undefined) return;
    const held = { request, startedAt: performance.now(), releases: [], credentials: undefined };
    connection.responses.set(response, held);
    connection.addressGroup.idle.delete(connection);
    if (isShuttingDown) announceConnectionClose(response);
    response.once('close', () => end(connection, response, held));
  });

  const announceShutdown = () => {
    isShuttingDown = true;
    for (const { responses } of connections) for (const response of responses.keys()) announceConnectionClose(response);
  };
  return {
    get sentBytes() {
      let sent = sentOnClosed;
      for (const { bytesWritten } of sockets) sent += bytesWritten;
      return sent;
    },
    get isShuttingDown() {
      return isShuttingDown;
    },
    announceShutdown,
    async drain(timeoutMs) {
      announceShutdown();
      // Closing resets connections that wait to be accepted.
      await readPendingInput();
      isDraining = true;
      // Otherwise, close() would destroy connections whose response was passed to Node, even if most of it is not sent
      // yet.
      server.closeIdleConnections = () => {};
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await readPendingInput();
      for (const { socket, responses } of connections) if (responses.size === 0) socket.destroy();
      const forced = setTimeout(() => {
        for (const { socket } of connections) socket.destroy();
      }, timeoutMs);
      await closed;
      clearTimeout(forced);
    },
  };

  function open(socket: Socket): Connection {
    const name = addressGroupKey(socket.remoteAddress ?? '');
    const addressGroup = addressGroups.get(name) ?? { name, connections: new Set(), idle: new Set() };
    addressGroups.set(name, addressGroup);
    const connection: Connection = {
      socket,
      addressGroup,
      responses: new Map(),
      webSocket: undefined,
      idleSince: 0,
      isOpen: true,
    };
    connectionOf.set(socket, connection);
    connections.add(connection);
    addressGroup.connections.add(connection);
    markIdle(connection);
    adjustKeepAlive();
    return connection;
  }

  function end(connection: Connection, response: ServerResponse, { request, releases }: HeldResponse): void {
    connection.responses.delete(response);
    for (const release of releases) release();
    if (!request.complete && connection.isOpen) discardRest(request);
    if (connection.responses.size > 0) return;
    if (isShuttingDown) connection.socket.end();
    if (connection.isOpen && connection.webSocket === undefined) markIdle(connection);
  }

  function leave(connection: Connection): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    const { addressGroup } = connection;
    addressGroup.idle.delete(connection);
    addressGroup.connections.delete(connection);
    if (addressGroup.connections.size === 0) addressGroups.delete(addressGroup.name);
    connections.delete(connection);
    adjustKeepAlive();
  }

  function markIdle(connection: Connection): void {
    connection.idleSince = sequence += 1;
    connection.addressGroup.idle.add(connection);
  }

  function adjustKeepAlive(): void {
    server.keepAliveTimeout = connections.size > max() / 2 ? Math.min(busyKeepAliveMs, keepAliveMs) : keepAliveMs;
  }
}

/** Compares the oldest idle connection of each address, instead of all connections. */
function longestIdle(addressGroups: ReadonlyMap<string, AddressGroup>, except: Connection): Connection | undefined {
  let longest: Connection | undefined;
  for (const { idle } of addressGroups.values()) {
    const [first] = idle;
    // The new connection is the last of its address, so the address has no other idle one.
    if (first === undefined || first === except) continue;
    if (longest === undefined || isBefore(first, longest)) longest = first;
  }
  return longest;
}

/** Returns the oldest connection of the address with the most connections whose request has run for a while without an accepted token. */
function oldestNotAdmitted(addressGroups: ReadonlyMap<string, AddressGroup>): Connection | undefined {
  let largest: AddressGroup | undefined;
  for (const group of addressGroups.values()) {
    if (largest === undefined || group.connections.size > largest.connections.size) largest = group;
  }
  let oldest: Connection | undefined;
  let oldestSince = performance.now() - patienceMs;
  for (const connection of largest!.connections) {
    const since = notAdmittedSince(connection);
    if (since > oldestSince) continue;
    oldest = connection;
    oldestSince = since;
  }
  return oldest;
}

/** Returns when the current request began, if its caller is not admitted; else infinity. */
function notAdmittedSince({ webSocket, responses }: Connection): number {
  if (webSocket !== undefined) return webSocket.isAdmitted ? Number.POSITIVE_INFINITY : webSocket.startedAt;
  for (const [response, { request, startedAt, credentials }] of responses) {
    const { caller, linkSubject, isVerifying } = credentials ?? {};
    if (caller !== undefined || linkSubject !== undefined) break;
    // A route without tokens may take its time: it counts only while it waits for the client.
    if (isVerifying || !request.complete || response.writableLength > 0) return startedAt;
    break;
  }
  return Number.POSITIVE_INFINITY;
}

function isBefore(one: Connection, other: Connection): boolean {
  const difference = one.addressGroup.connections.size - other.addressGroup.connections.size;
  return difference > 0 || (difference === 0 && one.idleSince < other.idleSince);
}

/** Returns an IPv4 address, or the 64 bits of an IPv6 address that a network gives to one customer. */
export function addressGroupKey(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [start = [], end = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  return [...start, ...Array(8 - start.length - end.length).fill('0'), ...end].slice(0, 4).join(':');
}

/** Ends a response as Node ends the one that has the socket. */
function emitClose(response: ServerResponse): void {
  // Fastify closes the source of a stream by them.
  Object.assign(response, { destroyed: true, _closed: true });
  response.emit('close');
}

/** Reads the rest of an unexpected body after its response, for a short time. */
function discardRest(request: IncomingMessage): void {
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, discardMs).unref();
}

/** Waits until the event loop has polled all sockets once, at whichever phase it was. */
async function readPendingInput(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** Tells the client by a header to send its next request on another connection. */
function announceConnectionClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
