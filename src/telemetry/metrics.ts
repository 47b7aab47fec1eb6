import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The gateway's Prometheus metrics; a registry of its own, so that two apps in one process do not collide. */
export interface Metrics {
  readonly registry: Registry;
  /** Seconds from the first byte of a request to the last of its response. */
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
  /** Errors sent, by GraphQL and over HTTP. */
  readonly errors: Counter<'code' | 'reason'>;
  /** Operations executed. */
  readonly operations: Counter;
  /** Streams of events that are open, of GraphQL and REST. */
  readonly subscriptions: Gauge<'transport'>;
  /** SQL statements sent to the database, by statement name. */
  readonly statements: Counter<'statement'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Duration of HTTP requests in seconds.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
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
    subscriptions: new Gauge({
      name: 'gateway_subscriptions',
      help: 'Open streams of events.',
      labelNames: ['transport'],
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
