// A proxy in front of PostgreSQL that counts the statements in the protocol: every Execute and every simple Query,
// including BEGIN and COMMIT. It is used while results are checked, but never while contestants are timed.

import { connect, createServer } from 'node:net';

const execute = 'E'.charCodeAt(0);
const simpleQuery = 'Q'.charCodeAt(0);

/**
 * @param {string} databaseUrl
 * @returns {Promise<{ url: string, statements: () => number, close: () => void }>} the URL to connect to instead
 */
export async function createStatementCounter(databaseUrl) {
  const target = new URL(databaseUrl);
  let statements = 0;
  const sockets = new Set();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    const count = createMessageReader((type) => {
      if (type === execute || type === simpleQuery) statements += 1;
    });
    client.on('data', count);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${server.address().port}`;
  return {
    url: url.href,
    statements: () => statements,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Splits a client's bytes into protocol messages. Only the first one, the start-up message, has no type byte. */
function createMessageReader(onMessage) {
  let rest = Buffer.alloc(0);
  let isStarted = false;
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const typeBytes = isStarted ? 1 : 0;
      if (rest.length < typeBytes + 4) return;
      const length = typeBytes + rest.readUInt32BE(typeBytes);
      if (rest.length < length) return;
      if (isStarted) onMessage(rest[0]);
      isStarted = true;
      rest = rest.subarray(length);
    }
  };
}
