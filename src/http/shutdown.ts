// Ending without breaking requests: clients are told to send no further ones on their connections; then nothing new is
// accepted, requests in flight are completed, and the connections go.

import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

interface TrackedConnections {
  /** From now on every response is the last of its connection, while new connections are still accepted. */
  announceShutdown(): void;
  /** Closes the server; resolves when no connection is left, which takes `timeoutMs` at most. */
  drain(timeoutMs: number): Promise<void>;
}

/** Has to be called before the server listens, so that it knows every connection. */
export function trackConnections(server: Server): TrackedConnections {
  const responsesBySocket = new Map<Socket, Set<ServerResponse>>();
  let isEnding = false;
  let isDraining = false;

  server.on('connection', (socket) => {
    responsesBySocket.set(socket, new Set());
    socket.once('close', () => responsesBySocket.delete(socket));
    // The headers of a request still arriving are not a request yet, but bytes that came are one soon.
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
      // By default close() destroys connections whose response was handed over, though most of it may still have to be sent.
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

/** Until the event loop has been through its sockets once, wherever in its round it was. */
async function readPendingInput(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

/** The client shall not send its next request here, where it would be lost. */
function announceConnectionClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
