// The dashboard, the alerts and the metrics, by Prometheus itself.

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
  const histogramOf = (name: string, labels: string, bucket: string) => [
    [`${name}_bucket{${job}, ${labels}le="${bucket}"}`, '0+600x20'],
    [`${name}_bucket{${job}, ${labels}le="+Inf"}`, '0+600x20'],
  ];
  const errors = (reason: string, code = 'SERVICE_UNAVAILABLE') =>
    [`gateway_errors_total{${job}, entry="graphql", code="${code}", reason="${reason}"}`, '0+60x20'] as const;
  const quiet = [
    [`up{${job}}`, '1x20'],
    [`gateway_errors_total{${job}, entry="rest", code="NOT_FOUND", reason="TASK_RUN_NOT_FOUND"}`, '0+60x20'],
    [`gateway_rejected_tokens_total{${job}, cause="EXPIRED_TOKEN"}`, '0+600x20'],
    ...histogramOf('gateway_read_wait_seconds', 'lane="point", ', '0.1'),
    ...histogramOf('http_request_duration_seconds', '', '0.5'),
    [`gateway_memory_bytes{${job}, account="json"}`, '10x20'],
    [`gateway_memory_limit_bytes{${job}, account="json"}`, '100x20'],
    [`nodejs_eventloop_lag_p99_seconds{${job}}`, '0.02x20'],
    [`gateway_held_changes_seconds{${job}}`, '1x20'],
    [`gateway_changes_poll_age_seconds{${job}}`, '1x20'],
    [`gateway_replica_read{${job}, server="b"}`, '1x20'],
    [`gateway_redis_up{${job}}`, '1x20'],
    [`gateway_audit_failures_total{${job}}`, '0x20'],
  ] as const;
  const slow = (name: string, labels: string) => [
    [`${name}_bucket{${job}, ${labels}le="1"}`, '0x20'],
    [`${name}_bucket{${job}, ${labels}le="10"}`, '0+600x20'],
    [`${name}_bucket{${job}, ${labels}le="+Inf"}`, '0+600x20'],
  ];
  const faults: Readonly<Record<string, readonly (readonly string[])[]>> = {
    GatewayDown: [[`up{${job}}`, '0x20']],
    GatewayDatabaseUnavailable: [errors('SERVICE_UNAVAILABLE')],
    GatewayInternalErrors: [errors('INTERNAL_SERVER_ERROR', 'INTERNAL_SERVER_ERROR')],
    GatewayKeysUnavailable: [errors('AUTHENTICATION_UNAVAILABLE')],
    GatewayTokensRejected: [[`gateway_rejected_tokens_total{${job}, cause="signature"}`, '0+120x20']],
    GatewayReadsTimeOut: [errors('QUEUE_TIMEOUT')],
    GatewayReadsWait: slow('gateway_read_wait_seconds', 'lane="bulk", '),
    GatewayMemoryFull: [[`gateway_memory_bytes{${job}, account="json"}`, '95x20']],
    GatewayEventLoopSlow: [[`nodejs_eventloop_lag_p99_seconds{${job}}`, '0.4x20']],
    GatewayRequestsSlow: slow('http_request_duration_seconds', ''),
    GatewayChangesHeld: [[`gateway_held_changes_seconds{${job}}`, '90+60x20']],
    GatewayChangesNotPolled: [[`gateway_changes_poll_age_seconds{${job}}`, '20+60x20']],
    GatewayReplicaNotRead: [[`gateway_replica_read{${job}, server="b"}`, '0x20']],
    GatewayRedisDown: [[`gateway_redis_up{${job}}`, '0x20']],
    GatewayAuditFails: [[`gateway_audit_failures_total{${job}}`, '0+6x20']],
  };
  const names = [...readFileSync(alertsFile, 'utf8').matchAll(/alert: (\w+)/g)].map(([, name]) => name!);

  /** Returns the names of the alerts that fire after ten minutes with these series. */
  function firing(series: readonly (readonly string[])[]): string[] {
    const path = join(folder, 'test.yml');
    const inputs = series.map(([name, values]) => ({ series: name, values }));
    const promqlTests = [{ expr: 'ALERTS{alertstate="firing"}', eval_time: '10m', exp_samples: [] }];
    const tests = [{ interval: '1m', input_series: inputs, promql_expr_test: promqlTests }];
    // JSON is YAML.
    writeFileSync(path, JSON.stringify({ rule_files: [alertsFile], tests }));
    try {
      promtool('test', 'rules', path);
      return [];
    } catch (error) {
      const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
      return [...new Set([...`${stdout}${stderr}`.matchAll(/alertname="(\w+)"/g)].map(([, name]) => name!))];
    }
  }

  it('do not fire in ordinary load', () => {
    expect(firing(quiet)).toEqual([]);
  });

  it('each have a fault here', () => {
    expect(Object.keys(faults)).toEqual(names);
  });

  it.each(Object.entries(faults))('%s fires for its fault alone', (name, series) => {
    const metricOf = ([each]: readonly string[]) => each!.replace(/\{.*/, '');
    const changed = new Set(series.map(metricOf));
    expect(firing([...quiet.filter((each) => !changed.has(metricOf(each))), ...series])).toEqual([name]);
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

  async function ask(expression: string): Promise<{ readonly status: string; readonly data?: any }> {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
    return (await response.json()) as { readonly status: string };
  }

  it('returns series for every expression that needs no fault', async () => {
    // A standby, and errors that ordinary load does not have.
    const isOfFault = /replica_lag|reason=|INTERNAL_SERVER_ERROR|cause=~/;
    const asked = expressions.filter(([, expression]) => !isOfFault.test(expression));
    expect(asked.length).toBeGreaterThan(expressions.length - 8);
    await eventually(async () => {
      const empty: string[] = [];
      for (const [name, expression] of expressions) {
        // The comparison of an alert has no series while it is quiet.
        const measured = expression.replace(/ (>|==) [\d.]+$/, '');
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
    // Default metrics of Node.js, whose names prom-client has chosen.
    expect(lines.filter((line) => !/^nodejs_/.test(line))).toEqual([]);
  });

  it('shows every metric of its own in a panel', () => {
    const queries = expressions.map(([, expression]) => expression).join('\n');
    const names = Object.values(metricTable).map(({ name }) => name);
    expect(names.filter((name) => !queries.includes(name))).toEqual([]);
  });
});
