// Manages what a server's connections hold: their responses, and everything that is released when these end. Limits
// both, and closes connections without interrupting requests when the server shuts down.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { declareLimit } from '../limits.js';
import type { IncomingRequest } from '../request/incoming-request.js';
import { ConnectionLimit, type CountedConnection } from './connection-limit.js';

interface HeldResponse {
  readonly request: IncomingMessage;
  /** Called when the response has ended, whether it was sent or not. */
  readonly releases: (() => void)[];
  incoming: Authentication | undefined;
}

/** The sender of a request (`undefined` until it is known), and whether a token is being verified. */
type Authentication = Pick<IncomingRequest, 'requester' | 'isVerifying'>;

class Connection implements CountedConnection {
  place: CountedConnection['place'] = null;
  /** Incomplete responses, the current one first. */
  readonly responses = new Map<ServerResponse, HeldResponse>();
  /** Set while the connection is a WebSocket, which has no responses. */
  webSocket: HeldWebSocket | undefined;
  /** Whether the connection is neither closed nor replaced by another. */
  isOpen = true;
  /** The caller whose token was last accepted; before that, the connection's address. */
  #holderId: string;
  /** The number of open streams and exports. */
  #streams = 0;

  constructor(
    readonly socket: Socket,
    readonly address: string,
    private readonly limit: ConnectionLimit,
  ) {
    this.#holderId = address;
  }

  get isWaiting(): boolean {
    if (this.webSocket !== undefined) return !this.webSocket.isAdmitted;
    for (const [response, { request, incoming }] of this.responses) {
      if (!request.complete) return true;
      // A route without tokens may take its time, so it counts only while it waits for the client.
      if (incoming?.requester !== undefined) return false;
      return incoming?.isVerifying === true || response.writableLength > 0;
    }
    return false;
  }

  /**
   * Counts the connection according to its present state. A connection with a stream does not count, because streams
   * have separate limits.
   */
  count(): void {
    if (!this.isOpen || this.#streams > 0) this.limit.remove(this);
    else this.limit.put(this, this.#holderId, this.webSocket?.isIdle ?? this.responses.size === 0);
  }

  /** Counts the connection for a caller whose token was accepted, instead of for its address. */
  assignTo(callerId: string): void {
    this.#holderId = callerId;
    this.count();
  }

  changeStreams(change: 1 | -1): void {
    const hadStreams = this.#streams > 0;
    this.#streams += change;
    const hasStreams = this.#streams > 0;
    if (hasStreams !== hadStreams) this.limit.streaming += change;
    this.count();
  }

  giveWay(): void {
    this.isOpen = false;
    if (this.webSocket === undefined) this.socket.destroy();
    else this.webSocket.giveWay();
  }
}

interface HeldWebSocket {
  isAdmitted: boolean;
  isIdle: boolean;
  giveWay: () => void;
}

const connectionOf = new WeakMap<Duplex, Connection>();

/** The keep-alive timeout while more than half of the connections are in use. */
const busyKeepAliveMs = declareLimit(10_000, {
  section: 'HTTP',
  name: 'time between two requests while more than half of `MAX_CONNECTIONS` are in use',
  unit: 'ms',
  shownAs: 's',
  beyond: 'the connection is closed',
});

const maxUnanswered = declareLimit(32, {
  section: 'HTTP',
  name: 'pipelined requests on one connection without a response yet',
  beyond: 'the connection is closed',
});

/** For this long, incoming bytes are discarded, so that the client can read the response. */
const discardMs = declareLimit(1000, {
  section: 'HTTP',
  name: 'time for the rest of a body after an early response',
  unit: 'ms',
  shownAs: 's',
  beyond: 'the connection is closed',
});

/**
 * Calls `release` once the response has ended: sent, failed, or together with its connection. In the last case, Node
 * does not emit `close` for a response that waits behind another one. Calls it immediately if the response has already
 * ended.
 */
export function whenResponseEnds(response: ServerResponse, release: () => void): void {
  const held = connectionOf.get(response.req.socket)!.responses.get(response);
  if (held === undefined) release();
  else held.releases.push(release);
}

/** Ends a response together with its connection, even if the response does not have a socket yet. */
export function endConnectionOf(response: ServerResponse): void {
  response.req.socket.destroy();
}

/** Tracks which request the connection's response belongs to. The request may be authenticated later. */
export function followRequest(response: ServerResponse, incoming: Authentication): void {
  const held = connectionOf.get(response.req.socket)?.responses.get(response);
  if (held !== undefined) held.incoming = incoming;
}

/** Counts the connection of a request whose token was accepted for its caller. */
export function assignToCaller(socket: Duplex, callerId: string): void {
  connectionOf.get(socket)?.assignTo(callerId);
}

/** Counts an upgraded connection as busy, and without an accepted token until `admitWebSocket`. */
export function holdWebSocket(socket: Duplex): void {
  const connection = connectionOf.get(socket);
  if (connection === undefined) return;
  connection.webSocket = { isAdmitted: false, isIdle: false, giveWay: () => socket.destroy() };
  connection.count();
}

/** Counts a WebSocket for a caller whose token was accepted. It is idle until `setWebSocketIdle`. */
export function admitWebSocket(socket: Duplex, callerId: string, giveWay: () => void): void {
  const connection = connectionOf.get(socket);
  if (connection?.webSocket === undefined) return;
  Object.assign(connection.webSocket, { isAdmitted: true, isIdle: true, giveWay });
  connection.assignTo(callerId);
}

/** Counts a WebSocket as idle or busy. */
export function setWebSocketIdle(socket: Duplex, isIdle: boolean): void {
  const connection = connectionOf.get(socket);
  if (connection?.webSocket === undefined) return;
  connection.webSocket.isIdle = isIdle;
  connection.count();
}

/**
 * Excludes a connection from the count until the signal of its stream or export aborts, even if it has several. A
 * subscription by callback does not have a connection: only `MAX_SUBSCRIPTIONS` limits those.
 */
export function followStream(socket: Duplex, signal: AbortSignal): void {
  const connection = connectionOf.get(socket);
  if (connection === undefined || signal.aborted) return;
  connection.changeStreams(1);
  signal.addEventListener('abort', () => connection.changeStreams(-1), { once: true });
}

/**
 * Closes a connection with too many pipelined requests. Node starts all requests of a chunk at once, possibly hundreds,
 * before it serves any other connection.
 * @returns whether it is closed; requests that were read before still arrive
 */
export function closeIfPipelining(socket: Socket): boolean {
  const connection = connectionOf.get(socket);
  if (connection !== undefined && connection.responses.size > maxUnanswered) socket.destroy();
  return socket.destroyed;
}

/**
 * The connections of a server. Clients keep connections open between requests, so the first clients could lock out all
 * others. Above the maximum, one connection is therefore closed in favour of the new one. `server.maxConnections` would
 * pass the new one on to the next of several processes on the same port, and so on: while all of them are full, the
 * parent process would do nothing else.
 */
export class Connections {
  readonly #connections = new Set<Connection>();
  readonly #limit: ConnectionLimit;
  readonly #keepAliveMs: number;
  #isShuttingDown = false;
  #isDraining = false;
  #sentOnClosed = 0;

  /**
   * @param server must not listen yet, so that no connection is missed
   * @param max maximum number of connections without a stream; unlimited by default
   * @param maxOpen maximum number including connections with a stream; unlimited by default
   */
  constructor(
    private readonly server: Server,
    private readonly max = Number.POSITIVE_INFINITY,
    maxOpen = Number.POSITIVE_INFINITY,
  ) {
    this.#limit = new ConnectionLimit({ max, maxOpen });
    this.#keepAliveMs = server.keepAliveTimeout;
    server.prependListener('connection', (socket) => this.#accept(socket));
    server.prependListener('request', (request, response) => this.#begin(request, response));
  }

  /** The number of bytes sent on all connections, including closed ones. */
  get sentBytes(): number {
    let sent = this.#sentOnClosed;
    for (const { socket } of this.#connections) sent += socket.bytesWritten;
    return sent;
  }

  /** Whether `announceShutdown` was called. */
  get isShuttingDown(): boolean {
    return this.#isShuttingDown;
  }

  /** Makes every subsequent response the last one on its connection. New connections are still accepted. */
  announceShutdown(): void {
    this.#isShuttingDown = true;
    for (const { responses } of this.#connections)
      for (const response of responses.keys()) announceConnectionClose(response);
  }

  /**
   * Closes the server: stops accepting connections, completes requests in flight, and closes the connections. Resolves
   * when no connections are left, at the latest after `timeoutMs`.
   */
  async drain(timeoutMs: number): Promise<void> {
    const { server } = this;
    this.announceShutdown();
    // Closing the server resets connections that are waiting to be accepted.
    await readPendingInput();
    this.#isDraining = true;
    // Otherwise close() would destroy connections whose response was passed to Node, even if most of it has not been
    // sent yet.
    server.closeIdleConnections = () => {};
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await readPendingInput();
    for (const { socket, responses } of this.#connections) if (responses.size === 0) socket.destroy();
    const forced = setTimeout(() => {
      for (const { socket } of this.#connections) socket.destroy();
    }, timeoutMs);
    await closed;
    clearTimeout(forced);
  }

  #accept(socket: Socket): void {
    // `readPendingInput` has accepted the connections that were waiting, so this one is new.
    if (this.#isDraining) return void socket.destroy();
    const address = `address ${addressGroupKey(socket.remoteAddress ?? '')}`;
    const connection = new Connection(socket, address, this.#limit);
    connectionOf.set(socket, connection);
    this.#connections.add(connection);
    connection.count();
    this.#adjustKeepAlive();
    socket.once('close', () => this.#remove(connection));
  }

  #remove(connection: Connection): void {
    this.#connections.delete(connection);
    this.#sentOnClosed += connection.socket.bytesWritten;
    connection.isOpen = false;
    connection.count();
    this.#adjustKeepAlive();
    for (const response of [...connection.responses.keys()]) if (response.socket === null) emitClose(response);
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    const connection = connectionOf.get(request.socket);
    if (connection === undefined) return;
    const held: HeldResponse = { request, releases: [], incoming: undefined };
    connection.responses.set(response, held);
    connection.count();
    if (this.#isShuttingDown) announceConnectionClose(response);
    response.once('close', () => this.#end(connection, response, held));
  }

  #end(connection: Connection, response: ServerResponse, { request, releases }: HeldResponse): void {
    connection.responses.delete(response);
    for (const release of releases) release();
    if (!request.complete && connection.isOpen) discardRest(request);
    connection.count();
    if (this.#isShuttingDown && connection.responses.size === 0) connection.socket.end();
  }

  #adjustKeepAlive(): void {
    const isBusy = this.#limit.size > this.max / 2;
    this.server.keepAliveTimeout = isBusy ? Math.min(busyKeepAliveMs, this.#keepAliveMs) : this.#keepAliveMs;
  }
}

/** Returns an IPv4 address, or the 64 bits of an IPv6 address that networks assign to a single customer. */
export function addressGroupKey(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [start = [], end = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  return [...start, ...Array(8 - start.length - end.length).fill('0'), ...end].slice(0, 4).join(':');
}

/** Ends a response in the same way as Node ends the one that has the socket. */
function emitClose(response: ServerResponse): void {
  // Fastify checks these when it closes the source of a stream.
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

/** Waits until the event loop has polled all sockets once, regardless of its current phase. */
async function readPendingInput(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** Sets a header that makes the client send its next request on another connection. */
function announceConnectionClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
