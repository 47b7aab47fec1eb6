// A port for operators: health and metrics, which are not for the public. It stays open until the public port has
// closed, so that the shutdown can be observed.

import { type Health, registerHealth, registerMetrics } from './health.js';
import { createHttpServer, type HttpServerOptions, listen } from './server.js';

export interface AdminServer {
  /** Rejects where the port is taken. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

interface AdminOptions {
  readonly host: string;
  readonly port: number;
  readonly health: Health;
  /** Reads the metrics of all processes; undefined where there is only one. */
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
      // No request to this port takes longer.
      await server.connections.drain(1000);
      await server.close();
    },
  };
}
