// Spans that a collector receives over OTLP, for requests through every entry point and for the statements that they
// share.

import { rmSync } from 'node:fs';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { folderOf, manifestOf } from '../../support/document-lists.js';
import { runUrl } from '../../support/rest-client.js';
import { type CollectedSpan, type SpanCollector, startSpanCollector } from '../../support/span-collector.js';
import { startGateway } from '../../support/start-gateway.js';
import { openAs } from '../../support/websocket-client.js';

const run = demoPlaces.richRun;
const { orgId, projectId, taskId, id } = run;
const as = demoSubjects.viewer;
/** The client of all tokens signed by the demo issuer. */
const ownClient = 'task-run-gateway-demo';
const place = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const one = `{ taskRun(${place}, id: "${id}") { created } }`;
const trusted = `query Created { taskRun(${place}, id: "${id}") { created } }`;
const secret = 'trace-secret';
const traceId = 'a'.repeat(32);
const parent = (sampled: '00' | '01', trace = traceId) => ({ traceparent: `00-${trace}-${'b'.repeat(16)}-${sampled}` });

let collector: SpanCollector;
let listed: string;

/** Returns the spans for what `act` does with a gateway. */
async function spansOf(
  environment: Readonly<Record<string, string>>,
  act: (gateway: Awaited<ReturnType<typeof startGateway>>) => Promise<unknown>,
): Promise<readonly CollectedSpan[]> {
  const gateway = await startGateway({
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...environment },
  });
  const before = collector.spans.length;
  try {
    await act(gateway);
  } finally {
    // A gateway exports the remaining spans when it closes.
    await gateway.close();
  }
  return collector.spans.slice(before);
}

const named = (spans: readonly CollectedSpan[], name: RegExp) => spans.filter((span) => name.test(span.name));
const childrenOf = (spans: readonly CollectedSpan[], { spanId }: CollectedSpan) =>
  spans.filter(({ parentSpanId }) => parentSpanId === spanId);

beforeAll(async () => {
  collector = await startSpanCollector();
  listed = folderOf({ 'apollo.json': manifestOf({ name: 'Created', body: trusted }) });
});
afterAll(async () => {
  await collector.close();
  rmSync(listed, { recursive: true });
});

describe('spans', () => {
  it('describe request, operation, wait and statement of a query, by its trusted name, without its text', async () => {
    const environment = {
      TRUSTED_DOCUMENTS: listed,
      OTEL_EXPORTER_OTLP_HEADERS: `x-secret=${secret}`,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test%20bed',
    };
    const spans = await spansOf(environment, async (gateway) => {
      await gateway.ask(trusted, { as, headers: { 'x-request-id': 'traced-1' } });
      await gateway.ask('query Invented { viewer { subject } }', { as });
    });
    const [request] = named(spans, /^POST/);
    expect(request).toMatchObject({
      name: 'POST /graphql',
      kind: 2,
      parentSpanId: undefined,
      isError: false,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/graphql',
        'http.response.status_code': 200,
        'gateway.request.id': 'traced-1',
      },
    });
    const [operation] = childrenOf(spans, request!);
    expect(operation).toMatchObject({
      name: 'query Created',
      attributes: { 'graphql.operation.type': 'query', 'graphql.operation.name': 'Created' },
    });
    const [wait, statement] = childrenOf(spans, operation!).toSorted((a, b) => b.name.localeCompare(a.name));
    expect(wait).toMatchObject({ name: 'wait', attributes: { 'gateway.lane': 'point', 'gateway.statement.keys': 1 } });
    expect(statement).toMatchObject({
      name: 'task_runs_by_path',
      kind: 3,
      attributes: { 'db.system.name': 'postgresql', 'db.query.summary': 'task_runs_by_path' },
    });
    expect(named(spans, /Invented/)).toEqual([]);
    expect(named(spans, /^query$/)).toHaveLength(1);
    expect(JSON.stringify(spans)).not.toMatch(/SELECT|viewer \{|eyJ/);
    expect(collector.headers.at(-1)).toMatchObject({ 'x-secret': secret });
    expect(collector.resources.at(-1)).toMatchObject({
      'service.name': 'task-run-gateway',
      'deployment.environment.name': 'test bed',
    });
    for (const span of [operation!, wait!, statement!]) {
      expect(span.startMs).toBeGreaterThanOrEqual(request!.startMs - 1);
      expect(span.endMs).toBeLessThanOrEqual(request!.endMs + 1);
    }
  });

  it('show a shared statement from both ends, in a separate trace', async () => {
    const spans = await spansOf({ DATABASE_POOL_SIZE: '1' }, async (gateway) => {
      await Promise.all(Array.from({ length: 40 }, () => gateway.ask(one, { as })));
      await gateway.ask(one, { as: demoSubjects.owner });
    });
    const shared = spans.filter(({ links, name }) => links.length > 1 && name !== 'wait');
    expect(shared.length).toBeGreaterThan(0);
    for (const statement of shared) {
      expect(statement.parentSpanId).toBeUndefined();
      const waits = statement.links.map((link) => spans.find(({ spanId }) => spanId === link.spanId)!);
      for (const wait of waits) {
        expect(wait).toMatchObject({ name: 'wait', links: [{ spanId: statement.spanId, traceId: statement.traceId }] });
        expect(wait.attributes).toMatchObject({
          'gateway.statement.keys': waits.length,
          'gateway.statement.own_keys': 1,
          'gateway.statement.requests': waits.length,
          'gateway.statement.callers': 1,
          'gateway.statement.share_ms': expect.anything(),
        });
        expect(wait.traceId).not.toBe(statement.traceId);
      }
    }
  });

  it('begin with the operation by WebSocket, and end with the reason of an error', async () => {
    const spans = await spansOf({}, async (gateway) => {
      const socket = await openAs(gateway, as);
      const absent = one.replace(id, id.replace(/^./, 'f'));
      for (const query of [one, absent]) {
        socket.send({ type: 'subscribe', id: query, payload: { query } });
        await socket.next(({ type, id }) => type === 'complete' && id === query);
      }
      socket.socket.close();
    });
    expect(named(spans, /^query$/)).toMatchObject([
      { isError: false, parentSpanId: undefined },
      { isError: true, parentSpanId: undefined, attributes: { 'error.type': 'TASK_RUN_NOT_FOUND' } },
    ]);
  });

  it('follow exports, files and tools', async () => {
    const spans = await spansOf({ MCP: 'on' }, async (gateway) => {
      const authorization = `Bearer ${await gateway.tokenFor(as)}`;
      const read = async (url: string, init: RequestInit = {}) => {
        const response = await fetch(url, { ...init, headers: { authorization, ...init.headers } });
        expect(response.status).toBe(200);
        return response.text();
      };
      await read(`${runUrl(gateway, run).replace(/\/[^/]+$/, '/export')}?format=ndjson`);
      const { taskRun } = await gateway.dataOf(`{ taskRun(${place}, id: "${id}") { files { downloadUrl } } }`, { as });
      await fetch(taskRun.files[0].downloadUrl).then((response) => response.arrayBuffer());
      await read(`${gateway.url}/mcp`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2025-06-18',
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: 'whoami', arguments: {}, _meta: parent('01') },
        }),
      });
    });
    const [exported] = named(spans, /export/);
    const lanesOf = (span: CollectedSpan) =>
      childrenOf(spans, span).map(({ attributes }) => attributes['gateway.lane']);
    expect(exported!.attributes['http.response.status_code']).toBe(200);
    expect(lanesOf(exported!)).toEqual(expect.arrayContaining(['bulk']));
    const [file] = named(spans, /^GET .*\/file/);
    expect(lanesOf(file!)).toEqual(expect.arrayContaining(['point']));
    const [call] = named(spans, /^POST \/mcp$/);
    expect(call).toMatchObject({ traceId, parentSpanId: 'b'.repeat(16) });
    expect(childrenOf(spans, call!)).toMatchObject([{ name: 'query whoami' }]);
  });

  it('follow each event of a subscription, with what is read for it', async () => {
    const spans = await spansOf({}, async (gateway) => {
      const socket = await openAs(gateway, as);
      const query = `subscription { taskRunChanged(${place}) { run { reportingGroup { name } } } }`;
      socket.send({ type: 'subscribe', id: '1', payload: { query } });
      await socket.next(({ type }) => type === 'next');
      await gateway.query('UPDATE task_run SET reference = $2 WHERE id = $1', [id, 'traced']);
      await socket.next(({ payload }) => payload?.data.taskRunChanged.run);
      socket.socket.close();
    });
    const [subscription] = named(spans, /^subscription$/);
    const parts = childrenOf(spans, subscription!);
    // The first message is a heartbeat.
    expect(named(parts, /^event$/)).toHaveLength(1);
    expect(named(parts, /^wait$/).map(({ attributes }) => attributes['gateway.lane'])).toContain('bulk');
  });

  it.each([
    ['never', 'always_off', '01', 'trusted', 0],
    ['by the ratio, whatever the caller wants', 'parentbased_traceidratio', '01', 'other', 0],
    ['because a client of TRACE_CLIENTS decides so', 'parentbased_traceidratio', '01', 'trusted', 1],
    ['not, because a client of TRACE_CLIENTS decides so', 'parentbased_always_on', '00', 'trusted', 0],
    ['although a caller has decided otherwise', 'parentbased_always_on', '00', 'other', 1],
    [
      'although a client of TRACE_CLIENTS has decided otherwise, by a sampler without parents',
      'always_on',
      '00',
      'trusted',
      1,
    ],
  ] as const)('are exported %s', async (_title, sampler, sampled, client, count) => {
    const environment = {
      OTEL_TRACES_SAMPLER: sampler,
      TRACE_CLIENTS: client === 'trusted' ? ownClient : 'router',
      ...(/ratio$/.test(sampler) && { OTEL_TRACES_SAMPLER_ARG: '0' }),
    };
    const spans = await spansOf(environment, (gateway) => gateway.ask(one, { as, headers: parent(sampled) }));
    expect(named(spans, /^POST/)).toHaveLength(count);
    expect(spans.length > 0).toBe(count > 0);
  });

  it.each([
    ['of the gateway where the caller is not trusted', 'other', 0],
    ['of a client of TRACE_CLIENTS', 'trusted', 1],
  ] as const)('are sampled by a trace id %s', async (_title, client, count) => {
    const environment = {
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      // The sampler takes the first four of 2^32 ids.
      OTEL_TRACES_SAMPLER_ARG: '0.000000001',
      TRACE_CLIENTS: client === 'trusted' ? ownClient : 'router',
    };
    const headers = parent(client === 'trusted' ? '01' : '00', '1'.padStart(32, '0'));
    const spans = await spansOf(environment, (gateway) => gateway.ask(one, { as, headers }));
    expect(named(spans, /^POST/)).toHaveLength(count);
  });

  it('describe a rejected request by its status', async () => {
    const spans = await spansOf({}, (gateway) => fetch(`${gateway.url}/graphql?query={__typename}`));
    expect(spans).toMatchObject([{ name: 'GET /graphql', attributes: { 'http.response.status_code': 401 } }]);
  });
});

describe('Server-Timing', () => {
  it.each([
    [ownClient, /^queue;dur=[\d.]+, db;dur=[\d.]*[1-9][\d.]*, encode;dur=[\d.]+$/],
    ['router', /^null$/],
  ])('has the times of a request where TRACE_CLIENTS is %s', async (client, form) => {
    const gateway = await startGateway({ environment: { TRACE_CLIENTS: client } });
    const { headers } = await gateway.ask(one, { as });
    expect(String(headers.get('server-timing'))).toMatch(form);
    await gateway.close();
  });
});
