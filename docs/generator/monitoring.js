// The dashboard for Grafana and the alerts for Prometheus. `npm run docs` writes them into deploy/.

/** Panels by row: each has a title, a unit of Grafana, and queries with their legends. `$job` is the job of the gateways. */
const rows = {
  Requests: [
    [
      'Requests per second, by route',
      'reqps',
      [['sum by (route) (rate(http_request_duration_seconds_count{JOB}[$__rate_interval]))', '{{route}}']],
    ],
    [
      'Request duration, p50 and p95',
      's',
      [
        [
          'histogram_quantile(0.5, sum by (le) (rate(http_request_duration_seconds_bucket{JOB}[$__rate_interval])))',
          'p50',
        ],
        [
          'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{JOB}[$__rate_interval])))',
          'p95',
        ],
      ],
    ],
    [
      'Errors per second, by entry and reason',
      'reqps',
      [['sum by (entry, reason) (rate(gateway_errors_total{JOB}[$__rate_interval]))', '{{entry}} {{reason}}']],
    ],
    [
      'Rejected tokens per second, by cause',
      'reqps',
      [['sum by (cause) (rate(gateway_rejected_tokens_total{JOB}[$__rate_interval]))', '{{cause}}']],
    ],
    [
      'Operations per second',
      'reqps',
      [
        ['sum(rate(gateway_operations_total{JOB}[$__rate_interval]))', 'all'],
        ['sum by (operation) (rate(gateway_trusted_operations_total{JOB}[$__rate_interval]))', '{{operation}}'],
        ['sum(rate(gateway_unlisted_documents_total{JOB}[$__rate_interval]))', 'not trusted'],
      ],
    ],
    [
      'Bytes sent per second',
      'Bps',
      [['sum by (instance) (rate(gateway_sent_bytes_total{JOB}[$__rate_interval]))', '{{instance}}']],
    ],
  ],
  Database: [
    [
      'Read wait time, p95 by lane',
      's',
      [
        [
          'histogram_quantile(0.95, sum by (lane, le) (rate(gateway_read_wait_seconds_bucket{JOB}[$__rate_interval])))',
          '{{lane}}',
        ],
      ],
    ],
    ['Waiting keys, by lane', 'none', [['sum by (lane) (gateway_waiting_reads{JOB})', '{{lane}}']]],
    [
      'Running statements, by lane',
      'none',
      [
        ['sum by (lane) (gateway_running_statements{JOB})', '{{lane}}'],
        ['sum by (lane) (gateway_running_statements_limit{JOB})', 'limit of {{lane}}'],
        ['sum(gateway_database_connection_limit{JOB})', 'limit of all'],
      ],
    ],
    [
      'Connections, by server and state',
      'none',
      [['sum by (server, state) (gateway_database_connections{JOB})', '{{server}} {{state}}']],
    ],
    [
      'Statement duration, p95 of the ten slowest',
      's',
      [
        [
          'topk(10, histogram_quantile(0.95, sum by (statement, le) (rate(gateway_sql_statement_duration_seconds_bucket{JOB}[$__rate_interval]))) > 0)',
          '{{statement}}',
        ],
      ],
    ],
    [
      'Busy connections, by statement',
      'none',
      [
        [
          'topk(10, sum by (statement) (rate(gateway_sql_statement_duration_seconds_sum{JOB}[$__rate_interval])))',
          '{{statement}}',
        ],
      ],
    ],
    [
      'Statements per second',
      'reqps',
      [['sum by (statement) (rate(gateway_sql_statements_total{JOB}[$__rate_interval]))', '{{statement}}']],
    ],
    [
      'Keys per statement, mean by lane',
      'none',
      [
        [
          'sum by (lane) (rate(gateway_statement_keys_sum{JOB}[$__rate_interval])) / sum by (lane) (rate(gateway_statement_keys_count{JOB}[$__rate_interval]))',
          '{{lane}}',
        ],
      ],
    ],
    [
      'Replica lag',
      's',
      [
        ['max by (server) (gateway_replica_lag_seconds{JOB})', '{{server}}'],
        ['min by (server) (gateway_replica_read{JOB})', '{{server}} is read'],
      ],
    ],
  ],
  Changes: [
    ['Open streams', 'none', [['sum by (transport) (gateway_subscriptions{JOB})', '{{transport}}']]],
    ['Time since the last poll', 's', [['max by (instance) (gateway_changes_poll_age_seconds{JOB})', '{{instance}}']]],
    ['Changes held back by a transaction', 's', [['max(gateway_held_changes_seconds{JOB})', 'held']]],
  ],
  Process: [
    ['Event loop lag, p99', 's', [['max by (instance) (nodejs_eventloop_lag_p99_seconds{JOB})', '{{instance}}']]],
    [
      'CPU',
      'percentunit',
      [['sum by (instance) (rate(process_cpu_seconds_total{JOB}[$__rate_interval]))', '{{instance}}']],
    ],
    [
      'Memory of callers, fraction of the limit',
      'percentunit',
      [['max by (account) (gateway_memory_bytes{JOB} / gateway_memory_limit_bytes{JOB})', '{{account}}']],
    ],
    [
      'Cache hits',
      'percentunit',
      [
        [
          'sum by (cache) (rate(gateway_cache_lookups_total{JOB, result="hit"}[$__rate_interval])) / sum by (cache) (rate(gateway_cache_lookups_total{JOB}[$__rate_interval]))',
          '{{cache}}',
        ],
      ],
    ],
    [
      'Cost in points per second',
      'none',
      [
        ['sum by (kind) (rate(gateway_cost_points_total{JOB}[$__rate_interval]))', '{{kind}}'],
        ['sum(rate(gateway_rate_limited_total{JOB}[$__rate_interval]))', 'requests without points'],
      ],
    ],
    [
      'Redis, audit log, issuer keys',
      'none',
      [
        ['min(gateway_redis_up{JOB})', 'Redis is available'],
        ['sum(rate(gateway_audit_failures_total{JOB}[$__rate_interval]))', 'unaudited responses per second'],
        ['max by (issuer) (gateway_issuer_keys_age_seconds{JOB}) / 3600', 'age of keys of {{issuer}} in hours'],
      ],
    ],
    [
      'Health of the gateway, the database and the bucket',
      'none',
      [
        ['min by (instance) (gateway_ready{JOB})', '{{instance}} is ready'],
        ['min by (instance) (gateway_database_up{JOB})', 'the database of {{instance}} responds'],
        ['min by (instance) (gateway_file_store_up{JOB})', 'the bucket of {{instance}} responds'],
      ],
    ],
    ['Versions', 'none', [['count by (version, commit) (gateway_build_info{JOB})', '{{version}} {{commit}}']]],
  ],
};

const job = 'job="task-run-gateway"';

/**
 * Returns the part of requests that a counter has counted. The window is shorter than the time for which alerts by it must
 * hold: an incident of 20 seconds is seen for 65, and an alert ends within a minute after its cause.
 */
const shareOfRequests = (series, by = '', routes = 'route!~"/health/.*|/metrics"') =>
  `sum${by}(rate(${series}[45s])) / ${by === '' ? '' : 'ignoring(cause) group_left() '}sum(rate(http_request_duration_seconds_count{${job}, ${routes}}[45s]))`;
const errorsOf = (matcher) => `gateway_errors_total{${job}, ${matcher}}`;
const heldFor = '90s';

/** Each names the first step in docs/monitoring.md. */
const alerts = [
  ['GatewayDown', `up{${job}} == 0`, '1m', 'critical', 'A gateway cannot be scraped.', 'refused'],
  [
    'GatewayDatabaseDown',
    `min by (instance) (gateway_database_up{${job}}) == 0`,
    '1m',
    'critical',
    'The database of {{ $labels.instance }} does not respond.',
    'refused',
  ],
  [
    'GatewayNotReady',
    `min by (instance) (gateway_ready{${job}}) == 0 unless min by (instance) (gateway_database_up{${job}}) == 0`,
    '1m',
    'critical',
    '{{ $labels.instance }} is not ready and receives no requests.',
    'refused',
  ],
  [
    'GatewayDatabaseFails',
    `${shareOfRequests(errorsOf('reason="SERVICE_UNAVAILABLE"'))} > 0.05`,
    heldFor,
    'critical',
    'More than 5% of requests fail because the database is unavailable.',
    'refused',
  ],
  [
    'GatewayFileStoreDown',
    `min by (instance) (gateway_file_store_up{${job}}) == 0`,
    '1m',
    'critical',
    'The file bucket does not respond to {{ $labels.instance }}.',
    'refused',
  ],
  [
    'GatewayFilesFail',
    `${shareOfRequests(errorsOf('reason="FILE_STORE_UNAVAILABLE"'), '', 'route=~".*/file/.*"')} > 0.05`,
    heldFor,
    'warning',
    'More than 5% of downloads fail because the file store is unavailable.',
    'refused',
  ],
  [
    'GatewayInternalErrors',
    `${shareOfRequests(errorsOf('code="INTERNAL_SERVER_ERROR"'))} > 0.01`,
    heldFor,
    'warning',
    'More than 1% of requests fail with an internal error.',
    'refused',
  ],
  [
    'GatewayKeysUnavailable',
    `${shareOfRequests(errorsOf('reason="AUTHENTICATION_UNAVAILABLE"'))} > 0.05`,
    heldFor,
    'critical',
    'More than 5% of requests fail because the keys of their issuer are unavailable.',
    'refused',
  ],
  [
    'GatewayTokensRejected',
    `${shareOfRequests(`gateway_rejected_tokens_total{${job}, cause=~"key|signature|issuer"}`, ' by (cause) ')} > 0.1`,
    heldFor,
    'warning',
    'More than 10% of requests are rejected because of their token: {{ $labels.cause }}.',
    'refused',
  ],
  [
    'GatewayReadsTimeOut',
    `${shareOfRequests(errorsOf('reason=~"QUEUE_TIMEOUT|DEADLINE_EXCEEDED"'))} > 0.01`,
    heldFor,
    'warning',
    'More than 1% of requests time out.',
    'full',
  ],
  [
    'GatewayReadsWait',
    `histogram_quantile(0.95, sum by (lane, le) (rate(gateway_read_wait_seconds_bucket{${job}}[45s]))) > 0.5`,
    '5m',
    'warning',
    'Reads of the lane {{ $labels.lane }} wait for more than 0.5 seconds.',
    'full',
  ],
  [
    'GatewayMemoryFull',
    `max by (instance, account) (gateway_memory_bytes{${job}} / gateway_memory_limit_bytes{${job}}) > 0.9`,
    '5m',
    'warning',
    'The memory account {{ $labels.account }} of {{ $labels.instance }} is almost full.',
    'full',
  ],
  [
    'GatewayEventLoopSlow',
    `max by (instance) (nodejs_eventloop_lag_p99_seconds{${job}}) > 0.25`,
    '5m',
    'warning',
    'The event loop of {{ $labels.instance }} lags by more than 250 ms.',
    'slow',
  ],
  [
    'GatewayRequestsSlow',
    `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${job}}[45s]))) > 2.5`,
    '5m',
    'warning',
    'More than 5% of requests take longer than 2.5 seconds.',
    'slow',
  ],
  [
    'GatewayChangesHeld',
    `max(gateway_held_changes_seconds{${job}}) > 60`,
    '0m',
    'warning',
    'An open transaction has held back changes for {{ $value | humanizeDuration }}.',
    'late',
  ],
  [
    'GatewayChangesNotPolled',
    `max by (instance) (gateway_changes_poll_age_seconds{${job}}) > 15`,
    '1m',
    'warning',
    '{{ $labels.instance }} has not polled for changes.',
    'late',
  ],
  [
    'GatewayReplicaNotRead',
    `min by (server) (gateway_replica_read{${job}}) == 0`,
    '5m',
    'warning',
    'The replica {{ $labels.server }} is excluded from reads.',
    'slow',
  ],
  [
    'GatewayRedisDown',
    `min(gateway_redis_up{${job}}) == 0`,
    '1m',
    'warning',
    'Redis is unavailable, so each process limits rates separately.',
    'refused',
  ],
  [
    'GatewayAuditFails',
    // Payload may be a small part of the requests.
    `sum(rate(gateway_audit_failures_total{${job}}[45s])) > 0`,
    heldFor,
    'critical',
    'The audit log cannot be written, so responses with payload are not sent.',
    'refused',
  ],
];

/** Returns the text of each generated file by its path. @param metrics of src/telemetry/metric-table.ts */
export function generateMonitoring(metrics) {
  return new Map([
    ['deploy/grafana/task-run-gateway.json', `${JSON.stringify(dashboard(metrics), null, 2)}\n`],
    ['deploy/prometheus/alerts.yml', alertRules()],
  ]);
}

/** Returns every expression of the dashboard and the alerts, as Prometheus takes it. */
export function monitoringExpressions() {
  const panels = Object.values(rows).flat();
  const panelQueries = panels.flatMap(([title, , queries]) =>
    queries.map(([expression]) => [
      title,
      expression.replaceAll('{JOB', `{${job}`).replaceAll('$__rate_interval', '1m'),
    ]),
  );
  return [...panelQueries, ...alerts.map(([name, expression]) => [name, expression])];
}

function dashboard(metrics) {
  const panels = [];
  let y = 0;
  for (const [title, panelsOfRow] of Object.entries(rows)) {
    panels.push({ type: 'row', title, collapsed: false, gridPos: { x: 0, y, w: 24, h: 1 }, panels: [] });
    y += 1;
    for (const [index, [panelTitle, unit, queries]] of panelsOfRow.entries()) {
      const gridPos = { x: (index % 3) * 8, y: y + Math.floor(index / 3) * 8, w: 8, h: 8 };
      panels.push(panel(panelTitle, unit, queries, gridPos, metrics));
    }
    y += Math.ceil(panelsOfRow.length / 3) * 8;
  }
  return {
    uid: 'task-run-gateway',
    title: 'Task-run gateway',
    tags: ['task-run-gateway'],
    timezone: 'browser',
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' },
        {
          name: 'job',
          type: 'query',
          datasource: { type: 'prometheus', uid: '$datasource' },
          query: 'label_values(gateway_build_info, job)',
          label: 'Job',
          refresh: 2,
        },
      ],
    },
    panels: panels.map((panel, index) => ({ id: index + 1, ...panel })),
  };
}

function panel(title, unit, queries, gridPos, metrics) {
  const used = Object.values(metrics).filter(({ name }) => queries.some(([expr]) => expr.includes(name)));
  const datasource = { type: 'prometheus', uid: '$datasource' };
  return {
    type: 'timeseries',
    title,
    description: used.map(({ help }) => help).join('\n'),
    datasource,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 8, showPoints: 'never' } }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: queries.map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr: expr.replaceAll('{JOB', '{job="$job"'),
      legendFormat,
    })),
  };
}

function alertRules() {
  const rules = alerts.map(
    ([name, expression, hold, severity, summary, anchor]) => `      - alert: ${name}
        expr: ${expression}
        for: ${hold}
        labels:
          severity: ${severity}
        annotations:
          summary: ${JSON.stringify(summary)}
          description: ${JSON.stringify(`docs/monitoring.md#${anchor}`)}
`,
  );
  return `# Alerts of a job named task-run-gateway. Printed by npm run docs from docs/generator/monitoring.js.
groups:
  - name: task-run-gateway
    rules:
${rules.join('')}`;
}
