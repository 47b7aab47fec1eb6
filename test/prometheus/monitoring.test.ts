// The dashboard, the alerts and the metrics, evaluated by Prometheus itself.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateMonitoring, monitoringExpressions } from '../../docs/generator/monitoring.js';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { metricTable } from '../../src/telemetry/metric-table.js';
import { block } from '../docs/documents.js';
import { folderOf, manifestOf } from '../support/document-lists.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';
import { openAs } from '../support/websocket-client.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const as = demoSubjects.viewer;
const place = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const trusted = `query Trusted { taskRun(${place}, id: "${id}") { created } }`;
const expressions: readonly (readonly [string, string])[] = monitoringExpressions();
const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
const alertsFile = join(folder, 'alerts.yml');
writeFileSync(alertsFile, generateMonitoring(metricTable).get('deploy/prometheus/alerts.yml')!);
afterAll(() => rmSync(folder, { recursive: true }));

const promtool = (...parameters: string[]) =>
  execFileSync('promtool', parameters, { encoding: 'utf8', cwd: folder, stdio: 'pipe' });

describe('the alerts', () => {
  it('pass the checks of promtool, with the configuration in the documents', () => {
    expect(promtool('check', 'rules', alertsFile)).toContain('SUCCESS');
    const path = join(folder, 'prometheus.yml');
    writeFileSync(path, block('scrape').text);
    expect(promtool('check', 'config', path)).toContain('SUCCESS');
  });

  const job = 'job="task-run-gateway", instance="a"';
  /** The interval between scrapes in seconds. */
  const interval = 15;
  const scrapes = 41;
  type Series = readonly (readonly [name: string, values: string])[];

  const always = (name: string, value: number): Series[number] => [name, `${value}x${scrapes}`];
  /** A counter that grows by a constant with each scrape. */
  const growing = (name: string, step: number): Series[number] => [name, `0+${step}x${scrapes}`];
  /** A series given by a function of the seconds. For a counter, the function returns the growth at each scrape. */
  const varying = (name: string, valueAt: (second: number) => number, isCounter = false): Series[number] => {
    let total = 0;
    const values = Array.from({ length: scrapes }, (_, index) => {
      const value = valueAt(index * interval);
      total += value;
      return isCounter ? total : value;
    });
    return [name, values.join(' ')];
  };
  const requests = `http_request_duration_seconds_count{${job}, method="POST", route="/graphql", status="200"}`;
  const downloads = `http_request_duration_seconds_count{${job}, method="GET", route="/api/v1/run/file/*", status="200"}`;
  const errors = (reason: string, code = 'SERVICE_UNAVAILABLE') =>
    `gateway_errors_total{${job}, entry="graphql", code="${code}", reason="${reason}"}`;
  const up = `up{${job}}`;
  const ready = `gateway_ready{${job}}`;
  const fileStoreUp = `gateway_file_store_up{${job}}`;
  const databaseUp = `gateway_database_up{${job}}`;

  const histogramOf = (name: string, labels: string, bucket: string): Series => [
    growing(`${name}_bucket{${job}, ${labels}le="${bucket}"}`, 150),
    growing(`${name}_bucket{${job}, ${labels}le="+Inf"}`, 150),
  ];
  const quiet: Series = [
    always(up, 1),
    always(ready, 1),
    always(databaseUp, 1),
    always(fileStoreUp, 1),
    growing(requests, 450),
    growing(downloads, 6),
    growing(errors('TASK_RUN_NOT_FOUND', 'NOT_FOUND'), 15),
    ...[
      'SERVICE_UNAVAILABLE',
      'DEADLINE_EXCEEDED',
      'QUEUE_TIMEOUT',
      'AUTHENTICATION_UNAVAILABLE',
      'FILE_STORE_UNAVAILABLE',
    ].map((reason) => growing(errors(reason), 0)),
    growing(errors('INTERNAL_SERVER_ERROR', 'INTERNAL_SERVER_ERROR'), 0),
    growing(`gateway_rejected_tokens_total{${job}, cause="EXPIRED_TOKEN"}`, 150),
    ...histogramOf('gateway_read_wait_seconds', 'lane="point", ', '0.1'),
    ...histogramOf('http_request_duration_seconds', '', '0.5'),
    always(`gateway_memory_bytes{${job}, account="json"}`, 10),
    always(`gateway_memory_limit_bytes{${job}, account="json"}`, 100),
    always(`nodejs_eventloop_lag_p99_seconds{${job}}`, 0.02),
    always(`gateway_held_changes_seconds{${job}}`, 1),
    always(`gateway_changes_poll_age_seconds{${job}}`, 1),
    always(`gateway_replica_read{${job}, server="b"}`, 1),
    always(`gateway_redis_up{${job}}`, 1),
    always(`gateway_audit_failures_total{${job}}`, 0),
  ];
  /**
   * Replaces series by their names and labels. The slow buckets of another metric replace all series of that metric.
   */
  const inQuiet = (changed: Series): Series => {
    const names = new Set(changed.map(([name]) => name));
    const slowMetrics = new Set(changed.flatMap(([name]) => /^\w+_bucket(?=\{)/.exec(name) ?? []));
    const isReplaced = (name: string) => names.has(name) || slowMetrics.has(name.replace(/\{.*/, ''));
    return [...quiet.filter(([name]) => !isReplaced(name)), ...changed];
  };
  const slow = (name: string, labels: string): Series => [
    always(`${name}_bucket{${job}, ${labels}le="1"}`, 0),
    growing(`${name}_bucket{${job}, ${labels}le="10"}`, 150),
    growing(`${name}_bucket{${job}, ${labels}le="+Inf"}`, 150),
  ];
  const faults: Readonly<Record<string, Series>> = {
    GatewayDown: [always(up, 0)],
    GatewayDatabaseDown: [always(databaseUp, 0), always(ready, 0)],
    GatewayNotReady: [always(ready, 0)],
    GatewayDatabaseFails: [growing(errors('SERVICE_UNAVAILABLE'), 45)],
    GatewayFileStoreDown: [always(fileStoreUp, 0)],
    GatewayFilesFail: [growing(errors('FILE_STORE_UNAVAILABLE'), 3)],
    GatewayInternalErrors: [growing(errors('INTERNAL_SERVER_ERROR', 'INTERNAL_SERVER_ERROR'), 9)],
    GatewayKeysUnavailable: [growing(errors('AUTHENTICATION_UNAVAILABLE'), 45)],
    GatewayTokensRejected: [growing(`gateway_rejected_tokens_total{${job}, cause="signature"}`, 90)],
    GatewayReadsTimeOut: [growing(errors('QUEUE_TIMEOUT'), 9)],
    GatewayReadsWait: slow('gateway_read_wait_seconds', 'lane="bulk", '),
    GatewayMemoryFull: [always(`gateway_memory_bytes{${job}, account="json"}`, 95)],
    GatewayEventLoopSlow: [always(`nodejs_eventloop_lag_p99_seconds{${job}}`, 0.4)],
    GatewayRequestsSlow: slow('http_request_duration_seconds', ''),
    GatewayChangesHeld: [growing(`gateway_held_changes_seconds{${job}}`, interval)],
    GatewayChangesNotPolled: [growing(`gateway_changes_poll_age_seconds{${job}}`, interval)],
    GatewayReplicaNotRead: [always(`gateway_replica_read{${job}, server="b"}`, 0)],
    GatewayRedisDown: [always(`gateway_redis_up{${job}}`, 0)],
    GatewayAuditFails: [growing(`gateway_audit_failures_total{${job}}`, 9)],
  };
  const names = [...readFileSync(alertsFile, 'utf8').matchAll(/alert: (\w+)/g)].map(([, name]) => name!);

  /** Returns the names of the firing alerts by second, for each scrape at which any alert fires. */
  function firing(series: Series): Record<number, string[]> {
    const path = join(folder, 'test.yml');
    const inputs = series.map(([name, values]) => ({ series: name, values }));
    const promqlTests = Array.from({ length: scrapes }, (_, index) => ({
      expr: 'ALERTS{alertstate="firing"}',
      eval_time: `${index * interval}s`,
      exp_samples: [],
    }));
    const tests = [{ interval: `${interval}s`, input_series: inputs, promql_expr_test: promqlTests }];
    // JSON is YAML.
    writeFileSync(path, JSON.stringify({ rule_files: [alertsFile], evaluation_interval: `${interval}s`, tests }));
    try {
      promtool('test', 'rules', path);
      return {};
    } catch (error) {
      const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
      const failures = `${stdout}${stderr}`.matchAll(/time: (?:(\d+)m)?(?:(\d+)s)?,\s+exp:.*\s+got:(.*)/g);
      return Object.fromEntries(
        [...failures].map(([, minutes = 0, seconds = 0, got]) => [
          Number(minutes) * 60 + Number(seconds),
          [...new Set([...got!.matchAll(/alertname="(\w+)"/g)].map(([, name]) => name!))],
        ]),
      );
    }
  }
  const isDuring = (second: number, from: number, seconds: number) => second >= from && second < from + seconds;

  it('do not fire in ordinary load', () => {
    expect(firing(quiet)).toEqual({});
  });

  it('each have a fault here', () => {
    expect(Object.keys(faults)).toEqual(names);
  });

  it.each(Object.entries(faults))('%s fires only for its fault', (name, series) => {
    expect(firing(inQuiet(series))[600]).toEqual([name]);
  });

  const isOut = (seconds: number) => (second: number) => isDuring(second, 120, seconds);
  /** The errors of half of the requests during an incident. */
  const failingHalf = (reason: string, seconds: number, code?: string) =>
    varying(errors(reason, code), (second) => (isOut(seconds)(second) ? 225 : 0), true);

  it.each<[string, Series]>([
    [
      'PostgreSQL away for 20 s',
      [
        varying(databaseUp, (second) => Number(!isOut(30)(second))),
        varying(ready, (second) => Number(!isOut(30)(second))),
        failingHalf('SERVICE_UNAVAILABLE', 30),
      ],
    ],
    ['a restart of PostgreSQL', [varying(errors('SERVICE_UNAVAILABLE'), (second) => (second === 120 ? 29 : 0), true)]],
    [
      'a table that is locked for 15 s',
      [
        failingHalf('DEADLINE_EXCEEDED', 15),
        varying(errors('QUEUE_TIMEOUT'), (second) => (second === 135 ? 40 : 0), true),
      ],
    ],
    [
      'a rolling restart',
      [varying(ready, (second) => Number(!isOut(30)(second))), varying(up, (second) => Number(second !== 150))],
    ],
    [
      'four failed requests of thousands',
      [varying(errors('SERVICE_UNAVAILABLE'), (second) => Number(second < 240 && second % 60 === 0), true)],
    ],
    [
      'an audit log that cannot be written for 20 s',
      [varying(`gateway_audit_failures_total{${job}}`, (second) => (isOut(30)(second) ? 90 : 0), true)],
    ],
  ])('page nobody for %s', (_incident, series) => {
    expect(firing(inQuiet(series))).toEqual({});
  });

  it.each<[string, string, number, Series]>([
    [
      'PostgreSQL down behind a balancer, so that no request fails',
      'GatewayDatabaseDown',
      230,
      [
        varying(databaseUp, (second) => Number(!isOut(230)(second))),
        varying(ready, (second) => Number(!isOut(230)(second))),
        varying(requests, (second) => (isOut(230)(second) ? 0 : 450), true),
        varying(errors('SERVICE_UNAVAILABLE'), (second) => (second === 120 ? 29 : 0), true),
      ],
    ],
    [
      'a bucket that is away, which never names the database',
      'GatewayFileStoreDown',
      75,
      [
        varying(fileStoreUp, (second) => Number(!isOut(75)(second))),
        // After 30 s, no request reads a file.
        varying(errors('FILE_STORE_UNAVAILABLE'), (second) => (isOut(30)(second) ? 6 : 0), true),
      ],
    ],
    ['downloads that fail', 'GatewayFilesFail', 120, [failingHalf('FILE_STORE_UNAVAILABLE', 120)]],
    ['half of the requests failing', 'GatewayDatabaseFails', 120, [failingHalf('SERVICE_UNAVAILABLE', 120)]],
    ['no keys of an issuer', 'GatewayKeysUnavailable', 120, [failingHalf('AUTHENTICATION_UNAVAILABLE', 120)]],
    ['reads that time out', 'GatewayReadsTimeOut', 120, [failingHalf('DEADLINE_EXCEEDED', 120)]],
    [
      'internal errors',
      'GatewayInternalErrors',
      120,
      [failingHalf('INTERNAL_SERVER_ERROR', 120, 'INTERNAL_SERVER_ERROR')],
    ],
    [
      'an audit log that cannot be written',
      'GatewayAuditFails',
      120,
      [varying(`gateway_audit_failures_total{${job}}`, (second) => (isOut(120)(second) ? 90 : 0), true)],
    ],
  ])('page for %s within three minutes, and end within one', (_incident, name, seconds, series) => {
    const fired = firing(inQuiet(series));
    expect([...new Set(Object.values(fired).flat())]).toEqual([name]);
    const times = Object.keys(fired).map(Number);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(120 + 60);
    expect(Math.min(...times)).toBeLessThanOrEqual(120 + 180);
    expect(Math.max(...times)).toBeLessThanOrEqual(120 + seconds + 60);
  });
});

describe('a gateway that Prometheus scrapes under load', () => {
  let gateway: Gateway;
  let prometheus: ChildProcess;
  let url: string;
  let listed: string;
  let stopLoad: () => Promise<unknown>;

  beforeAll(async () => {
    listed = folderOf({ 'apollo.json': manifestOf({ name: 'Trusted', body: trusted }) });
    gateway = await startGateway({
      environment: {
        TRUSTED_DOCUMENTS: listed,
        TRUSTED_DOCUMENTS_MODE: 'log',
        COST_MODE: 'enforce',
        RATE_LIMIT_POINTS: '1000000',
        REDIS_URL: process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379',
        DATABASE_REPLICA_URLS: process.env.TEST_DATABASE_URL!,
      },
    });
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const path = join(folder, 'scrape.yml');
    const scraped = block('scrape').text.replace('127.0.0.1:4000', new URL(gateway.url).host);
    writeFileSync(path, `global: { scrape_interval: 1s, evaluation_interval: 1s }\n${scraped}`);
    const parameters = [`--config.file=${path}`, `--storage.tsdb.path=${join(folder, 'data')}`];
    prometheus = spawn('prometheus', [...parameters, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
    stopLoad = await startLoad();
  });
  afterAll(async () => {
    await stopLoad();
    prometheus.kill();
    await once(prometheus, 'exit');
    await gateway.close();
    rmSync(listed, { recursive: true });
  });

  /** Sends requests of every kind until it is stopped, and follows changes. */
  async function startLoad(): Promise<() => Promise<unknown>> {
    const socket = await openAs(gateway, as);
    const query = `subscription { taskRunChanged(${place}) { cursor } }`;
    socket.send({ type: 'subscribe', id: '1', payload: { query } });
    let isRunning = true;
    const run = async () => {
      while (isRunning) {
        await gateway.ask(trusted, { as });
        await gateway.ask(`{ taskRuns(${place}, first: 5) { nodes { id } totalCount } }`, { as });
        await gateway.ask(`{ taskRunStats(${place}) { runs } }`, { as });
        await gateway.ask(one, { token: 'a.b.c' });
      }
    };
    const one = '{ viewer { subject } }';
    const running = run();
    return async () => {
      isRunning = false;
      socket.socket.close();
      await running;
    };
  }

  /** Prometheus's response to an expression. */
  interface Found {
    readonly status: string;
    readonly data: { readonly result: readonly unknown[] };
  }

  async function ask(expression: string): Promise<Found> {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
    return (await response.json()) as Found;
  }

  it('returns series for every expression that needs no fault', async () => {
    // A standby, and errors that do not occur under normal load.
    const isOfFault = /replica_lag|file_store|\/file\/|unless|cause=~/;
    const asked = expressions.filter(([, expression]) => !isOfFault.test(expression));
    expect(asked.length).toBeGreaterThan(expressions.length - 8);
    await eventually(async () => {
      const empty: string[] = [];
      for (const [name, expression] of expressions) {
        // While an alert is not firing, its comparison has no series.
        const measured = expression.replace(/ (>|==) [\d.]+(?= unless |$)/g, '');
        const { status, data } = await ask(measured);
        expect([name, status]).toEqual([name, 'success']);
        if (data.result.length === 0 && !isOfFault.test(expression)) empty.push(name);
      }
      expect(empty).toEqual([]);
    });
  });

  it('passes the checks of promtool for its own metrics', async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    let complaints = '';
    try {
      execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
      complaints = `${stdout}${stderr}`;
    }
    const lines = complaints.split('\n').filter((line) => line !== '');
    // Node.js's default metrics, whose names were chosen by prom-client.
    expect(lines.filter((line) => !/^nodejs_/.test(line))).toEqual([]);
  });

  it('shows every metric of the gateway in a panel', () => {
    const queries = expressions.map(([, expression]) => expression).join('\n');
    const names = Object.values(metricTable).map(({ name }) => name);
    expect(names.filter((name) => !queries.includes(name))).toEqual([]);
  });
});
