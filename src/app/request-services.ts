// Opens the parts that requests of all transports share: authentication, scopes, points, links and GraphQL.

import { type DemoIssuer, openDemoIssuer, withDemoIssuer } from '../access/tokens/demo-issuer.js';
import { maxStaleMs } from '../access/tokens/issuer-keys.js';
import { createKeptKeys } from '../access/tokens/kept-keys.js';
import { TrustedIssuers } from '../access/tokens/trusted-issuers.js';
import { openRateLimiter, type RateLimiter } from '../admission/rate-limiter.js';
import { AuditLog } from '../audit/audit-log.js';
import { withPath } from '../errors/explain.js';
import { type OpenedLinks, openLinks } from '../files/open-links.js';
import { loadSigningKey } from '../files/signing-key.js';
import { type GraphqlServer, startGraphqlServer } from '../graphql/operation/start-graphql-server.js';
import { toolDocuments } from '../mcp/tool-documents.js';
import { accountNames, MemoryLedger } from '../memory/memory-ledger.js';
import { Scopes } from '../request/scope.js';
import { createRunServices, type RunServiceFactory } from '../request/services.js';
import { registerShareFacts } from '../sharing/share-facts-statement.js';
import { ShareTokens } from '../sharing/share-token.js';
import { Shares } from '../sharing/shares.js';
import { createOpenStreams, type OpenStreams } from '../streams/open-streams.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { CompositionContext } from './composition-context.js';
import type { DataAccess } from './data-access.js';

export interface RequestServices {
  /** `null` if the demo issuer is not trusted. */
  readonly demoIssuer: DemoIssuer | null;
  readonly issuers: TrustedIssuers;
  readonly runServices: RunServiceFactory;
  readonly links: OpenedLinks;
  /** `null` without links to runs. */
  readonly shares: Shares | null;
  readonly streams: OpenStreams;
  readonly graphql: GraphqlServer;
  readonly accountOf: RateLimiter['accountOf'];
  readonly memory: MemoryLedger;
  readonly scopes: Scopes;
  /** `null` if auditing is disabled. */
  readonly auditLog: AuditLog | null;
}

export async function openRequestServices(context: CompositionContext, data: DataAccess): Promise<RequestServices> {
  const { config, log, now, metrics, openParts } = context;
  const memory = openMemory(metrics);
  const demoIssuer = config.demo ? await openDemoIssuer(config.dataDir) : null;
  const issuers = openIssuers(context, demoIssuer);
  const loaded = issuers.load();
  const runServices = openRunServices(context, data, issuers);
  const publicUrl = context.publicUrl.get;
  const links = await openLinks(config, { storage: data.storage, publicUrl, now });
  const streams = createOpenStreams(config.limits, (transport, change) =>
    metrics.subscriptions.inc({ transport }, change),
  );
  const graphql = await startGraphqlServer({
    config,
    modelPointer: config.modelPointer ?? null,
    sharesRuns: config.sharing !== undefined,
    log,
    metrics,
    streams,
    scopeSizes: data.scopeSizes,
    publicUrl,
    ownDocuments: config.mcp ? toolDocuments : [],
  });
  openParts.add('GraphQL server', graphql.stop);
  watchCaches(metrics, { documents: graphql.documentLookups, tokens: issuers.lookups });
  const auditLog = await openAuditLog(context);
  const shares = await openShares(context, data, issuers, auditLog);
  const { rateLimiter, close } = await openRateLimiter(config, log, metrics);
  openParts.add('rate limiter', close);
  const { accountOf } = rateLimiter;
  const { limits, costMode } = config;
  const { costTotals } = metrics;
  const scopes = new Scopes({
    limits,
    costMode,
    services: runServices,
    links,
    shares,
    accountOf,
    costTotals,
    memory,
    auditLog,
    now,
  });
  // A gateway starts listening only after it has tried to fetch the keys of each issuer.
  await loaded;
  return { demoIssuer, issuers, runServices, links, shares, streams, graphql, accountOf, memory, scopes, auditLog };
}

function openMemory(metrics: Metrics): MemoryLedger {
  const memory = MemoryLedger.forHeap();
  metrics.watch('memory', () => accountNames.map((account) => [{ account }, memory[account].usedBytes] as const));
  metrics.watch('memoryLimit', () => accountNames.map((account) => [{ account }, memory[account].maxBytes] as const));
  return memory;
}

function openIssuers(
  { config, log, now, metrics, openParts }: CompositionContext,
  demoIssuer: DemoIssuer | null,
): TrustedIssuers {
  const kept = createKeptKeys({ dataDir: config.dataDir, log, maxAgeMs: maxStaleMs });
  openParts.add('kept keys', kept.flush);
  const issuers = new TrustedIssuers(withDemoIssuer(config, demoIssuer), { now, log, kept });
  metrics.watch('issuerKeysAge', () =>
    issuers.keyStatus().flatMap(({ issuer, ageMs }) => (ageMs === null ? [] : [[{ issuer }, ageMs / 1000] as const])),
  );
  return issuers;
}

function openRunServices(
  { config, log, now, metrics, openParts, heartbeatMs, maxScannedRuns }: CompositionContext,
  { statements, scheduler, database }: DataAccess,
  { isTrusted }: TrustedIssuers,
): RunServiceFactory {
  const services = createRunServices(statements, scheduler, {
    onPollFailure: (error) => log.warn({ err: error }, 'polling for changes failed'),
    watchPolls: (age) => metrics.watch('changesPollAge', () => age().map((seconds) => [{}, seconds] as const)),
    ...database.changes,
    now,
    heartbeatMs,
    maxScannedRuns,
    isIssuerTrusted: isTrusted,
    modelPointer: config.modelPointer ?? null,
    sharesRuns: config.sharing !== undefined,
  });
  openParts.add('services', services.close);
  return services;
}

function watchCaches(
  metrics: Metrics,
  caches: Readonly<Record<string, { readonly hit: number; readonly miss: number }>>,
): void {
  metrics.watch('cacheLookups', () =>
    Object.entries(caches).flatMap(([cache, { hit, miss }]) => [
      [{ cache, result: 'hit' }, hit] as const,
      [{ cache, result: 'miss' }, miss] as const,
    ]),
  );
}

async function openShares(
  { config: { dataDir, sharing }, publicUrl, now }: CompositionContext,
  { statements, scheduler }: DataAccess,
  issuers: TrustedIssuers,
  auditLog: AuditLog | null,
): Promise<Shares | null> {
  if (sharing === undefined) return null;
  const { allowsPayload, signingKey } = sharing;
  return new Shares({
    tokens: new ShareTokens(await loadSigningKey({ signingKey, dataDir, fileName: 'share-signing-key' })),
    allowsPayload,
    issuers: issuers.current,
    readFacts: registerShareFacts({ statements, scheduler }),
    auditLog,
    publicUrl: publicUrl.get,
    now,
  });
}

async function openAuditLog({ config, log, metrics, openParts }: CompositionContext): Promise<AuditLog | null> {
  const { auditLog: target } = config;
  if (target === undefined) return null;
  const open = () => AuditLog.open({ target, log, onFailure: () => metrics.auditFailures.inc() });
  const opened = await withPath(target, open);
  openParts.add('audit log', () => opened.close());
  return opened;
}
