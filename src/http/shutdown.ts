// Ending without breaking requests: nothing new is accepted, what is running is answered, then the connections go.

import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Closes a server; resolves when no connection is left, which takes `timeoutMs` at most. */
export type DrainConnections = (timeoutMs: number) => Promise<void>;

/** Has to be called before the server listens, so that it knows every connection. */
export function trackConnections(server: Server): DrainConnections {
  const requestsOn = new Map<Socket, number>();
  let isDraining = false;

  server.on('connection', (socket) => {
    requestsOn.set(socket, 0);
    socket.once('close', () => requestsOn.delete(socket));
    // The headers of a request still arriving are not a request yet, but bytes that came are one soon.
    if (isDraining) socket.destroy();
  });
  server.prependListener('request', ({ socket }, response: ServerResponse) => {
    requestsOn.set(socket, (requestsOn.get(socket) ?? 0) + 1);
    if (isDraining) response.setHeader('connection', 'close');
    response.once('close', () => {
      const left = (requestsOn.get(socket) ?? 1) - 1;
      requestsOn.set(socket, left);
      if (isDraining && left === 0) socket.end();
    });
  });

  return async (timeoutMs) => {
    isDraining = true;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const [socket, requests] of requestsOn) if (requests === 0) socket.destroy();
    const forced = setTimeout(() => {
      for (const socket of requestsOn.keys()) socket.destroy();
    }, timeoutMs);
    await closed;
    clearTimeout(forced);
  };
}
