import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../telemetry/metrics.js';

export interface Health {
  /** Resolves when the database responds, or has just done so. */
  readonly ping: () => Promise<unknown>;
  /** Returns the reason not to send requests, such as `shutting down`; null if the process is ready. */
  readonly unreadyReason: () => string | null;
  /** Returns the issuers without usable keys, whose tokens cannot be verified. */
  readonly withoutKeys: () => { readonly issuers: readonly string[]; readonly areAll: boolean };
  /** Whether the audit log cannot be written. The gateway is ready all the same, because usage can be read. */
  readonly isAuditFailing: () => boolean;
}

/** Registers the probes. Liveness never checks the database: a restart does not repair one that is down. */
export function registerHealth(
  app: FastifyInstance,
  { ping, unreadyReason, withoutKeys, isAuditFailing }: Health,
): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (request, reply) => {
    const reason = unreadyReason();
    if (reason !== null) return reply.code(503).send({ status: reason });
    const { issuers, areAll } = withoutKeys();
    const details = {
      ...(issuers.length > 0 && { issuersWithoutKeys: issuers }),
      ...(isAuditFailing() && { audit: 'failing' }),
    };
    if (areAll) return reply.code(503).send({ status: 'issuer keys unavailable', ...details });
    try {
      await ping();
      return { status: 'ok', ...details };
    } catch (error) {
      request.logFields.log.warn({ err: error }, 'not ready');
      return reply.code(503).send({ status: 'database unavailable', ...details });
    }
  });
}

/** @param readMetrics returns text in the format of Prometheus; by default this process's own metrics */
export function registerMetrics(
  app: FastifyInstance,
  { registry }: Metrics,
  readMetrics: () => Promise<string> = () => registry.metrics(),
): void {
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await readMetrics()));
}
