// All metrics of the gateway. docs/monitoring.md is generated from this table.

interface MetricRow<Type extends 'counter' | 'gauge' | 'histogram', Label extends string> {
  readonly type: Type;
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
  /** Text (Markdown) that follows the help in docs/monitoring.md. */
  readonly more: string;
  readonly buckets?: readonly number[];
}

type Details<Label> = { readonly labels?: readonly Label[]; readonly more?: string };

function counter<const Label extends string = never>(name: string, help: string, details: Details<Label> = {}) {
  return { type: 'counter', name, help, labels: [], more: '', ...details } as MetricRow<'counter', Label>;
}

function gauge<const Label extends string = never>(name: string, help: string, details: Details<Label> = {}) {
  return { type: 'gauge', name, help, labels: [], more: '', ...details } as MetricRow<'gauge', Label>;
}

function histogram<const Label extends string = never>(
  name: string,
  help: string,
  details: Details<Label> & { readonly buckets: readonly number[] },
) {
  return { type: 'histogram', name, help, labels: [], more: '', ...details } as MetricRow<'histogram', Label>;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10];

export const metricTable = {
  ready: gauge('gateway_ready', 'Whether the gateway is ready for requests.', {
    more: ' The state of [`/health/ready`](operating.md#health), checked when the metrics are collected.',
  }),
  databaseUp: gauge('gateway_database_up', 'Whether a database server responds.', {
    more: ' Checked when the metrics are collected, even while all connections are busy.',
  }),
  fileStoreUp: gauge('gateway_file_store_up', 'Whether the file bucket responds.', {
    more: ' Checked when the metrics are collected. No series for a folder.',
  }),
  requestSeconds: histogram(
    'http_request_duration_seconds',
    'Duration of requests until the end of the response, excluding event streams and waits for changes.',
    { labels: ['method', 'route', 'status'], buckets: [...seconds, 20], more: ' See [`wait`](live.md).' },
  ),
  sentBytes: counter('gateway_sent_bytes_total', 'Bytes sent on all connections.'),
  errors: counter('gateway_errors_total', 'Errors sent to clients.', {
    labels: ['entry', 'code', 'reason'],
    more: ' `entry` is `graphql`, `rest`, `mcp`, `websocket` or `other`.',
  }),
  rejectedTokens: counter('gateway_rejected_tokens_total', 'Requests rejected because of their token.', {
    labels: ['cause'],
    more: ' `cause` is `form`, `issuer`, `key`, `signature`, `audience`, `time` or `claim`, or the reason of another error with status 401.',
  }),
  operations: counter('gateway_operations_total', 'GraphQL operations executed.'),
  trustedOperations: counter(
    'gateway_trusted_operations_total',
    'Executed GraphQL operations of trusted documents, by name.',
    {
      labels: ['operation'],
      more: ' See [trusted documents](trusted-documents.md).',
    },
  ),
  unlistedDocuments: counter(
    'gateway_unlisted_documents_total',
    'Documents that are not trusted, with TRUSTED_DOCUMENTS_MODE=log.',
  ),
  cacheLookups: counter('gateway_cache_lookups_total', 'Cache lookups of documents and verified tokens.', {
    labels: ['cache', 'result'],
    more: ' `cache` is `documents` or `tokens`, `result` is `hit` or `miss`.',
  }),
  costPoints: counter('gateway_cost_points_total', 'Estimated and actual cost of requests, in points of 0.1 ms.', {
    labels: ['kind'],
    more: ' `kind` is `estimated`, or `database` and `processor` for the time used.',
  }),
  rateLimited: counter('gateway_rate_limited_total', 'Requests from callers with no points left.', {
    more: ' With `COST_MODE=measure`, they are served anyway. See [rate limits](limits.md#rate-limits).',
  }),
  redisUp: gauge('gateway_redis_up', 'Whether the Redis server for shared rate limits is available.', {
    more: ' No series without `REDIS_URL`. See [rate limits of a fleet](fleet.md#rate-limits-of-a-fleet).',
  }),
  auditFailures: counter(
    'gateway_audit_failures_total',
    'Responses not sent because the audit log could not be written.',
    {
      more: ' See [the audit log](operating.md#the-audit-log).',
    },
  ),
  issuerKeysAge: gauge('gateway_issuer_keys_age_seconds', 'Time since the keys of an issuer were fetched.', {
    labels: ['issuer'],
    more: ' It grows while none of its [tokens](access.md#tokens) is used. No series without keys.',
  }),
  subscriptions: gauge('gateway_subscriptions', 'Open event streams.', { labels: ['transport'] }),
  changesPollAge: gauge('gateway_changes_poll_age_seconds', 'Time since the last poll for changes.', {
    more: ' No series without open streams or waits for changes.',
  }),
  heldChanges: gauge('gateway_held_changes_seconds', 'Time for which an open transaction has held back changes.', {
    more: ' 0 without such a transaction, measured every 10 seconds. See [open transactions](writing.md#open-transactions).',
  }),
  memory: gauge('gateway_memory_bytes', 'Memory that callers hold.', {
    labels: ['account'],
    more: ' See [memory](limits.md#memory).',
  }),
  memoryLimit: gauge('gateway_memory_limit_bytes', 'Memory that callers may hold.', { labels: ['account'] }),
  waitingReads: gauge('gateway_waiting_reads', 'Keys waiting for a statement.', {
    labels: ['lane'],
    more: ' `lane` is `point`, `page`, `aggregate` or `bulk`.',
  }),
  runningStatements: gauge('gateway_running_statements', 'Running statements.', { labels: ['lane'] }),
  runningStatementsLimit: gauge('gateway_running_statements_limit', 'Maximum number of running statements of a lane.', {
    labels: ['lane'],
    more: ' One caller may have [fewer](#lanes).',
  }),
  readWait: histogram('gateway_read_wait_seconds', 'Time that reads waited before their statement was sent.', {
    labels: ['lane'],
    buckets: seconds,
  }),
  statementKeys: histogram('gateway_statement_keys', 'Keys per statement, which several requests may share.', {
    labels: ['lane'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
  }),
  statements: counter('gateway_sql_statements_total', 'SQL statements sent to the database.', {
    labels: ['statement'],
  }),
  statementSeconds: histogram('gateway_sql_statement_duration_seconds', 'Duration of SQL statements.', {
    labels: ['statement'],
    buckets: seconds,
  }),
  connections: gauge('gateway_database_connections', 'Connections to a database server.', {
    labels: ['server', 'state'],
    more: ' `server` is `primary`, or host and port of a replica; `state` is `busy` or `idle`.',
  }),
  connectionLimit: gauge('gateway_database_connection_limit', 'Maximum number of connections to all database servers.'),
  replicaRead: gauge('gateway_replica_read', 'Whether a replica is used for reads.', {
    labels: ['server'],
    more: ' See [replicas](fleet.md#replicas).',
  }),
  replicaLag: gauge('gateway_replica_lag_seconds', 'Maximum lag of a replica behind the primary.', {
    labels: ['server'],
    more: ' While the primary is unavailable, the lag when it was last available. No series for a server that is not a standby of the primary, such as a promoted one.',
  }),
  buildInfo: gauge('gateway_build_info', 'The version of the gateway and the commit it was built from. Always 1.', {
    labels: ['version', 'commit'],
    more: ' `commit` is `unknown` if the program was built outside a repository, as in the image.',
  }),
};

export type MetricTable = typeof metricTable;
