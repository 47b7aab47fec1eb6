import type { FastifyInstance } from 'fastify';

/**
 * An answer that its client does not read stays in memory: its connection ends where nothing more of it could be sent for so
 * long. Of a client that reads slowly that shows only when a good part of the system's buffer is free again, so it is long.
 */
export function endUnreadResponses(app: FastifyInstance, afterMs = 300_000): void {
  app.addHook('onSend', ({ raw }, _reply, payload, done) => {
    raw.socket.setTimeout(afterMs);
    done(null, payload);
  });
}
