// A port for operators with health and metrics, which are not public. It stays open until the public port has closed,
// so that the shutdown can be observed.

import { type Health, registerHealth, registerMetrics } from './health.js';
import { createHttpServer, type HttpServerOptions, listen } from './server.js';

export interface AdminServer {
  /** Rejects if the port is in use. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

interface AdminOptions {
  readonly host: string;
  readonly port: number;
  readonly health: Health;
  /** Reads the metrics of all processes; `undefined` if there is only one. */
  readonly allMetrics: (() => Promise<string>) | undefined;
}

export function createAdminServer(options: HttpServerOptions, admin: AdminOptions): AdminServer {
  const { host, port, health, allMetrics } = admin;
  const server = createHttpServer(options);
  registerHealth(server, health);
  registerMetrics(server, options.metrics, allMetrics);
  return {
    async listen() {
      await listen(server, { host, port, portVariable: 'ADMIN_PORT' });
    },
    async close() {
      // Requests to this port never take longer.
      await server.connections.drain(1000);
      await server.close();
    },
  };
}
