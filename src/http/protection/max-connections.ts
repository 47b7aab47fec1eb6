// Room for connections. Clients keep them open between requests, so the first ones could keep everybody else out: beyond
// the maximum the connection goes that has been idle longest, of the address that has most connections.

import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

// limit | HTTP | time between two requests while more than half of the connections are in use | s | the connection is closed
/** Keep-alive while more than half of the connections are in use. */
const busyKeepAliveMs = 10_000;

interface Connection {
  readonly socket: Socket;
  readonly addressGroup: AddressGroup;
  /** Requests without a complete response. */
  requests: number;
  /** The higher the later it became idle. */
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

/** Has a connection count as in use until it is closed: behind an upgrade there are no requests. */
export function holdConnection(socket: Duplex): void {
  const connection = connectionOf.get(socket);
  if (connection !== undefined) beginRequest(connection);
}

/** Returns how many requests of a connection have no complete response yet. */
export function unansweredRequests(socket: Duplex): number {
  return connectionOf.get(socket)?.requests ?? 0;
}

/**
 * Closes idle connections beyond a maximum, or the new one where none is idle. `server.maxConnections` would hand the new one
 * to the next process of several on one port, which hands it on again, for as long as all of them have too many: a parent
 * that does nothing else.
 */
export function limitConnections(server: Server, max: () => number): void {
  const addressGroups = new Map<string, AddressGroup>();
  const keepAliveMs = server.keepAliveTimeout;
  let count = 0;
  let turn = 0;

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
    connection.idleSince = turn += 1;
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

/** Looks at addresses, not at all connections. */
function longestIdle(addressGroups: ReadonlyMap<string, AddressGroup>, except: Connection): Connection | undefined {
  let longest: Connection | undefined;
  for (const { idle } of addressGroups.values()) {
    const [first] = idle;
    // The new one is the last of its address.
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
