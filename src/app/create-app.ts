// The composition root, which connects all modules. It reads no environment and has no global state.

import { mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { bearerToken } from '../access/tokens/bearer-token.js';
import { openDemoIssuer, withDemoIssuer } from '../access/tokens/demo-issuer.js';
import { createTrustedIssuers } from '../access/tokens/trusted-issuers.js';
import { costReportOf } from '../admission/cost-report.js';
import { openRateLimiter } from '../admission/rate-limiter.js';
import { createRunCounts } from '../admission/run-counts.js';
import { createScopeSizes } from '../admission/scope-size.js';
import type { Config } from '../config/config.js';
import { createStatementRunner } from '../database/connection/statement-runner.js';
import { openDatabase } from '../database/open-database.js';
import { startArrivals } from '../demo/arriving-runs.js';
import { fillDemoData } from '../demo/data/fill-demo-data.js';
import { sampleFiles } from '../demo/data/sample-files.js';
import { signDemoTokens } from '../demo/demo-tokens.js';
import { readExampleOperations } from '../demo/example-operations.js';
import { openLinks } from '../files/open-links.js';
import { openStorage } from '../files/open-storage.js';
import { createContext } from '../graphql/context.js';
import { startGraphqlServer } from '../graphql/operation/start-graphql-server.js';
import { createAdminServer } from '../http/admin-server.js';
import { allowOrigins } from '../http/cors.js';
import { registerDocuments } from '../http/documents.js';
import { createCallbacks } from '../http/graphql/callback-subscription.js';
import { type OpenContext, registerGraphqlRoute } from '../http/graphql/graphql-route.js';
import { registerHealth, registerMetrics } from '../http/health.js';
import { registerPages } from '../http/pages/pages.js';
import { createSignIn } from '../http/pages/sign-in.js';
import { endBudgetWithResponse } from '../http/request-lifecycle.js';
import { openConnectionLog } from '../http/request-log.js';
import { createHttpServer, listen, requestIdOf } from '../http/server.js';
import { acceptWebSockets } from '../http/websocket/websockets.js';
import { registerMcp } from '../mcp/mcp-route.js';
import { toolDocuments } from '../mcp/tool-documents.js';
import { MemoryLedger } from '../memory/memory-ledger.js';
import type { RequestLogFields } from '../request/log-fields.js';
import { createScopes } from '../request/scope.js';
import { createRunServices } from '../request/services.js';
import { registerRestApi } from '../rest/rest-api.js';
import { createOpenExports } from '../streams/open-exports.js';
import { createOpenStreams } from '../streams/open-streams.js';
import { createPing } from '../task-runs/batching/ping.js';
import { readOne } from '../task-runs/batching/read-one.js';
import { ReadScheduler } from '../task-runs/batching/read-scheduler.js';
import { watchHeldChanges } from '../task-runs/changes/held-changes.js';
import { requiresScan } from '../task-runs/scope/filter-parts.js';
import { createMetrics } from '../telemetry/metrics.js';
import type { App, AppDependencies } from './app-types.js';
import { OpenParts } from './closing-order.js';

/** Opens all parts of a gateway. If one fails, closes those that were opened. */
export async function createApp(
  config: Config,
  { log, now, allMetrics, maxScannedRuns, ...times }: AppDependencies,
): Promise<App> {
  const parts = new OpenParts();
  try {
    return await compose();
  } catch (error) {
    await parts.close();
    throw error;
  }

  async function compose(): Promise<App> {
    await mkdir(config.dataDir, { recursive: true });
    const metrics = createMetrics();
    const memory = MemoryLedger.ofHeap();
    metrics.watchMemory(memory);
    const storage = await openStorage(config.files);
    const database = await openDatabase(config, {
      log,
      fill: async (dataSource) => {
        for (const { storageKey, bytes } of sampleFiles) await storage.put(storageKey, bytes);
        await fillDemoData(dataSource, times.demoStartMs);
      },
    });
    parts.add('database', database.close);
    metrics.watchServers(database.servers);
    const statements = createStatementRunner(database.dataSource, {
      onStatement: (statement) => metrics.statements.inc({ statement }),
      keepsPrepared: database.keepsPrepared,
      onPreparationLost: database.warnAboutLostStatements,
      replicas: database.replicas,
      cancelsOnAbort: config.database.url !== undefined && config.database.cancels,
      measuresTime: config.costMode !== 'off',
    });
    const scheduler = new ReadScheduler({ connections: database.connections, timeoutMs: config.database.timeoutMs });
    const demoIssuer = config.demo ? await openDemoIssuer(config.dataDir) : null;
    const trust = createTrustedIssuers(withDemoIssuer(config, demoIssuer), { now, log });
    const services = createRunServices(statements, scheduler, {
      onPollFailure: (error) => log.warn({ err: error }, 'Polling for changes failed.'),
      ...database.changes,
      now,
      heartbeatMs: times.heartbeatMs,
      maxScannedRuns,
      isIssuerTrusted: trust.isTrusted,
    });
    // Writers to the embedded database take turns.
    if (config.database.url !== undefined) {
      const query = (text: string) => database.dataSource.query(text);
      const onSeconds = (seconds: number) => metrics.heldChanges.set(seconds);
      parts.add('held changes', watchHeldChanges({ query, now, onSeconds, log }));
    }
    let baseUrl = config.publicUrl ?? `http://${config.host}:${config.port}`;
    const publicUrl = () => baseUrl;
    const links = await openLinks(config, { storage, publicUrl, now });
    const streams = createOpenStreams(config.limits, (transport, change) =>
      metrics.subscriptions.inc({ transport }, change),
    );
    const runCounts = createRunCounts(statements, now);
    // Without the counts, some estimates are too low, but the actual costs are charged all the same.
    if (config.costMode !== 'off') await runCounts.read().catch((err) => log.warn({ err }, 'Counting runs failed.'));
    const scopeSizes = createScopeSizes({ counts: runCounts.current, requiresScan, now });
    const ownDocuments = config.mcp ? toolDocuments : [];
    const server = await startGraphqlServer({ config, log, metrics, streams, scopeSizes, publicUrl, ownDocuments });
    parts.add('GraphQL server', server.stop);
    const { rateLimiter, close: closeRateLimiter } = await openRateLimiter(config, log, metrics);
    parts.add('rate limiter', closeRateLimiter);
    const { openScope, openBudget, openBodyCost } = createScopes({
      ...config,
      services,
      links,
      accountOf: rateLimiter.accountOf,
      costTotals: metrics.costTotals,
      memory,
      now,
    });
    const serverOptions = {
      ...{ limits: config.limits, memory, streamCount: () => streams.size, log, metrics, publicUrl },
      ...{ accountOf: config.rateLimit.points === undefined ? null : rateLimiter.accountOf, openBodyCost },
    };
    const host = createHttpServer(serverOptions);
    await allowOrigins(host, config.corsOrigins);
    parts.add('HTTP server', async () => {
      // Not in a hook of Fastify, which has a limit of ten seconds.
      await host.connections.drain(config.shutdownTimeoutMs);
      await host.close();
    });
    parts.add('services', services.close);
    const health = {
      ping: createPing(statements, scheduler),
      unreadyReason: () =>
        host.connections.isShuttingDown ? 'shutting down' : host.server.listening ? null : 'starting',
    };
    registerHealth(host, health);
    const admin =
      config.adminPort === undefined
        ? null
        : createAdminServer(serverOptions, { host: config.host, port: config.adminPort, health, allMetrics });
    if (admin !== null) parts.add('admin port', admin.close);
    else registerMetrics(host, metrics, allMetrics);
    registerDocuments(host, publicUrl);
    const pages = await registerPages(host, {
      ui: config.ui,
      assetsDirectory: fileURLToPath(new URL('../../pages', import.meta.url)),
      examples: readExampleOperations().map(({ query }) => query),
      publicUrl,
      signIn: config.signIn && createSignIn(config.signIn, { now, log, publicUrl }),
      demoTokens: async () => (demoIssuer === null ? [] : signDemoTokens(demoIssuer)),
    });
    const verify = (token: string, logFields: RequestLogFields) => {
      const setCaller = (caller: Caller) => {
        logFields.caller = caller;
        return caller;
      };
      const verified = trust.verify(token);
      if (!(verified instanceof Promise)) return setCaller(verified);
      logFields.isVerifying = true;
      return verified.then(setCaller);
    };
    const authenticate = (request: FastifyRequest) => verify(bearerToken(request.raw.rawHeaders), request.logFields);
    const openRequest = (caller: Caller, request: FastifyRequest, reply: FastifyReply) => {
      const scope = openScope(caller, request.logFields);
      endBudgetWithResponse(scope.budget, request, reply);
      return scope;
    };
    const openContext: OpenContext = (caller, request, reply) =>
      createContext(openRequest(caller, request, reply), costReportOf(request, config.costMode));
    const callbacks = createCallbacks(config.subscriptionCallbackHosts);
    const { operations } = server;
    registerGraphqlRoute(host, {
      operations,
      authenticate,
      createContext: openContext,
      sendPage: pages.sendGraphiql,
      traceClients: config.traceClients,
      callbacks,
    });
    if (config.mcp) {
      const { corsOrigins } = config;
      registerMcp(host, {
        server,
        authenticate,
        createContext: openContext,
        corsOrigins,
        publicUrl,
        issuers: trust.current,
      });
    }
    const closeWebSockets = acceptWebSockets(host, {
      operations,
      openLog: (request) => openConnectionLog(request, requestIdOf(request), log, metrics),
      authenticate: verify,
      isIssuerTrusted: trust.isTrusted,
      createContext: (caller, request) => createContext(openScope(caller, request), null),
      now,
      memory,
      maxMessageBytes: config.limits.bodyBytes,
      openBodyCost,
    });
    parts.add('streams', async () => {
      // WebSockets before their streams: clients would not resume a completed subscription elsewhere.
      const closed = closeWebSockets();
      streams.endAll();
      await Promise.all([closed, callbacks.untilIdle()]);
    });
    registerRestApi(host, {
      storage,
      delivery: config.files.delivery,
      ...links,
      findStored({ name, ...path }, request, reply) {
        const budget = openBudget(`link ${request.link!.subjectDigest}`, request.logFields);
        endBudgetWithResponse(budget, request, reply);
        return readOne(services.readStoredFile, { path, name }, budget);
      },
      openScope: async (request, reply) => openRequest(await authenticate(request), request, reply),
      streams,
      exports: createOpenExports(config.limits),
      scopeSizes,
      publicUrl,
    });
    return {
      trustedDocuments: server.trustedDocuments,
      replaceIssuers: (issuers) => trust.replace(withDemoIssuer({ ...config, issuers }, demoIssuer)),
      metrics,
      dataSource: database.dataSource,
      demoIssuer,
      async listen() {
        await admin?.listen();
        parts.add('demo runs', startArrivals(config.demoRunsPerMinute, { dataSource: database.dataSource, now, log }));
        const url = await listen(host, { host: config.host, port: config.port, portVariable: 'PORT' });
        // Only now is a port known that the system has chosen.
        baseUrl = config.publicUrl ?? url;
        return url;
      },
      async close() {
        host.connections.announceShutdown();
        await setTimeout(config.shutdownDelayMs);
        await parts.close();
      },
    };
  }
}
