// A connection may send requests before the earlier ones are answered. Node begins them all at once, hundreds of a piece
// that it has read, before it looks at any other connection.

import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

// limit | HTTP | requests of one connection that are not answered | | the connection is closed
/** Requests of one connection that are not answered yet. */
const maxUnanswered = 32;

/** Closes connections beyond that. */
export function limitPipelining(app: FastifyInstance): void {
  const unanswered = new WeakMap<Socket, number>();

  app.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > maxUnanswered) socket.destroy();
    // Of what was read with it, the rest arrives here all the same.
    if (socket.destroyed) return void reply.hijack();
    unanswered.set(socket, count);
    reply.raw.once('close', () => unanswered.set(socket, unanswered.get(socket)! - 1));
    done();
  });
}
