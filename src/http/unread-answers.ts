import type { FastifyInstance } from 'fastify';

/**
 * An answer that its client does not read stays in memory; the connection ends where no byte of one is taken for so long.
 * Node ends its own wait with the next request.
 */
export function endUnreadAnswers(app: FastifyInstance, afterMs = 30_000): void {
  app.addHook('onSend', ({ raw }, _reply, payload, done) => {
    raw.socket.setTimeout(afterMs);
    done(null, payload);
  });
}
