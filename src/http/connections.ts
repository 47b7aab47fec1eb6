// Follows the connections of a server and their responses: limits both, and closes them without breaking requests when
// the server shuts down.

import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

export interface Connections {
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
  /** Responses that are not complete. */
  readonly responses: Set<ServerResponse>;
  /** Whether it is used as a WebSocket, which has no responses. */
  isUpgraded: boolean;
  /** A sequence number: the later it became idle, the higher. */
  idleSince: number;
  isOpen: boolean;
}

interface AddressGroup {
  readonly name: string;
  connections: number;
  /** The longest idle first. */
  readonly idle: Set<Connection>;
}

const connectionOf = new WeakMap<Duplex, Connection>();

// limit | HTTP | time between two requests while more than half of `MAX_CONNECTIONS` are in use | s | the connection is closed
/** The keep-alive timeout while more than half of the connections are in use. */
const busyKeepAliveMs = 10_000;

// limit | HTTP | pipelined requests of one connection without a response | | the connection is closed
const maxUnanswered = 32;

/** Counts an upgraded connection as in use until it is closed. */
export function holdConnection(socket: Duplex): void {
  const connection = connectionOf.get(socket);
  if (connection === undefined) return;
  connection.isUpgraded = true;
  connection.addressGroup.idle.delete(connection);
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
 * requests, so the first clients could lock out all others. Beyond the maximum, the connection is closed that has been
 * idle longest, of the address that has most connections, or the new one where none is idle. `server.maxConnections`
 * would pass the new one on to the next of several processes on one port, and so on: while all of them are full, the
 * parent would do nothing else.
 * @param max the most connections; by default there is no limit
 */
export function followConnections(server: Server, max: () => number = () => Number.POSITIVE_INFINITY): Connections {
  const connections = new Set<Connection>();
  const addressGroups = new Map<string, AddressGroup>();
  const keepAliveMs = server.keepAliveTimeout;
  let sequence = 0;
  let isEnding = false;
  let isDraining = false;

  server.prependListener('connection', (socket) => {
    // Connections that were waiting have been accepted by `readPendingInput`; this one is new.
    if (isDraining) return void socket.destroy();
    const connection = open(socket);
    socket.once('close', () => leave(connection));
    if (connections.size > max()) {
      const surplus = longestIdle(addressGroups, connection) ?? connection;
      leave(surplus);
      surplus.socket.destroy();
    }
  });
  server.prependListener('request', ({ socket }, response: ServerResponse) => {
    const connection = connectionOf.get(socket);
    if (connection === undefined) return;
    const { responses, addressGroup } = connection;
    responses.add(response);
    addressGroup.idle.delete(connection);
    if (isEnding) announceConnectionClose(response);
    response.once('close', () => {
      responses.delete(response);
      if (responses.size > 0) return;
      if (isEnding) socket.end();
      if (connection.isOpen && !connection.isUpgraded) rest(connection);
    });
  });

  const announceShutdown = () => {
    isEnding = true;
    for (const { responses } of connections) for (const response of responses) announceConnectionClose(response);
  };
  return {
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
    const addressGroup = addressGroups.get(name) ?? { name, connections: 0, idle: new Set() };
    addressGroups.set(name, addressGroup);
    addressGroup.connections += 1;
    const connection = {
      ...{ socket, addressGroup, responses: new Set<ServerResponse>() },
      ...{ isUpgraded: false, idleSince: 0, isOpen: true },
    };
    connectionOf.set(socket, connection);
    connections.add(connection);
    rest(connection);
    adjustKeepAlive();
    return connection;
  }

  function leave(connection: Connection): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    const { addressGroup } = connection;
    addressGroup.idle.delete(connection);
    addressGroup.connections -= 1;
    if (addressGroup.connections === 0) addressGroups.delete(addressGroup.name);
    connections.delete(connection);
    adjustKeepAlive();
  }

  function rest(connection: Connection): void {
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

function isBefore(one: Connection, other: Connection): boolean {
  const difference = one.addressGroup.connections - other.addressGroup.connections;
  return difference > 0 || (difference === 0 && one.idleSince < other.idleSince);
}

/** Returns an IPv4 address, or the 64 bits of an IPv6 address that a network gives to one customer. */
export function addressGroupKey(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [start = [], end = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  return [...start, ...Array(8 - start.length - end.length).fill('0'), ...end].slice(0, 4).join(':');
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
