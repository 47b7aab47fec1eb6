// The composition root: which part gets which. It knows every module, reads no environment and keeps no global.

import { mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import type { FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { bearerToken } from './access/tokens/bearer-token.js';
import { type DemoIssuer, openDemoIssuer, trustedIssuers } from './access/tokens/demo-issuer.js';
import { issuersSharingSubjects } from './access/tokens/shared-subjects.js';
import { createTokenVerifier } from './access/tokens/token-verifier.js';
import { createVerifiedTokenCache } from './access/tokens/verified-token-cache.js';
import type { Config } from './config.js';
import { createStatementRunner } from './database/connection/statement-runner.js';
import { openDatabase } from './database/open-database.js';
import { demoObjects } from './demo/data/demo-objects.js';
import { fillDemoData } from './demo/data/fill-demo-data.js';
import { signDemoTokens } from './demo/demo-tokens.js';
import { readExampleTabs } from './demo/example-operations.js';
import { openLinks } from './files/open-links.js';
import { openStorage } from './files/open-storage.js';
import { startGraphqlServer } from './graphql/apollo/graphql-server.js';
import type { RequestLogFields } from './graphql/context.js';
import { createContextFactory } from './graphql/create-context.js';
import { createTurns } from './graphql/pipeline/turns.js';
import { allowOrigins } from './http/cors.js';
import { registerGraphiql } from './http/graphiql/graphiql.js';
import { createCallbacks } from './http/graphql/callback-subscription.js';
import { registerGraphqlRoute } from './http/graphql/graphql-route.js';
import { registerHealth } from './http/health.js';
import { boundUnreadBytes } from './http/protection/unread-bytes.js';
import { createRequestBudgets } from './http/request-budgets.js';
import { openConnectionLog } from './http/request-log.js';
import { createHttpServer, requestIdOf } from './http/server.js';
import { trackConnections } from './http/shutdown.js';
import { acceptWebSockets } from './http/websocket/websockets.js';
import { registerRestApi } from './rest/rest-api.js';
import { createRunServices } from './run-services.js';
import { createOpenStreams } from './streams/open-streams.js';
import { createPing } from './task-runs/batching/ping.js';
import { readOne } from './task-runs/batching/read-one.js';
import { createReadScheduler } from './task-runs/batching/read-scheduler.js';
import type { Logger } from './telemetry/logger.js';
import { createMetrics, type Metrics } from './telemetry/metrics.js';

export interface App {
  /** Starts to listen. Returns the base URL of the server itself. */
  listen(): Promise<string>;
  /** Finishes running requests and releases everything; may be called again. */
  close(): Promise<void>;
  readonly metrics: Metrics;
  /** For tests, which prepare rows: the embedded database has one session for all. */
  readonly dataSource: DataSource;
  /** Signs demo tokens; null where the demo issuer is not trusted. */
  readonly demoIssuer: DemoIssuer | null;
}

/** What tests replace: time, and where log lines go. */
export interface AppDependencies {
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What is unread is in memory only once, as bytes beside the heap. */
const unreadShare = 8;

/** Opens everything the gateway depends on; what was opened is closed again when a later step fails. */
export async function createApp(config: Config, { log, now }: AppDependencies): Promise<App> {
  const opened: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (let close = opened.pop(); close !== undefined; close = opened.pop()) await close();
  };
  try {
    return await compose();
  } catch (error) {
    await closeAll();
    throw error;
  }

  async function compose(): Promise<App> {
    await mkdir(config.dataDir, { recursive: true });
    const metrics = createMetrics();
    const storage = await openStorage(config.files);
    const database = await openDatabase(config, {
      log,
      fill: async (dataSource) => {
        for (const { storageKey, bytes } of demoObjects()) await storage.put(storageKey, bytes);
        await fillDemoData(dataSource);
      },
    });
    opened.push(database.close);
    const statements = createStatementRunner(database.dataSource, {
      onStatement: (statement) => metrics.statements.inc({ statement }),
      keepsPrepared: database.keepsPrepared,
      isCancelling: config.database.url !== undefined && config.database.cancels,
    });
    const scheduler = createReadScheduler({
      connections: database.connections,
      timeoutMs: config.database.timeoutMs,
    });
    const services = createRunServices(statements, scheduler, {
      onPollFailure: (error) => log.warn({ err: error }, 'Changes cannot be looked for.'),
      staleEpoch: database.staleEpoch,
      now,
    });

    const demoIssuer = config.demo ? await openDemoIssuer(config.dataDir) : null;
    const issuers = trustedIssuers(config, demoIssuer);
    const sharing = issuersSharingSubjects(issuers);
    if (sharing.length > 0) log.warn({ issuers: sharing }, 'These issuers share one space of subjects.');
    const verifier = createVerifiedTokenCache(
      createTokenVerifier({ issuers, now, log, maxStaleMs: config.jwksMaxStaleSeconds * 1000 }),
      { now },
    );

    let isShuttingDown = false;
    let baseUrl = config.publicUrl ?? `http://${config.host}:${config.port}`;
    const publicUrl = () => baseUrl;
    const links = await openLinks(config, { storage, publicUrl, now });

    const streams = createOpenStreams(config.limits, (transport, change) => {
      metrics.subscriptions.inc({ transport }, change);
      // Streams have limits of their own, beside that of connections.
      host.server.maxConnections += change;
    });
    const server = await startGraphqlServer({ config, log, metrics, streams, publicUrl });
    opened.push(() => server.apollo.stop());
    const host = createHttpServer({ limits: config.limits, log, metrics, publicUrl });
    boundUnreadBytes(host, {
      maxBytes: getHeapStatistics().heap_size_limit / unreadShare,
      onUnread: ({ budget }) => budget?.end(),
    });
    await allowOrigins(host, config.corsOrigins);
    const connections = trackConnections(host.server);
    opened.push(async () => {
      // Not in a hook of Fastify's, which gives them ten seconds at most.
      await connections.drain(config.shutdownTimeoutMs);
      await host.close();
    });
    opened.push(async () => services.close());
    registerHealth(host, {
      ping: createPing(statements, scheduler),
      isShuttingDown: () => isShuttingDown,
      metrics,
    });
    const exampleTabs = readExampleTabs();
    const graphiql = await registerGraphiql(host, {
      assetsDirectory: fileURLToPath(new URL('../graphiql', import.meta.url)),
      pageState: async () => ({
        tabs: exampleTabs,
        demoTokens: demoIssuer === null ? [] : await signDemoTokens(demoIssuer),
      }),
    });
    const budgets = createRequestBudgets({ ...config.limits, now });
    const verify = async (rawHeaders: readonly string[], logFields: RequestLogFields) => {
      const caller = await verifier.verify(bearerToken(rawHeaders));
      logFields.caller = caller;
      return caller;
    };
    const authenticate = ({ raw, logFields }: FastifyRequest) => verify(raw.rawHeaders, logFields);
    const createContext = createContextFactory({
      services,
      fileLinks: links.fileLinks,
      maxEntities: config.limits.entities,
    });
    const turn = createTurns();
    const callbacks = createCallbacks(config.subscriptionCallbackHosts);
    registerGraphqlRoute(host, {
      server,
      turn,
      authenticate,
      createContext: (caller, request, reply, subscriber) =>
        createContext(caller, budgets.open(caller.id, request, reply), request.logFields, subscriber),
      sendPage: graphiql.sendPage,
      traceClients: config.traceClients,
      callbacks,
    });
    const closeWebSockets = acceptWebSockets(host, {
      server,
      turn,
      openLog: (request) => openConnectionLog(request, requestIdOf(request), log, metrics),
      authenticate: verify,
      createContext: (caller, request) =>
        createContext(caller, budgets.create(caller.id, request), request, { transport: 'websocket' }),
      now,
      maxMessageBytes: config.limits.bodyBytes,
    });
    opened.push(async () => {
      // Clients of a WebSocket that see a subscription complete would not begin it again elsewhere.
      const closed = closeWebSockets();
      streams.endAll();
      await Promise.all([closed, callbacks.settle()]);
    });
    registerRestApi(host, {
      storage,
      delivery: config.files.delivery,
      ...links,
      findStored({ name, ...path }, request, reply) {
        const budget = budgets.open(`link ${request.link!.subjectDigest}`, request, reply);
        return readOne(services.readStoredFile, { path, name }, budget);
      },
      openTaskRuns: async (request, reply) => {
        const caller = await authenticate(request);
        return services.taskRuns(caller, budgets.open(caller.id, request, reply));
      },
      streams,
      openRunChanges: ({ taskRuns, budget }) => services.changes(taskRuns, budget),
      openRunLists: ({ taskRuns, budget }) => services.lists(taskRuns, budget),
      openRunExports: ({ taskRuns, budget }) => services.exports(taskRuns.caller, budget),
      openResources: ({ taskRuns, budget }) => services.resources(taskRuns.caller, budget),
      publicUrl,
    });

    return {
      metrics,
      dataSource: database.dataSource,
      demoIssuer,
      async listen() {
        const address = await host.listen({ host: config.host, port: config.port });
        // Only now is the port known when the configuration leaves it open.
        baseUrl = config.publicUrl ?? address;
        return address;
      },
      async close() {
        isShuttingDown = true;
        connections.announceEnd();
        await setTimeout(config.shutdownDelayMs);
        await closeAll();
      },
    };
  }
}
