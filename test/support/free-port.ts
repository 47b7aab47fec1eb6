import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port that nothing listens on, for a program that cannot tell which one it has taken. */
export function freePort(): Promise<number> {
  return portOf(0);
}

/** One that is still free when the program that had it starts again: connections of clients do not take it meanwhile. */
export async function stablePort(): Promise<number> {
  for (;;) {
    // Below those that Linux gives to clients.
    const port = await portOf(20_000 + Math.floor(Math.random() * 12_000)).catch(() => null);
    if (port !== null) return port;
  }
}

async function portOf(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
