// The composition root, which connects all modules. It does not read the environment and has no global state.

import { mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { type DemoIssuer, withDemoIssuer } from '../access/tokens/demo-issuer.js';
import { faultsOfKeyFiles } from '../access/tokens/key-files.js';
import type { IssuersChange } from '../access/tokens/trusted-issuers.js';
import type { Config } from '../config/config.js';
import { startArrivals } from '../demo/embedded-demo.js';
import type { TrustedLists } from '../graphql/operation/trusted-lists.js';
import { listen } from '../http/server.js';
import { startErrorSeries } from '../request/error-series.js';
import { Traces } from '../request/follow-trace.js';
import type { Logger } from '../telemetry/logger.js';
import { createMetrics, type Metrics } from '../telemetry/metrics.js';
import { OpenParts } from './closing-order.js';
import type { CompositionContext, GatewayDependencies } from './composition-context.js';
import { type DataAccess, openDataAccess } from './data-access.js';
import { PublicUrl } from './public-url.js';
import { openRequestServices, type RequestServices } from './request-services.js';
import { openServers, type Servers } from './servers.js';

/** A gateway whose parts are open. */
export class Gateway {
  private constructor(
    private readonly context: CompositionContext,
    private readonly data: DataAccess,
    private readonly services: RequestServices,
    private readonly servers: Servers,
  ) {}

  /** Opens all parts. If one fails, closes those already opened. */
  static async open(config: Config, dependencies: GatewayDependencies): Promise<Gateway> {
    const openParts = new OpenParts();
    try {
      const keyFaults = await faultsOfKeyFiles(config.issuers);
      if (keyFaults.length > 0) throw new Error(keyFaults.join(' '));
      const metrics = createMetrics();
      startErrorSeries(metrics);
      const traces = await openTraces(config, dependencies.log, openParts);
      const publicUrl = new PublicUrl(config);
      const context: CompositionContext = { ...dependencies, config, metrics, traces, publicUrl, openParts };
      await mkdir(config.dataDir, { recursive: true });
      const data = await openDataAccess(context);
      const services = await openRequestServices(context, data);
      return new Gateway(context, data, services, await openServers(context, data, services));
    } catch (error) {
      await openParts.close();
      throw error;
    }
  }

  /** Starts listening. Returns the base URL of the server itself. */
  async listen(): Promise<string> {
    const { config, openParts, publicUrl, now, log } = this.context;
    const { admin, host } = this.servers;
    await admin?.listen();
    openParts.add('demo runs', startArrivals(config.demoRunsPerMinute, { dataSource: this.dataSource, now, log }));
    publicUrl.own = await listen(host, { host: config.host, port: config.port, portVariable: 'PORT' });
    return publicUrl.own;
  }

  /** Completes the requests in flight and releases everything. May be called again. */
  async close(): Promise<void> {
    const { config, openParts } = this.context;
    this.servers.host.connections.announceShutdown();
    await setTimeout(config.shutdownDelayMs);
    await openParts.close();
  }

  /** Replaces all trusted issuers, except the demo issuer if it was trusted at startup. */
  replaceIssuers(issuers: Config['issuers']): Promise<IssuersChange> {
    return this.services.issuers.replace(withDemoIssuer({ ...this.context.config, issuers }, this.demoIssuer));
  }

  get trustedLists(): Pick<TrustedLists, 'paths' | 'load' | 'replace'> {
    return this.services.graphql.trustedLists;
  }

  /** Reopens the audit log by its path, if there is one. */
  async reopenAuditLog(): Promise<void> {
    await this.services.auditLog?.reopen();
  }

  get metrics(): Metrics {
    return this.context.metrics;
  }

  /** For tests that insert rows, because the embedded database has a single session. */
  get dataSource(): DataSource {
    return this.data.database.dataSource;
  }

  /** Signs demo tokens; `null` if the demo issuer is not trusted. */
  get demoIssuer(): DemoIssuer | null {
    return this.services.demoIssuer;
  }
}

/** @returns `undefined` if no request is traced or timed */
async function openTraces(
  { tracing: options, traceClients }: Config,
  log: Logger,
  openParts: OpenParts,
): Promise<Traces | undefined> {
  if (options === undefined) return traceClients.length === 0 ? undefined : new Traces(null, traceClients);
  // Imported only here, so that its packages are loaded only if needed.
  const { openTracing } = await import('../telemetry/tracing.js');
  const tracing = openTracing(options, log);
  openParts.add('traces', tracing.close);
  return new Traces(tracing, traceClients);
}
