import type { FastifyInstance } from 'fastify';
import { declareLimit } from '../limits.js';
import type { Metrics } from '../telemetry/metrics.js';

export interface Health {
  /**
   * Resolves when the database responds or has very recently responded. `busy` means that requests may have to wait for
   * it.
   */
  readonly ping: () => Promise<'ok' | 'busy'>;
  /** Returns the reason not to send requests, such as `shutting down`, or `null` if the process is ready. */
  readonly unreadyReason: () => string | null;
  /** Returns the issuers without usable keys, whose tokens cannot be verified. */
  readonly withoutKeys: () => { readonly issuers: readonly string[]; readonly areAll: boolean };
  /** Returns whether writing to the audit log fails. The gateway remains ready, because usage can still be read. */
  readonly isAuditFailing: () => boolean;
}

interface Readiness {
  readonly isReady: boolean;
  readonly body: { readonly status: string };
  /** The database's error. */
  readonly error?: unknown;
}

async function checkReadiness({ ping, unreadyReason, withoutKeys, isAuditFailing }: Health): Promise<Readiness> {
  const reason = unreadyReason();
  if (reason !== null) return { isReady: false, body: { status: reason } };
  const { issuers, areAll } = withoutKeys();
  const details = {
    ...(issuers.length > 0 && { issuersWithoutKeys: issuers }),
    ...(isAuditFailing() && { audit: 'failing' }),
  };
  if (areAll) return { isReady: false, body: { status: 'issuer keys unavailable', ...details } };
  try {
    const status = (await ping()) === 'busy' ? 'database busy' : 'ok';
    return { isReady: true, body: { status, ...details } };
  } catch (error) {
    return { isReady: false, body: { status: 'database unavailable', ...details }, error };
  }
}

/**
 * Registers the probes. Liveness never checks the database, because a restart would not repair it. With a busy
 * database, the gateway stays ready, because otherwise the balancer would drop all gateways at once.
 */
export function registerHealth(app: FastifyInstance, health: Health): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (request, reply) => {
    const { isReady, body, error } = await checkReadiness(health);
    if (error !== undefined) request.incoming.log.warn({ err: error }, 'not ready');
    return reply.code(isReady ? 200 : 503).send(body);
  });
}

/** Measures readiness whenever the metrics are read, so that alerts notice a gateway that gets no requests. */
export function watchHealth(metrics: Metrics, health: Health): void {
  metrics.watch('ready', async () => [[{}, Number((await checkReadiness(health)).isReady)]]);
  metrics.watch('databaseUp', async () => [
    [
      {},
      await health.ping().then(
        () => 1,
        () => 0,
      ),
    ],
  ]);
}

const maxReads = declareLimit(500, {
  section: 'HTTP',
  name: 'new responses of `/metrics` in ten seconds',
  beyond: 'the last one is sent again',
});
const windowMs = 10_000;

/** @param readMetrics returns text in Prometheus format; by default this process's own metrics */
export function registerMetrics(
  app: FastifyInstance,
  { registry }: Metrics,
  readMetrics: () => Promise<string> = () => registry.metrics(),
): void {
  const read = limitReads(readMetrics);
  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await read()));
}

/**
 * Returns a function that limits how often the text is generated, because this takes milliseconds and needs no token.
 */
export function limitReads(read: () => Promise<string>, now: () => number = () => performance.now()) {
  let last: Promise<string> | undefined;
  let reads = 0;
  let windowStart = now();
  return (): Promise<string> => {
    const time = now();
    if (time - windowStart >= windowMs) {
      windowStart = time;
      reads = 0;
    }
    if (last !== undefined && reads >= maxReads) return last;
    reads += 1;
    const reading = read();
    last = reading;
    // The next request triggers another attempt.
    reading.catch(() => {
      if (last === reading) last = undefined;
    });
    return reading;
  };
}
