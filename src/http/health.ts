import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../telemetry/metrics.js';

interface Health {
  /** Resolves when the database responds, or has just done so. */
  readonly ping: () => Promise<unknown>;
  readonly isShuttingDown: () => boolean;
  readonly metrics: Metrics;
}

/** Liveness never touches the database: a restart does not repair one that is down. */
export function registerHealth(app: FastifyInstance, { ping, isShuttingDown, metrics }: Health): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (request, reply) => {
    if (isShuttingDown()) return reply.code(503).send({ status: 'shutting down' });
    try {
      await ping();
      return { status: 'ok' };
    } catch (error) {
      request.logFields.log.warn({ err: error }, 'not ready');
      return reply.code(503).send({ status: 'database unavailable' });
    }
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
