// Opens the HTTP server with the routes of all APIs, and the admin port.

import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { readExampleOperations } from '../demo/example-operations.js';
import { keepDemoTokens, noticeWithoutTokens } from '../demo/greeting.js';
import { type AdminServer, createAdminServer } from '../http/admin-server.js';
import { allowOrigins } from '../http/cors.js';
import { registerDocuments } from '../http/documents.js';
import { Callbacks } from '../http/graphql-route/callback-subscription.js';
import { registerGraphqlRoute } from '../http/graphql-route/graphql-route.js';
import { registerSchemaRoute } from '../http/graphql-route/schema-route.js';
import { type Health, registerHealth, registerMetrics, watchHealth } from '../http/health.js';
import { type Pages, registerPages } from '../http/page-routes/page-routes.js';
import { createSignIn } from '../http/page-routes/sign-in.js';
import { readOpenFilesLimit } from '../http/protection/open-files.js';
import { ConnectionLog } from '../http/request-log.js';
import { createHttpServer, type HttpServerOptions, requestIdOf } from '../http/server.js';
import { GraphqlWebSockets } from '../http/websocket/websockets.js';
import { registerMcp } from '../mcp/mcp-route.js';
import { registerRestApi } from '../rest/rest-api.js';
import { createPing } from '../scheduling/ping.js';
import { createOpenExports } from '../streams/open-exports.js';
import type { CompositionContext } from './composition-context.js';
import type { DataAccess } from './data-access.js';
import type { RequestServices } from './request-services.js';

export interface Servers {
  readonly host: FastifyInstance;
  /** The admin port; `null` if the HTTP server itself serves the metrics. */
  readonly admin: AdminServer | null;
}

export async function openServers(
  context: CompositionContext,
  data: DataAccess,
  services: RequestServices,
): Promise<Servers> {
  const { metrics, publicUrl, allMetrics } = context;
  const options = serverOptions(context, services);
  const host = await openHttpServer(context, options);
  const health = healthOf(host, data, services);
  registerHealth(host, health);
  watchHealth(metrics, health);
  const admin = openAdminPort(context, options, health);
  if (admin === null) registerMetrics(host, metrics, allMetrics);
  registerDocuments(host, publicUrl.get);
  const pages = await openPages(host, context, services);
  registerGraphql(host, context, services, { ...pages, ...data });
  registerRest(host, context, data, services, pages);
  return { host, admin };
}

function serverOptions(
  { config: { limits, rateLimit }, log, metrics, traces, publicUrl }: CompositionContext,
  { memory, accountOf, scopes }: RequestServices,
): HttpServerOptions {
  return {
    limits,
    memory,
    openFiles: readOpenFilesLimit(),
    accountOf: rateLimit.points === undefined ? null : accountOf,
    scopes,
    log,
    metrics,
    traces,
    publicUrl: publicUrl.get,
  };
}

async function openHttpServer(
  { config: { corsOrigins, shutdownTimeoutMs }, metrics, openParts }: CompositionContext,
  options: HttpServerOptions,
): Promise<FastifyInstance> {
  const host = createHttpServer(options);
  metrics.watch('sentBytes', () => [[{}, host.connections.sentBytes]]);
  await allowOrigins(host, corsOrigins);
  openParts.add('HTTP server', async () => {
    // Not in a Fastify hook, because these have a limit of ten seconds.
    await host.connections.drain(shutdownTimeoutMs);
    await host.close();
  });
  return host;
}

function healthOf(
  { connections, server }: FastifyInstance,
  { statements, scheduler, database: { probe } }: DataAccess,
  { issuers, auditLog }: RequestServices,
): Health {
  return {
    isAuditFailing: () => auditLog?.isFailing === true,
    ping: createPing({ statements, scheduler, probe }),
    unreadyReason: () => (connections.isShuttingDown ? 'shutting down' : server.listening ? null : 'starting'),
    withoutKeys() {
      const statuses = issuers.keyStatus();
      const missing = statuses.filter(({ isUsable }) => !isUsable);
      // While all keys are missing, a balancer sends no requests, so no request would trigger a fetch.
      if (missing.length > 0) issuers.retryMissing();
      return { issuers: missing.map(({ issuer }) => issuer), areAll: missing.length === statuses.length };
    },
  };
}

function openAdminPort(
  { config: { host, adminPort: port }, allMetrics, openParts }: CompositionContext,
  options: HttpServerOptions,
  health: Health,
): AdminServer | null {
  if (port === undefined) return null;
  const admin = createAdminServer(options, { host, port, health, allMetrics });
  openParts.add('admin port', admin.close);
  return admin;
}

function openPages(
  host: FastifyInstance,
  { config: { ui, signIn, modelPointer, sharing }, log, now, publicUrl }: CompositionContext,
  { demoIssuer }: RequestServices,
): Promise<Pages> {
  return registerPages(host, {
    ui,
    assetsDirectory: folderInDist('pages'),
    examples: readExampleOperations().map(({ query }) => query),
    publicUrl: publicUrl.get,
    hasModels: modelPointer !== undefined,
    sharing: sharing && { allowsPayload: sharing.allowsPayload, assetsDirectory: folderInDist('shared-run') },
    signIn: signIn && createSignIn(signIn, { now, log, publicUrl: publicUrl.get }),
    demo: demoIssuer && { tokens: keepDemoTokens(demoIssuer, now), notice: noticeWithoutTokens },
  });
}

function folderInDist(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}

/** Registers GraphQL over HTTP and WebSocket, and as tools for agents. */
function registerGraphql(
  host: FastifyInstance,
  { config, log, now, metrics, traces, publicUrl, openParts }: CompositionContext,
  { graphql: server, issuers, memory, scopes, streams }: RequestServices,
  { sendGraphiql: sendPage, scopeSizes }: Pick<Pages, 'sendGraphiql'> & Pick<DataAccess, 'scopeSizes'>,
): void {
  const { operations } = server;
  const { corsOrigins, costMode, limits, traceClients } = config;
  const callbacks = new Callbacks(config.subscriptionCallbackHosts);
  registerGraphqlRoute(host, { operations, issuers, scopes, costMode, sendPage, traceClients, callbacks });
  if (config.introspection === 'on') registerSchemaRoute(host, server.schema);
  if (config.mcp) {
    registerMcp(host, {
      server,
      issuers,
      scopes,
      scopeSizes,
      costMode,
      resultTokens: config.mcpResultTokens,
      corsOrigins,
      publicUrl: publicUrl.get,
    });
  }
  const webSockets = new GraphqlWebSockets(host.server, {
    operations,
    issuers,
    scopes,
    openLog: (upgrade) => new ConnectionLog(upgrade, requestIdOf(upgrade), { log, metrics, traces }),
    now,
    memory,
    maxMessageBytes: limits.bodyBytes,
  });
  openParts.add('streams', async () => {
    // Closes WebSockets before their streams, because clients would not resume a completed subscription elsewhere.
    const closed = webSockets.close();
    streams.endAll();
    await Promise.all([closed, callbacks.untilIdle()]);
  });
}

function registerRest(
  host: FastifyInstance,
  { config: { files, limits, modelPointer }, publicUrl, now }: CompositionContext,
  { storage, scopeSizes }: DataAccess,
  { issuers, links, shares, scopes, runServices, streams }: RequestServices,
  { sendReference }: Pages,
): void {
  registerRestApi(host, {
    storage,
    delivery: files.delivery,
    ...links,
    runServices,
    issuers,
    scopes,
    streams,
    exports: createOpenExports(limits),
    scopeSizes,
    hasModels: modelPointer !== undefined,
    shared: shares && { shares, linksFor: links.linksFor, now },
    sendReference,
    publicUrl: publicUrl.get,
  });
}
