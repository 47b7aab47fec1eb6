import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Returns a port without a listener, for a program that cannot report the port that it has chosen. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnFreePort(server);
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Makes a server listen on a port that stays free until the server returns, outside the range for client connections.
 */
export async function listenOnFreePort(server: Server): Promise<number> {
  for (;;) {
    // Below the ports that Linux assigns to clients, and to servers that request any port.
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    server.listen(port, '127.0.0.1');
    const isListening = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (isListening) return port;
  }
}
