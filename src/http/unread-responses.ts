import type { FastifyInstance } from 'fastify';

/**
 * A response that its client does not read stays in memory: its connection is closed when nothing more could be sent
 * for this long. Slow reading shows only when much of the system's buffer is free again, so the limit is generous.
 */
export function endUnreadResponses(app: FastifyInstance, afterMs = 300_000): void {
  app.addHook('onSend', ({ raw }, _reply, payload, done) => {
    raw.socket.setTimeout(afterMs);
    done(null, payload);
  });
}
