// Shuts down without breaking requests. Responses first announce that their connections close. Then no connection is
// accepted any more, requests in flight are completed, and the connections are closed.

import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

interface TrackedConnections {
  /** Makes every further response the last of its connection. New connections are still accepted. */
  announceShutdown(): void;
  /** Closes the server. Resolves when no connection is left, at the latest after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

/** Tracks connections. Must be called before the server listens, so that none is missed. */
export function trackConnections(server: Server): TrackedConnections {
  const responsesBySocket = new Map<Socket, Set<ServerResponse>>();
  let isEnding = false;
  let isDraining = false;

  server.on('connection', (socket) => {
    responsesBySocket.set(socket, new Set());
    socket.once('close', () => responsesBySocket.delete(socket));
    // Connections that were waiting have been accepted by `readPendingInput`; this one is new.
    if (isDraining) socket.destroy();
  });
  server.prependListener('request', ({ socket }, response: ServerResponse) => {
    const responses = responsesBySocket.get(socket);
    responses?.add(response);
    if (isEnding) announceConnectionClose(response);
    response.once('close', () => {
      responses?.delete(response);
      if (isEnding && responses?.size === 0) socket.end();
    });
  });

  const announceShutdown = () => {
    isEnding = true;
    for (const responses of responsesBySocket.values())
      for (const response of responses) announceConnectionClose(response);
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
      for (const [socket, responses] of responsesBySocket) if (responses.size === 0) socket.destroy();
      const forced = setTimeout(() => {
        for (const socket of responsesBySocket.keys()) socket.destroy();
      }, timeoutMs);
      await closed;
      clearTimeout(forced);
    },
  };
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
