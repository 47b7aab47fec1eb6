// Limits connections. Clients keep them open between requests, so the first clients could lock out all others. Beyond
// the maximum, the connection is closed that has been idle longest, of the address that has most connections.

import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

// limit | HTTP | time between two requests while more than half of `MAX_CONNECTIONS` are in use | s | the connection is closed
/** The keep-alive timeout while more than half of the connections are in use. */
const busyKeepAliveMs = 10_000;

interface Connection {
  readonly socket: Socket;
  readonly addressGroup: AddressGroup;
  /** Requests without a complete response. */
  requests: number;
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

/** Counts a connection as in use until it is closed: after an upgrade, it has no requests. */
export function holdConnection(socket: Duplex): void {
  const connection = connectionOf.get(socket);
  if (connection !== undefined) beginRequest(connection);
}

/** Returns how many requests of a connection have no complete response yet. */
export function unansweredRequests(socket: Duplex): number {
  return connectionOf.get(socket)?.requests ?? 0;
}

// limit | HTTP | pipelined requests of one connection without a response | | the connection is closed
const maxUnanswered = 32;

/**
 * Closes a connection with too many pipelined requests. Node starts all requests of a chunk at once, hundreds of them,
 * before it serves any other connection.
 * @returns whether it is closed: requests that were read before still arrive
 */
export function closeIfPipelining(socket: Socket): boolean {
  if (unansweredRequests(socket) > maxUnanswered) socket.destroy();
  return socket.destroyed;
}

/**
 * Closes an idle connection beyond the maximum, or the new one where none is idle. `server.maxConnections` would pass
 * the new one on to the next of several processes on one port, and so on: while all of them are full, the parent would
 * do nothing else.
 */
export function limitConnections(server: Server, max: () => number): void {
  const addressGroups = new Map<string, AddressGroup>();
  const keepAliveMs = server.keepAliveTimeout;
  let count = 0;
  let sequence = 0;

  server.prependListener('connection', (socket) => {
    const connection = open(socket);
    socket.once('close', () => leave(connection));
    if (count > max()) {
      const surplus = longestIdle(addressGroups, connection) ?? connection;
      leave(surplus);
      surplus.socket.destroy();
    }
  });
  server.prependListener('request', ({ socket }, response: ServerResponse) => {
    const connection = connectionOf.get(socket);
    if (connection === undefined) return;
    beginRequest(connection);
    response.once('close', () => {
      connection.requests -= 1;
      if (connection.requests === 0 && connection.isOpen) rest(connection);
    });
  });

  function open(socket: Socket): Connection {
    const name = addressGroupKey(socket.remoteAddress ?? '');
    const addressGroup = addressGroups.get(name) ?? { name, connections: 0, idle: new Set() };
    addressGroups.set(name, addressGroup);
    addressGroup.connections += 1;
    const connection = { socket, addressGroup, requests: 0, idleSince: 0, isOpen: true };
    connectionOf.set(socket, connection);
    rest(connection);
    resize(1);
    return connection;
  }

  function leave(connection: Connection): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    const { addressGroup } = connection;
    addressGroup.idle.delete(connection);
    addressGroup.connections -= 1;
    if (addressGroup.connections === 0) addressGroups.delete(addressGroup.name);
    resize(-1);
  }

  function rest(connection: Connection): void {
    connection.idleSince = sequence += 1;
    connection.addressGroup.idle.add(connection);
  }

  function resize(change: number): void {
    count += change;
    server.keepAliveTimeout = count > max() / 2 ? Math.min(busyKeepAliveMs, keepAliveMs) : keepAliveMs;
  }
}

function beginRequest(connection: Connection): void {
  connection.requests += 1;
  connection.addressGroup.idle.delete(connection);
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
