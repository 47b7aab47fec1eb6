// Opens the parts that requests of every transport share: authentication, scopes, points, links and GraphQL.

import type { Caller } from '../access/caller.js';
import { type DemoIssuer, openDemoIssuer, withDemoIssuer } from '../access/tokens/demo-issuer.js';
import { maxStaleMs } from '../access/tokens/issuer-keys.js';
import { createKeptKeys } from '../access/tokens/kept-keys.js';
import { createTrustedIssuers, type TrustedIssuers } from '../access/tokens/trusted-issuers.js';
import { openRateLimiter, type RateLimiter } from '../admission/rate-limiter.js';
import { AuditLog } from '../audit/audit-log.js';
import type { Config } from '../config/config.js';
import { withPath } from '../errors/explain.js';
import { type OpenedLinks, openLinks } from '../files/open-links.js';
import { type GraphqlServer, startGraphqlServer } from '../graphql/operation/start-graphql-server.js';
import { andThen, type MaybePromise } from '../maybe-promise.js';
import { toolDocuments } from '../mcp/tool-documents.js';
import { accountNames, MemoryLedger } from '../memory/memory-ledger.js';
import type { RequestLogFields } from '../request/log-fields.js';
import { createScopes, type Scopes } from '../request/scope.js';
import { createRunServices, type RunServiceFactory } from '../request/services.js';
import { createOpenStreams, type OpenStreams } from '../streams/open-streams.js';
import type { ModelPointer } from '../task-runs/record/json-pointer.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { AppContext } from './app-types.js';
import type { Reads } from './open-reads.js';

/** Verifies a token, and sets its caller in the log fields. @throws GatewayError */
export type Verify = (token: string, logFields: RequestLogFields) => MaybePromise<Caller>;

export interface RequestParts {
  /** null: the demo issuer is not trusted. */
  readonly demoIssuer: DemoIssuer | null;
  readonly issuers: TrustedIssuers;
  readonly verify: Verify;
  readonly services: RunServiceFactory;
  readonly links: OpenedLinks;
  readonly streams: OpenStreams;
  readonly graphql: GraphqlServer;
  readonly accountOf: RateLimiter['accountOf'];
  readonly memory: MemoryLedger;
  readonly scopes: Scopes;
  /** null: nothing is audited. */
  readonly auditLog: AuditLog | null;
}

export async function openRequestParts(config: Config, reads: Reads, context: AppContext): Promise<RequestParts> {
  const { log, now, metrics, publicUrl, parts } = context;
  const { storage, scopeSizes } = reads;
  const memory = MemoryLedger.ofHeap();
  metrics.watch('memory', () => accountNames.map((account) => [{ account }, memory[account].usedBytes] as const));
  metrics.watch('memoryLimit', () => accountNames.map((account) => [{ account }, memory[account].maxBytes] as const));
  const demoIssuer = config.demo ? await openDemoIssuer(config.dataDir) : null;
  const kept = createKeptKeys({ dataDir: config.dataDir, log, maxAgeMs: maxStaleMs });
  parts.add('kept keys', kept.flush);
  const issuers = createTrustedIssuers(withDemoIssuer(config, demoIssuer), { now, log, kept });
  const loaded = issuers.load();
  metrics.watch('issuerKeysAge', () =>
    issuers.keyStatus().flatMap(({ issuer, ageMs }) => (ageMs === null ? [] : [[{ issuer }, ageMs / 1000] as const])),
  );
  const { modelPointer = null } = config;
  const services = openServices(reads, issuers, modelPointer, context);
  parts.add('services', services.close);
  const links = await openLinks(config, { storage, publicUrl, now });
  const streams = createOpenStreams(config.limits, (transport, change) =>
    metrics.subscriptions.inc({ transport }, change),
  );
  const ownDocuments = config.mcp ? toolDocuments : [];
  const graphql = await startGraphqlServer({
    config,
    modelPointer,
    log,
    metrics,
    streams,
    scopeSizes,
    publicUrl,
    ownDocuments,
  });
  parts.add('GraphQL server', graphql.stop);
  watchCaches(metrics, { documents: graphql.documentLookups, tokens: issuers.lookups });
  const { rateLimiter, close } = await openRateLimiter(config, log, metrics);
  parts.add('rate limiter', close);
  const { accountOf } = rateLimiter;
  const auditLog = await openAuditLog(config, context);
  const { limits, costMode } = config;
  const { costTotals } = metrics;
  const scopes = createScopes({ limits, costMode, services, links, accountOf, costTotals, memory, auditLog, now });
  const verify = createVerify(issuers);
  // A gateway that listens has tried to fetch the keys of each issuer.
  await loaded;
  return { demoIssuer, issuers, verify, services, links, streams, graphql, accountOf, memory, scopes, auditLog };
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

async function openAuditLog(
  { auditLog: target }: Config,
  { log, metrics, parts }: AppContext,
): Promise<AuditLog | null> {
  if (target === undefined) return null;
  const open = () => AuditLog.open({ target, log, onFailure: () => metrics.auditFailures.inc() });
  const opened = await withPath(target, open);
  parts.add('audit log', () => opened.close());
  return opened;
}

function openServices(
  { statements, scheduler, database }: Reads,
  { isTrusted }: TrustedIssuers,
  modelPointer: ModelPointer | null,
  { log, now, metrics, heartbeatMs, maxScannedRuns }: AppContext,
): RunServiceFactory {
  return createRunServices(statements, scheduler, {
    onPollFailure: (error) => log.warn({ err: error }, 'Polling for changes failed.'),
    watchPolls: (age) => metrics.watch('changesPollAge', () => age().map((seconds) => [{}, seconds] as const)),
    ...database.changes,
    now,
    heartbeatMs,
    maxScannedRuns,
    isIssuerTrusted: isTrusted,
    modelPointer,
  });
}

function createVerify(issuers: TrustedIssuers): Verify {
  return (token, logFields) => {
    const verified = issuers.verify(token);
    if (verified instanceof Promise) logFields.isVerifying = true;
    return andThen(verified, (caller) => {
      logFields.caller = caller;
      return caller;
    });
  };
}
