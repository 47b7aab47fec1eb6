// A connection may send requests before the earlier ones are answered. Node begins them all at once, hundreds of a piece
// that it has read, before it looks at any other connection.

import type { Socket } from 'node:net';
import { unansweredRequests } from './max-connections.js';

// limit | HTTP | requests of one connection that are not answered | | the connection is closed
/** Requests of one connection that are not answered yet. */
const maxUnanswered = 32;

/** Closes a connection beyond that. @returns whether it is closed: of what was read with it, the rest arrives all the same */
export function closeIfPipelining(socket: Socket): boolean {
  if (unansweredRequests(socket) > maxUnanswered) socket.destroy();
  return socket.destroyed;
}
