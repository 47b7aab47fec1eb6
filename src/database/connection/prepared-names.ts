// A connection and its server keep every prepared statement until the connection is closed. Callers' filters produce an
// unlimited number of statements, so each connection keeps the most recently used ones and closes the others.

import type { PoolClient } from 'pg';

const namesOf = new WeakMap<PoolClient, Set<string>>();

/**
 * Marks a name as the most recently used.
 * @returns the name to close if there are more than `max`
 */
export function trackPrepared(client: PoolClient, name: string, max: number): string | undefined {
  let names = namesOf.get(client);
  if (names === undefined) {
    names = new Set();
    namesOf.set(client, names);
  }
  names.delete(name);
  names.add(name);
  if (names.size <= max) return undefined;
  const [oldest] = names;
  names.delete(oldest!);
  return oldest;
}

interface ProtocolConnection {
  readonly parsedStatements: Record<string, string>;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
}

/** Closes a prepared statement on the server. @throws Error when the connection breaks */
export function closePrepared(client: PoolClient, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = {
      callback: () => {},
      submit(connection: ProtocolConnection) {
        delete connection.parsedStatements[name];
        connection.close({ type: 'S', name });
        connection.sync();
        return null;
      },
      handleReadyForQuery: () => resolve(),
      handleError: reject,
    };
    client.query(query as unknown as Parameters<PoolClient['query']>[0]);
  });
}
