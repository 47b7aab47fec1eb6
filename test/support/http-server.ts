// Only the HTTP server, without a database. It serves only what a test registers.

import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { RequestCost } from '../../src/admission/request-cost.js';
import { parseConfig } from '../../src/config/config.js';
import { createHttpServer } from '../../src/http/server.js';
import { MemoryLedger } from '../../src/memory/memory-ledger.js';
import { createMetrics } from '../../src/telemetry/metrics.js';

type HttpServerOptions = Parameters<typeof createHttpServer>[0];

export interface HttpServer {
  readonly app: FastifyInstance;
  readonly port: number;
  /** The base URL without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startHttpServer(
  register: (app: FastifyInstance) => void,
  options: Partial<HttpServerOptions> = {},
): Promise<HttpServer> {
  const { limits } = parseConfig({});
  const app = createHttpServer({
    memory: MemoryLedger.unlimited(),
    openFiles: Number.POSITIVE_INFINITY,
    accountOf: null,
    scopes: { openBodyCost: () => new RequestCost() },
    limits,
    log: pino({ level: 'silent' }),
    metrics: createMetrics(),
    publicUrl: () => 'http://gateway.test',
    ...options,
  });
  register(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    app,
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
