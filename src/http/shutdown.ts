// Ending without breaking requests: nothing new is accepted, requests in flight are completed, then the connections go.

import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Closes a server; resolves when no connection is left, which takes `timeoutMs` at most. */
type DrainConnections = (timeoutMs: number) => Promise<void>;

/** Has to be called before the server listens, so that it knows every connection. */
export function trackConnections(server: Server): DrainConnections {
  const running = new Map<Socket, Set<ServerResponse>>();
  let isDraining = false;

  server.on('connection', (socket) => {
    running.set(socket, new Set());
    socket.once('close', () => running.delete(socket));
    // The headers of a request still arriving are not a request yet, but bytes that came are one soon.
    if (isDraining) socket.destroy();
  });
  server.prependListener('request', ({ socket }, response: ServerResponse) => {
    const responses = running.get(socket);
    responses?.add(response);
    if (isDraining) announceEnd(response);
    response.once('close', () => {
      responses?.delete(response);
      if (isDraining && responses?.size === 0) socket.end();
    });
  });

  return async (timeoutMs) => {
    isDraining = true;
    // By default close() destroys connections whose response was handed over, though most of it may still have to be sent.
    server.closeIdleConnections = () => {};
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const [socket, responses] of running) {
      if (responses.size === 0) socket.destroy();
      for (const response of responses) announceEnd(response);
    }
    const forced = setTimeout(() => {
      for (const socket of running.keys()) socket.destroy();
    }, timeoutMs);
    await closed;
    clearTimeout(forced);
  };
}

/** The client shall not send its next request here, where it would be lost. */
function announceEnd(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
