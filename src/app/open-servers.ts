// Opens the HTTP server with the routes of every API, and the admin port.

import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { bearerToken } from '../access/tokens/bearer-token.js';
import { costReportOf } from '../admission/cost-report.js';
import type { Config } from '../config/config.js';
import { readExampleOperations } from '../demo/example-operations.js';
import { keepDemoTokens, noticeWithoutTokens } from '../demo/greeting.js';
import { createContext } from '../graphql/context.js';
import { type AdminServer, createAdminServer } from '../http/admin-server.js';
import { allowOrigins } from '../http/cors.js';
import { registerDocuments } from '../http/documents.js';
import { createCallbacks } from '../http/graphql-route/callback-subscription.js';
import { type OpenContext, registerGraphqlRoute } from '../http/graphql-route/graphql-route.js';
import { registerSchemaRoute } from '../http/graphql-route/schema-route.js';
import { type Health, registerHealth, registerMetrics, watchHealth } from '../http/health.js';
import { type Pages, registerPages } from '../http/page-routes/page-routes.js';
import { createSignIn } from '../http/page-routes/sign-in.js';
import { readOpenFilesLimit } from '../http/protection/open-files.js';
import { endBudgetWithResponse } from '../http/request-lifecycle.js';
import { openConnectionLog } from '../http/request-log.js';
import { createHttpServer, type HttpServerOptions, requestIdOf } from '../http/server.js';
import { acceptWebSockets } from '../http/websocket/websockets.js';
import { registerMcp } from '../mcp/mcp-route.js';
import type { RequestScope } from '../request/scope.js';
import { registerRestApi } from '../rest/rest-api.js';
import { createOpenExports } from '../streams/open-exports.js';
import { createPing } from '../task-runs/batching/ping.js';
import { readOne } from '../task-runs/batching/read-scheduler.js';
import type { AppContext } from './app-types.js';
import type { Reads } from './open-reads.js';
import type { RequestParts } from './open-request.js';

export interface Servers {
  readonly host: FastifyInstance;
  /** null: the HTTP server itself serves the metrics. */
  readonly admin: AdminServer | null;
}

export async function openServers(
  config: Config,
  reads: Reads,
  requestParts: RequestParts,
  context: AppContext,
): Promise<Servers> {
  const { metrics, publicUrl, allMetrics } = context;
  const options = serverOptions(config, requestParts, context);
  const host = await openHttpServer(config, options, context);
  const health = healthOf(host, reads, requestParts);
  registerHealth(host, health);
  watchHealth(metrics, health);
  const admin = openAdminPort(config, options, health, context);
  if (admin === null) registerMetrics(host, metrics, allMetrics);
  registerDocuments(host, publicUrl);
  const pages = await openPages(host, config, requestParts, context);
  registerGraphql(host, config, requestParts, pages, context);
  registerRest(host, config, reads, requestParts, pages, context);
  return { host, admin };
}

function serverOptions(
  { limits, rateLimit }: Config,
  { memory, accountOf, scopes }: RequestParts,
  { log, metrics, traces, publicUrl }: AppContext,
): HttpServerOptions {
  return {
    limits,
    memory,
    openFiles: readOpenFilesLimit(),
    accountOf: rateLimit.points === undefined ? null : accountOf,
    openBodyCost: scopes.openBodyCost,
    log,
    metrics,
    traces,
    publicUrl,
  };
}

async function openHttpServer(
  { corsOrigins, shutdownTimeoutMs }: Config,
  options: HttpServerOptions,
  { metrics, parts }: AppContext,
): Promise<FastifyInstance> {
  const host = createHttpServer(options);
  metrics.watch('sentBytes', () => [[{}, host.connections.sentBytes]]);
  await allowOrigins(host, corsOrigins);
  parts.add('HTTP server', async () => {
    // Not in a hook of Fastify, which has a limit of ten seconds.
    await host.connections.drain(shutdownTimeoutMs);
    await host.close();
  });
  return host;
}

function healthOf(
  { connections, server }: FastifyInstance,
  { statements, scheduler, database: { probe } }: Reads,
  { issuers, auditLog }: RequestParts,
): Health {
  return {
    isAuditFailing: () => auditLog?.isFailing === true,
    ping: createPing({ statements, scheduler, probe }),
    unreadyReason: () => (connections.isShuttingDown ? 'shutting down' : server.listening ? null : 'starting'),
    withoutKeys() {
      const statuses = issuers.keyStatus();
      const missing = statuses.filter(({ isUsable }) => !isUsable);
      // While all are missing, a balancer sends no request, which would fetch them.
      if (missing.length > 0) issuers.retryMissing();
      return { issuers: missing.map(({ issuer }) => issuer), areAll: missing.length === statuses.length };
    },
  };
}

function openAdminPort(
  { host, adminPort: port }: Config,
  options: HttpServerOptions,
  health: Health,
  { allMetrics, parts }: AppContext,
): AdminServer | null {
  if (port === undefined) return null;
  const admin = createAdminServer(options, { host, port, health, allMetrics });
  parts.add('admin port', admin.close);
  return admin;
}

function openPages(
  host: FastifyInstance,
  { ui, signIn, modelPointer }: Config,
  { demoIssuer }: RequestParts,
  { log, now, publicUrl }: AppContext,
): Promise<Pages> {
  return registerPages(host, {
    ui,
    assetsDirectory: fileURLToPath(new URL('../../pages', import.meta.url)),
    examples: readExampleOperations().map(({ query }) => query),
    publicUrl,
    hasModels: modelPointer !== undefined,
    signIn: signIn && createSignIn(signIn, { now, log, publicUrl }),
    demo: demoIssuer && { tokens: keepDemoTokens(demoIssuer, now), notice: noticeWithoutTokens },
  });
}

/** Registers GraphQL by HTTP, WebSocket and as tools for agents. */
function registerGraphql(
  host: FastifyInstance,
  config: Config,
  requestParts: RequestParts,
  { sendGraphiql: sendPage }: Pages,
  { log, now, metrics, traces, publicUrl, parts }: AppContext,
): void {
  const { graphql: server, issuers, memory, scopes, streams, verify } = requestParts;
  const { operations } = server;
  const { corsOrigins, costMode, limits, traceClients } = config;
  const authenticate = (request: FastifyRequest) => authenticateRequest(request, requestParts);
  const openContext: OpenContext = (caller, request, reply) =>
    createContext(openScope(caller, request, reply, requestParts), costReportOf(request, costMode));
  const callbacks = createCallbacks(config.subscriptionCallbackHosts);
  registerGraphqlRoute(host, {
    operations,
    authenticate,
    createContext: openContext,
    sendPage,
    traceClients,
    callbacks,
  });
  if (config.introspection === 'on') registerSchemaRoute(host, server.schema);
  if (config.mcp) {
    const { current } = issuers;
    registerMcp(host, {
      server,
      authenticate,
      createContext: openContext,
      resultTokens: config.mcpResultTokens,
      corsOrigins,
      publicUrl,
      issuers: current,
    });
  }
  const closeWebSockets = acceptWebSockets(host, {
    operations,
    openLog: (request) => openConnectionLog(request, requestIdOf(request), { log, metrics, traces }),
    authenticate: verify,
    isIssuerTrusted: issuers.isTrusted,
    createContext: (caller, logFields) => createContext(scopes.openScope(caller, logFields), null),
    now,
    memory,
    maxMessageBytes: limits.bodyBytes,
    openBodyCost: scopes.openBodyCost,
  });
  parts.add('streams', async () => {
    // WebSockets before their streams: clients would not resume a completed subscription elsewhere.
    const closed = closeWebSockets();
    streams.endAll();
    await Promise.all([closed, callbacks.untilIdle()]);
  });
}

function registerRest(
  host: FastifyInstance,
  { files, limits, modelPointer }: Config,
  { storage, scopeSizes }: Reads,
  requestParts: RequestParts,
  { sendReference }: Pages,
  { publicUrl }: AppContext,
): void {
  const { links, scopes, services, streams } = requestParts;
  registerRestApi(host, {
    storage,
    delivery: files.delivery,
    ...links,
    findStored({ name, ...path }, request, reply) {
      const budget = scopes.openBudget(`link ${request.link!.subjectDigest}`, request.logFields);
      endBudgetWithResponse(budget, request, reply);
      return readOne(services.readStoredFile, { path, name }, budget);
    },
    openAudit: ({ logFields }) => scopes.openAudit(logFields),
    openScope: async (request, reply) =>
      openScope(await authenticateRequest(request, requestParts), request, reply, requestParts),
    streams,
    exports: createOpenExports(limits),
    scopeSizes,
    hasModels: modelPointer !== undefined,
    sendReference,
    publicUrl,
  });
}

/** Returns the caller of the request's bearer token. @throws GatewayError */
function authenticateRequest({ raw, logFields }: FastifyRequest, { verify }: RequestParts): Caller | Promise<Caller> {
  return verify(bearerToken(raw.rawHeaders), logFields);
}

/** Opens the scope of a request, which ends with its response. */
function openScope(
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
  { scopes }: RequestParts,
): RequestScope {
  const scope = scopes.openScope(caller, request.logFields);
  endBudgetWithResponse(scope.budget, request, reply);
  return scope;
}
