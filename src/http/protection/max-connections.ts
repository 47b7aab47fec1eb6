import type { Server } from 'node:http';

/**
 * Closes the newest connections beyond a maximum. `server.maxConnections` would hand them to the next process of several
 * on one port, which hands them on again, for as long as all of them have too many: a parent that does nothing else.
 */
export function limitConnections(server: Server, max: () => number): void {
  let count = 0;
  server.prependListener('connection', (socket) => {
    count += 1;
    socket.once('close', () => {
      count -= 1;
    });
    if (count > max()) socket.destroy();
  });
}
