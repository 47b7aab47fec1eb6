// The composition root, which connects all modules. It reads no environment and has no global state.

import { mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { withDemoIssuer } from '../access/tokens/demo-issuer.js';
import { faultsOfKeyFiles } from '../access/tokens/key-files.js';
import type { Config } from '../config/config.js';
import { startArrivals } from '../demo/embedded-demo.js';
import { listen } from '../http/server.js';
import { startErrorSeries } from '../request/error-series.js';
import { createTraces, type Traces } from '../request/follow-trace.js';
import { createMetrics } from '../telemetry/metrics.js';
import type { App, AppContext, AppDependencies } from './app-types.js';
import { OpenParts } from './closing-order.js';
import { openReads } from './open-reads.js';
import { openRequestParts } from './open-request.js';
import { openServers } from './open-servers.js';

/** Opens all parts of a gateway. If one fails, closes those that were opened. */
export async function createApp(config: Config, dependencies: AppDependencies): Promise<App> {
  const parts = new OpenParts();
  try {
    return await openApp(config, dependencies, parts);
  } catch (error) {
    await parts.close();
    throw error;
  }
}

async function openApp(config: Config, dependencies: AppDependencies, parts: OpenParts): Promise<App> {
  const { host, port } = config;
  const { log, now } = dependencies;
  const keyFaults = await faultsOfKeyFiles(config.issuers);
  if (keyFaults.length > 0) throw new Error(keyFaults.join(' '));
  // The system may choose another port, which is known once the server listens.
  let ownUrl = `http://${host}:${port}`;
  const publicUrl = () => config.publicUrl ?? ownUrl;
  const metrics = createMetrics();
  startErrorSeries(metrics);
  const traces = await openTraces(config, log, parts);
  const context: AppContext = { ...dependencies, metrics, traces, publicUrl, parts };
  await mkdir(config.dataDir, { recursive: true });
  const reads = await openReads(config, context);
  const requestParts = await openRequestParts(config, reads, context);
  const servers = await openServers(config, reads, requestParts, context);
  const { dataSource } = reads.database;
  const { demoIssuer, issuers, graphql, auditLog } = requestParts;
  return {
    trustedDocuments: graphql.trustedDocuments,
    replaceIssuers: (next) => issuers.replace(withDemoIssuer({ ...config, issuers: next }, demoIssuer)),
    reopenAuditLog: async () => auditLog?.reopen(),
    metrics,
    dataSource,
    demoIssuer,
    async listen() {
      await servers.admin?.listen();
      parts.add('demo runs', startArrivals(config.demoRunsPerMinute, { dataSource, now, log }));
      ownUrl = await listen(servers.host, { host, port, portVariable: 'PORT' });
      return ownUrl;
    },
    async close() {
      servers.host.connections.announceShutdown();
      await setTimeout(config.shutdownDelayMs);
      await parts.close();
    },
  };
}

async function openTraces(
  { tracing: options, traceClients }: Config,
  log: AppDependencies['log'],
  parts: OpenParts,
): Promise<Traces | undefined> {
  if (options === undefined) return createTraces(null, traceClients);
  // Its packages are loaded only here.
  const { openTracing } = await import('../telemetry/tracing.js');
  const tracing = openTracing(options, log);
  parts.add('traces', tracing.close);
  return createTraces(tracing, traceClients);
}
