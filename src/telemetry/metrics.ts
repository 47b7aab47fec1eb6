import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { accountNames, type MemoryLedger } from '../memory/memory-ledger.js';
import { readCommit, version } from '../version.js';

/** The gateway's Prometheus metrics, in a registry of their own, so that two apps in one process do not collide. */
export interface Metrics {
  readonly registry: Registry;
  /** Seconds from the first byte of a request to the last of its response, without streams and waits for changes. */
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
  /** Errors sent, by GraphQL and over HTTP. */
  readonly errors: Counter<'code' | 'reason'>;
  /** Operations executed. */
  readonly operations: Counter;
  /** Operations of trusted documents executed, by name. */
  readonly trustedOperations: Counter<'operation'>;
  /** Documents executed although no list has them, with TRUSTED_DOCUMENTS_MODE=log. */
  readonly unlistedDocuments: Counter;
  /** Open streams of events, of GraphQL and REST. */
  readonly subscriptions: Gauge<'transport'>;
  /** Seconds for which a transaction has been holding back changes. */
  readonly heldChanges: Gauge;
  /** SQL statements sent to the database, by statement name. */
  readonly statements: Counter<'statement'>;
  /** Requests that were rejected for lack of points, or would be if limits were enforced. */
  readonly rateLimited: Counter;
  /** Whether Redis is reachable, by which processes share the limits of callers. Unset where none is configured. */
  readonly redisUp: Gauge;
  /** Lines of the audit log that could not be written. */
  readonly auditFailures: Counter;
  /** Points of all requests, which the code that counts them adds up here. */
  readonly costTotals: Record<CostKind, number>;
  /** Sets the source of the status of database servers, called whenever the metrics are read. */
  watchServers(read: () => readonly ServerStatus[]): void;
  /** Sets the source of the ages of issuers' keys, called whenever the metrics are read. */
  watchIssuers(read: () => readonly IssuerKeysAge[]): void;
  /** Sets the ledger whose accounts are shown whenever the metrics are read. */
  watchMemory(memory: MemoryLedger): void;
}

const costKinds = ['estimated', 'database', 'processor'] as const;
type CostKind = (typeof costKinds)[number];

/** A database server that statements are sent to. */
export interface ServerStatus {
  readonly name: string;
  /** Open connections. */
  readonly connections: number;
  /** Whether the replica is read; absent for the primary. */
  readonly isRead?: boolean;
  /** Seconds by which a replica is behind; null: unknown, or it is no replica any more. */
  readonly lag?: number | null;
}

/** The age of the keys of an issuer; null: it has none. */
export interface IssuerKeysAge {
  readonly issuer: string;
  readonly ageMs: number | null;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'gateway_build_info',
    help: 'The version of the gateway, and the commit that it was built from.',
    labelNames: ['version', 'commit'],
    registers,
  }).set({ version, commit: readCommit() }, 1);
  const costTotals = { estimated: 0, database: 0, processor: 0 };
  new Counter({
    name: 'gateway_cost_points_total',
    help: 'Points of 0.1 ms that requests were estimated to cost, and have cost.',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset();
      for (const kind of costKinds) this.inc({ kind }, costTotals[kind]);
    },
  });
  let readServers: () => readonly ServerStatus[] = () => [];
  const collectFromServers = (measure: (server: ServerStatus) => number | null | undefined) =>
    function collect(this: Gauge<'server'>) {
      this.reset();
      for (const server of readServers()) {
        const value = measure(server);
        if (typeof value === 'number') this.set({ server: server.name }, value);
      }
    };
  new Gauge({
    name: 'gateway_database_connections',
    help: 'Open connections to a server of the database.',
    labelNames: ['server'],
    registers,
    collect: collectFromServers(({ connections }) => connections),
  });
  new Gauge({
    name: 'gateway_replica_read',
    help: 'Whether a replica is read.',
    labelNames: ['server'],
    registers,
    collect: collectFromServers(({ isRead }) => (isRead === undefined ? null : Number(isRead))),
  });
  new Gauge({
    name: 'gateway_replica_lag_seconds',
    help: 'How far a replica is behind the primary, at most; no series for a server that is no standby of it.',
    labelNames: ['server'],
    registers,
    collect: collectFromServers(({ lag }) => lag),
  });
  let readIssuers: () => readonly IssuerKeysAge[] = () => [];
  new Gauge({
    name: 'gateway_issuer_keys_age_seconds',
    help: 'Time since the keys of an issuer were fetched; no series for an issuer without keys.',
    labelNames: ['issuer'],
    registers,
    collect() {
      this.reset();
      for (const { issuer, ageMs } of readIssuers()) if (ageMs !== null) this.set({ issuer }, ageMs / 1000);
    },
  });
  let ledger: MemoryLedger | undefined;
  new Gauge({
    name: 'gateway_memory_bytes',
    help: 'Memory that is counted for callers.',
    labelNames: ['account'],
    registers,
    collect() {
      for (const account of accountNames) if (ledger) this.set({ account }, ledger[account].usedBytes);
    },
  });
  const redisUp = new Gauge({
    name: 'gateway_redis_up',
    help: 'Whether the Redis by which processes share rate limits is there; no series where none is configured.',
    registers,
  });
  // Otherwise it would be 0 from the beginning.
  redisUp.remove();
  return {
    registry,
    costTotals,
    rateLimited: new Counter({
      name: 'gateway_rate_limited_total',
      help: 'Requests of callers that had no points left.',
      registers,
    }),
    auditFailures: new Counter({
      name: 'gateway_audit_failures_total',
      help: 'Responses that were not sent because the audit log could not be written.',
      registers,
    }),
    redisUp,
    watchMemory(memory) {
      ledger = memory;
    },
    watchIssuers(read) {
      readIssuers = read;
    },
    watchServers(read) {
      readServers = read;
    },
    requestSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Duration of HTTP requests in seconds, without streams and waits for changes.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
      registers,
    }),
    errors: new Counter({
      name: 'gateway_errors_total',
      help: 'Errors sent to clients.',
      labelNames: ['code', 'reason'],
      registers,
    }),
    operations: new Counter({
      name: 'gateway_operations_total',
      help: 'GraphQL operations executed.',
      registers,
    }),
    trustedOperations: new Counter({
      name: 'gateway_trusted_operations_total',
      help: 'GraphQL operations of trusted documents executed.',
      labelNames: ['operation'],
      registers,
    }),
    unlistedDocuments: new Counter({
      name: 'gateway_unlisted_documents_total',
      help: 'Documents sent that no list has, with TRUSTED_DOCUMENTS_MODE=log.',
      registers,
    }),
    subscriptions: new Gauge({
      name: 'gateway_subscriptions',
      help: 'Open streams of events.',
      labelNames: ['transport'],
      registers,
    }),
    heldChanges: new Gauge({
      name: 'gateway_held_changes_seconds',
      help: 'Time for which an open transaction has been holding back changes; 0 if none does.',
      registers,
    }),
    statements: new Counter({
      name: 'gateway_sql_statements_total',
      help: 'SQL statements sent to the database.',
      labelNames: ['statement'],
      registers,
    }),
  };
}
