// The parts of `npm run compare` that do not need a gateway: a seed always generates the same operations, and
// differences are found.

import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Trace } from '@apollo/usage-reporting-protobuf';
import { parse, validate } from 'graphql';
import { WebSocketServer } from 'ws';
import { ask } from '../../../bench/compare/ask.js';
import { createAuditReader, leaveOutAuditLines, maskAuditLines } from '../../../bench/compare/audit.js';
import { startCallbackReceiver } from '../../../bench/compare/callbacks.js';
import { createClient, endOfPart } from '../../../bench/compare/client.js';
import { findDifferences } from '../../../bench/compare/differences.js';
import { generateOperations } from '../../../bench/compare/generate/index.js';
import { createLogs, maskLines } from '../../../bench/compare/logs.js';
import { maskResponse } from '../../../bench/compare/mask.js';
import { compareMetrics, findMetricDifferences, parseMetrics } from '../../../bench/compare/metrics.js';
import { entryOn, layoutOf, partitionRuns, ranges } from '../../../bench/compare/partitions.js';
import { isRepeated } from '../../../bench/compare/repeated.js';
import { describeDifference, summarize } from '../../../bench/compare/report.js';
import { createTrustedDocuments } from '../../../bench/compare/trusted-documents.js';
import { createWorld } from '../../../bench/compare/world.js';
import { committedSchema as schema } from '../../support/committed-schema.js';

const project = '/api/v1/org/{org_id}/project/{project_id}';
const page = { name: 'page_limit', in: 'query', schema: { type: 'integer' } };
const route = (...names: string[]) => ({
  get: { parameters: [page, ...names.map((name) => ({ name, in: 'query', schema: { type: 'string' } }))] },
});
const openapi = {
  components: { schemas: {} },
  paths: {
    [`${project}/task/{task_id}/run/{task_run_id}`]: route(),
    [`${project}/task_run`]: route('cursor', 'user_id'),
    [`${project}/task_run/changes`]: route('after'),
    [`${project}/task_run/export`]: route('format', 'fields'),
  },
};
const tools = [
  { name: 'get_run', inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] } },
];
const generate = (seed: number) =>
  generateOperations({ seed, count: 600, world: createWorld(seed), schema, openapi, tools });

describe('generated operations', () => {
  const operations = generate(1);

  it('repeat for the same seed, and differ for another', () => {
    const text = JSON.stringify(operations);
    expect(JSON.stringify(generate(1))).toBe(text);
    expect(JSON.stringify(generate(2))).not.toBe(text);
    expect(createWorld(1)).toEqual(createWorld(1));
  });

  it('use every entry point', () => {
    const entries = new Set(
      operations.map(({ entry }) => entry.replace(/^rest .*/, 'rest').replace(/ by \w+$/, ' by a stream')),
    );
    const graphql = [
      'graphql',
      'graphql automatic ids',
      'graphql changes',
      'graphql documents',
      'graphql entities',
      'graphql errors',
      'graphql pages',
      'graphql parameters',
      'graphql stream',
      'graphql traced',
      'graphql trusted ids',
    ];
    const websockets = ['websocket', 'websocket faults', 'websocket ids', 'websocket operations'];
    const streams = ['query by a stream', 'rest', 'subscription by a stream'];
    expect([...entries].sort()).toEqual(['event stream', 'export', ...graphql, 'mcp', ...streams, ...websockets]);
  });

  it('send runs that are written by every transport of subscriptions', () => {
    const written = [1, 2, 3].flatMap(generate).filter(({ steps }) => steps.some(({ writes }) => writes !== undefined));
    expect(new Set(written.map(({ entry }) => entry))).toEqual(
      new Set(['websocket', 'eventStream', 'multipart', 'callback'].map((name) => `subscription by ${name}`)),
    );
    expect(new Set(written.map(({ caller }) => caller))).toEqual(new Set(['owner']));
  });

  it('name trusted documents that are valid', () => {
    expect(createTrustedDocuments(schema).map(({ name }) => name)).toEqual([
      'TrustedViewer',
      'TrustedRun',
      'TrustedRuns',
      'TrustedSubscription',
    ]);
  });

  it('pass validation, except in their values and where they shall fail', () => {
    const queries = operations
      .filter(({ entry }) => /^graphql( pages| changes)?$/.test(entry))
      .flatMap(({ steps }) =>
        steps.flatMap(({ body }) => (body === undefined ? [] : [JSON.parse(body).query as string])),
      );
    expect(queries.length).toBeGreaterThan(100);
    for (const query of queries)
      expect({ query, errors: validate(schema, parse(query)) }).toEqual({ query, errors: [] });
  });
});

const now = Date.UTC(2026, 0, 1);
const response = (text: string | Buffer, headers: Record<string, string> = {}, status = 200) => {
  const body = Buffer.from(text);
  return { status, headers: { 'content-length': String(body.length), ...headers }, body };
};
const mask = (...parts: Parameters<typeof response>) => maskResponse(response(...parts), { now });

describe('masks', () => {
  const error = (path: string, requestId: string) => `{"path":["${path}"],"extensions":{"requestId":"${requestId}"}}`;
  it.each([
    ['ids of requests', '{"detail":{"request_id":"a"}}', '{"detail":{"request_id":"bc"}}'],
    ['cursors', '{"endCursor":"a","x":1}', '{"endCursor":"bc","x":1}'],
    ["cursors in a tool's text", '{"text":"{\\"endCursor\\":\\"a\\"}"}', '{"text":"{\\"endCursor\\":\\"bc\\"}"}'],
    ['ids of events', 'event: run\nid: a\ndata: {}\n\n', 'event: run\nid: bc\ndata: {}\n\n'],
    ['signatures', '"http://x/a.txt?expires=1&signature=a"', '"http://x/a.txt?expires=22&signature=b"'],
    ['times around the request', '"2026-01-01T00:00:00.5Z"', '"2025-12-31T23:59:59.123456Z"'],
    ['measured costs', '{"cost":{"actualQueryCost":1}}', '{"cost":{"actualQueryCost":22}}'],
    [
      'the order of errors',
      `{"errors":[${error('a', '1')},${error('b', '2')}]}`,
      `{"errors":[${error('b', '3')},${error('a', '4')}]}`,
    ],
    [
      "the order of errors in a tool's result",
      ...[
        [error('a', '1'), error('b', '2')],
        [error('b', '3'), error('a', '4')],
      ].map((errors) => {
        const text = `{"errors":[${errors.join(',')}]}`;
        return `{"result":{"content":[{"type":"text","text":${JSON.stringify(text)}}],"structuredContent":${text}}}`;
      }),
    ] as [string, string, string],
  ])('hide %s', (_what, one, other) => {
    expect(mask(one)).toEqual(mask(other));
    expect(mask(one)).toEqual(mask(one));
  });

  it.each([
    ['null for a cursor', '{"endCursor":"a"}', '{"endCursor":null}'],
    ['other times', '"2025-03-01T00:00:00Z"', '"2025-03-01T00:00:01Z"'],
    ['estimated costs', '{"cost":{"requestedQueryCost":1}}', '{"cost":{"requestedQueryCost":22}}'],
    ['the order of members', '{"a":1,"b":2}', '{"b":2,"a":1}'],
    ['the form of numbers', '{"a":1.0}', '{"a":1}'],
  ])('keep %s visible', (_what, one, other) => {
    expect(mask(one).body).not.toBe(mask(other).body);
  });

  it('keep the tree of a trace visible, without its times', () => {
    const traced = (name: string, nanoseconds: number) => {
      const child = [{ responseName: name, type: 'ID!', startTime: nanoseconds, endTime: nanoseconds + 1 }];
      const trace = Trace.encode(Trace.create({ durationNs: nanoseconds, root: { child } })).finish();
      return `{"extensions":{"ftv1":"${Buffer.from(trace).toString('base64')}"}}`;
    };
    expect(mask(traced('id', 5))).toEqual(mask(traced('id', 500_000)));
    expect(mask(traced('id', 5)).body).toContain('"responseName":"id"');
    expect(mask(traced('id', 5))).not.toEqual(mask(traced('name', 5)));
  });

  it('count no masked parts where only the order of errors differs', () => {
    const hasMaskedParts = (body: string) =>
      maskResponse({ status: 200, headers: {}, body: Buffer.from(body) }, { now: 0 }).hasMaskedParts;
    expect(hasMaskedParts('{"errors":[{"message":"b"},{"message":"a"}]}')).toBe(false);
    expect(hasMaskedParts('{"errors":[{"message":"b"},{"message":"a","requestId":"1"}]}')).toBe(true);
  });

  it('keep bytes visible that are not text', () => {
    expect(mask(Buffer.from([0xff])).body).not.toBe(mask(Buffer.from([0xfe])).body);
  });

  it('hide the headers of time and those that follow a masked body', () => {
    const etag = (tag: string, date: string) => ({ etag: `W/"${tag}"`, date, 'x-request-id': tag });
    expect(mask('{"cursor":"a"}', etag('1', 'now'))).toEqual(mask('{"cursor":"bc"}', etag('2', 'then')));
    expect(mask('{"a":1}', etag('1', 'now'))).not.toEqual(mask('{"a":1}', etag('2', 'now')));
    expect(mask('{}', { 'content-length': '3' })).not.toEqual(mask('{}'));
    const compressed = (length: string) => ({ 'content-encoding': 'br', 'content-length': length });
    expect(mask('{"cursor":"a"}', compressed('8'))).toEqual(mask('{"cursor":"a"}', compressed('9')));
    expect(mask('{"a":1}', compressed('8'))).not.toEqual(mask('{"a":1}', compressed('9')));
  });
});

describe('differences', () => {
  const observe = (statements: Record<string, number>, ...parts: Parameters<typeof response>) => ({
    response: mask(...parts),
    statements,
  });
  const kinds = (...sides: Parameters<typeof findDifferences>) => findDifferences(...sides).map(({ kind }) => kind);

  it('name their kind by what differs', () => {
    const old = observe({ run: 1 }, '{"data":{"nodes":[{"id":1},{"id":2}]}}', { vary: 'Origin' });
    expect(kinds(old, old)).toEqual([]);
    const changed = observe({ run: 1, more: 1 }, '{"data":{"nodes":[{"id":1},{"id":null}]}}', {}, 404);
    expect(kinds(old, changed)).toEqual(['status', 'header vary', 'body data.nodes.id', 'statements more']);
    expect(kinds(observe({}, '{"a":1,"b":1}'), observe({}, '{"b":1,"a":1}'))).toEqual(['body (order or form)']);
    expect(kinds(observe({}, 'a,b'), observe({}, 'a,c'))).toEqual(['body (text)']);
  });

  it('include log lines and the numbers of statements in them', () => {
    const observed = (status: number, statements: number) => ({
      ...observe({}, '{}'),
      log: maskLines([{ level: 30, reqId: 'a', ms: 1, msg: 'request', status, statements }], { isLeft: false }),
    });
    expect(kinds(observed(200, 1), observed(200, 1))).toEqual([]);
    expect(kinds(observed(200, 1), observed(400, 2))).toEqual(['log status', 'log statements']);
  });

  it('include audit lines that only one build writes, and members of the others', () => {
    const observed = (isLeft: boolean, ...entries: string[]) => ({
      ...observe({}, '{}'),
      audit: maskAuditLines(
        entries.map((entry) => ({ time: entry, entry })),
        { length: 2, hasMaskedParts: false, isLeft, readsAhead: true },
      ),
    });
    expect(kinds(observed(false, 'rest'), observed(false, 'rest'))).toEqual([]);
    expect(kinds(observed(false, 'rest'), observed(false, 'mcp'))).toEqual(['audit entry']);
    expect(kinds(observed(false, 'rest'), observed(false))).toEqual(['audit lines']);
    expect(kinds(observed(false, 'a', 'b'), observed(false, 'b', 'a'))).toEqual([]);
    expect(kinds(observed(false, 'a', 'b'), observed(false, 'b'))).toEqual(['audit lines']);
    expect(kinds(observe({}, '{}'), observed(false, 'rest'))).toEqual(['audit lines']);
  });

  const left = (readsAhead: boolean, ...lines: object[]) => ({
    ...observe({}, '{}'),
    audit: maskAuditLines(lines, { length: 2, hasMaskedParts: true, isLeft: true, readsAhead }),
  });
  const opening = { filters: [], runCount: 0 };
  const event = (...runs: string[]) => ({ runs, runCount: runs.length });

  it('include the first audit lines of a stream that is left, not those that it has written ahead', () => {
    expect(kinds(left(true, opening, event('a')), left(true, opening, event('a'), event('b')))).toEqual([]);
    expect(kinds(left(true, opening, event('a')), left(true, opening))).toEqual(['audit lines']);
    expect(kinds(left(true, { ...opening, runCount: 1 }), left(true, opening))).toEqual(['audit runCount']);
  });

  it('include no audit line of an event that one build has read by half when the client leaves', () => {
    const whole = [opening, event('a', 'next of a'), event('b', 'next of b')];
    const half = [opening, event('a', 'next of a'), event('b')];
    expect(kinds(left(true, ...half), left(true, ...whole))).toEqual([]);
    expect(kinds(left(true, ...whole, event('c')), left(true, ...half))).toEqual([]);
    expect(kinds(left(true, ...whole, event('c')), left(true, ...half, event('c')))).toEqual(['audit runCount']);
    expect(kinds(left(false, ...whole), left(false, ...half))).toEqual(['audit runCount']);
  });

  it('include those behind pages for which each build has its own cursors', async () => {
    const paths: string[] = [];
    const side = (cursor: string, last: string) => ({
      name: cursor,
      countStatements: async () => ({}),
      send: async ({ path }: { path: string }) => {
        paths.push(path);
        return response(path === '/?after=' ? `{"next_cursor":"${cursor}"}` : last);
      },
    });
    const request = { method: 'GET', headers: {} };
    const next = { ...request, path: '/?after={{taken}}', take: '"next_cursor":"([^"]+)"' };
    const operation = {
      number: 1,
      entry: 'rest',
      caller: 'owner',
      steps: [{ ...request, path: '/?after=' }, next, next],
    };
    const sides = [side('a', '{"x":1}'), side('b', '{"x":2}')];
    const found = async (ignored: RegExp[]) =>
      (await ask(operation, { sides, ignored })).map(({ differences }) => differences.map(({ kind }) => kind));
    expect(await found([])).toEqual([[], ['body x']]);
    expect(paths).toEqual(['/?after=', '/?after=', '/?after=a', '/?after=b']);
    expect(await found([/^rest: body x$/])).toEqual([[], []]);
  });
});

describe('attempts', () => {
  const difference = (kind: string, old: string, changed: string) => ({ kind, old, new: changed });

  it('confirm a difference that appears once more', () => {
    const one = difference('body data', 'a', 'b');
    expect(isRepeated([one], [[], [one]])).toBe(true);
    expect(isRepeated([one], [[], [difference('status', '1', '2')]])).toBe(false);
  });

  it('confirm numbers of statements only if no number is that of both builds', () => {
    const count = (old: string, changed: string) => difference('statements runs', old, changed);
    expect(isRepeated([count('1', '2')], [[count('1', '2')], [count('1', '3')]])).toBe(true);
    expect(isRepeated([count('1', '2')], [[count('1', '2')], []])).toBe(false);
    expect(isRepeated([count('1', '2')], [[count('1', '2')], [count('2', '1')]])).toBe(false);
  });

  it('confirm numbers of audit lines only if no number is that of both builds', () => {
    const lines = (old: string, changed: string) => difference('audit lines', old, changed);
    expect(isRepeated([lines('2', '1')], [[lines('2', '1')], [lines('2', '1')]])).toBe(true);
    expect(isRepeated([lines('2', '1')], [[lines('2', '1')], []])).toBe(false);
    expect(isRepeated([difference('audit entry', 'a', 'b')], [[difference('audit entry', 'a', 'b')], []])).toBe(true);
  });

  it('send a new document each, by its own digest', async () => {
    const sent: string[] = [];
    const side = {
      name: 'a',
      countStatements: async () => ({}),
      send: async ({ body }: { body: string }) => {
        sent.push(body);
        return response('{}');
      },
    };
    const document = '{ __typename } # {{attempt}}';
    const steps = [{ method: 'POST', path: '/', headers: {}, document, body: `${document} {{sha256}}` }];
    for (const attempt of [0, 1]) {
      await ask({ number: 1, entry: 'graphql', caller: 'owner', steps }, { sides: [side, side], attempt });
    }
    const digests = sent.map((body) => /[\da-f]{64}$/.exec(body)![0]);
    expect(sent[0]).toMatch(/^\{ __typename \} # 0 /);
    expect([digests[0] === digests[1], digests[1] === digests[2]]).toEqual([true, false]);
  });
});

describe('the reader of log lines', () => {
  it('returns the lines of a request up to its last one', async () => {
    const logs = createLogs();
    const taken = logs.take('a');
    const lines = [
      { reqId: 'b', msg: 'request' },
      { reqId: 'a', msg: 'access denied' },
      { reqId: 'a', msg: 'request' },
    ];
    const text = `not JSON\n${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
    logs.read(text.slice(0, 30));
    logs.read(text.slice(30));
    expect(await taken).toEqual(lines.slice(1));
  });

  it('masks times and sorts lines', () => {
    const line = (ms: number, codes: object) => ({
      reqId: `${ms}`,
      time: ms,
      ms,
      msg: 'request',
      codes,
      cost: ms,
      statements: 1,
    });
    const denied = { reqId: 'a', event: 'access_denied' };
    const [one, other] = [
      [denied, line(1, { A: 1, B: 2 })],
      [line(2, { B: 2, A: 1 }), denied],
    ].map((lines) => maskLines(lines, { isLeft: false }));
    expect(one).toEqual(other);
    expect(one).toMatchObject({ statements: 1, lines: expect.stringContaining('"cost":"<cost>"') });
  });
});

describe('the reader of audit lines', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compare-audit-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('returns the lines of a request, and those without a request, once', async () => {
    const path = join(folder, 'audit.log');
    const take = createAuditReader(path);
    expect(await take('a')).toEqual([]);
    const line = (requestId: string) => `${JSON.stringify({ requestId, subject: 'Ü' })}\n`;
    await appendFile(path, `${line('a')}${line('b')}no JSON\n${line('a').slice(0, 20)}`);
    expect(await take('a')).toEqual([{ requestId: 'a', subject: 'Ü' }, { text: 'no JSON' }]);
    await appendFile(path, line('a').slice(20));
    expect(await take('a')).toEqual([{ requestId: 'a', subject: 'Ü' }]);
    expect(await take('b')).toEqual([]);
  });

  it('masks times, ids of requests, and the order of runs', () => {
    const line = (time: string, requestId: string, ...runs: string[]) => ({ time, requestId, runs, runCount: 2 });
    const response = { length: 5, hasMaskedParts: false, isLeft: false, readsAhead: true };
    const masked = maskAuditLines([line('1', 'a', 'run', 'other')], response);
    expect(masked).toEqual(maskAuditLines([line('2', 'b', 'other', 'run')], response));
    expect(masked).not.toEqual(maskAuditLines([line('2', 'b', 'other', 'third')], response));
    // The order determines which runs are named.
    expect(maskAuditLines([line('1', 'a', 'run')], response)).toEqual(
      maskAuditLines([line('2', 'b', 'other')], response),
    );
  });

  it('masks sizes only where those of responses differ', () => {
    const bytes = (size: number, length: number, hasMaskedParts: boolean) =>
      maskAuditLines([{ bytes: size }], { length, hasMaskedParts, isLeft: false, readsAhead: true });
    expect(bytes(5, 5, true)).toEqual(bytes(6, 6, true));
    expect(bytes(5, 5, true)).not.toEqual(bytes(5, 6, true));
    expect(bytes(5, 8, true)).toEqual(bytes(6, 9, true));
    expect(bytes(5, 8, false)).not.toEqual(bytes(6, 8, false));
  });

  it('reports that an old build has no audit log, and a new one without one as a difference', () => {
    const sides = (old: boolean, changed: boolean) =>
      [old, changed].map((hasAuditLog) => ({ hasAuditLog, takeAuditLines: () => {} }));
    const left = sides(false, true);
    expect(leaveOutAuditLines(left)).toContain('the old build has no audit log');
    expect(left).toEqual([{ hasAuditLog: false }, { hasAuditLog: true }]);
    const kept = sides(true, false);
    expect(leaveOutAuditLines(kept)).toBeUndefined();
    expect(kept.every(({ takeAuditLines }) => takeAuditLines !== undefined)).toBe(true);
  });

  it('is asked for the lines of each request', async () => {
    const ids: string[] = [];
    const side = (entry: string) => ({
      name: entry,
      countStatements: async () => ({}),
      send: async () => response('{}'),
      takeAuditLines: async (id: string) => {
        ids.push(id);
        return [{ requestId: id, entry }];
      },
    });
    const operation = { number: 1, entry: 'rest', caller: 'owner', steps: [{ method: 'GET', path: '/', headers: {} }] };
    const [asked] = await ask(operation, { sides: [side('rest'), side('mcp')] });
    expect(new Set(ids).size).toBe(2);
    expect(asked).toMatchObject({ auditLines: 1, differences: [{ kind: 'audit entry' }] });
  });
});

describe('metrics', () => {
  const page = (...lines: string[]) => lines.join('\n');
  const kinds = (old: string, changed: string) =>
    findMetricDifferences(parseMetrics(old), parseMetrics(changed)).map(({ kind }) => kind);
  const counter = page('# HELP reads Reads.', '# TYPE reads counter', 'reads{lane="page",result="a \\"b\\"}"} 1');

  it('differ by their names, types, labels and label values', () => {
    expect(kinds(counter, counter.replace(/ 1$/, ' 2'))).toEqual([]);
    expect(kinds(counter, counter.replaceAll('reads', 'read'))).toEqual(['name read', 'name reads']);
    expect(kinds(counter, counter.replace('counter', 'gauge'))).toEqual(['type reads']);
    expect(kinds(counter, counter.replace('lane', 'queue'))).toEqual(['labels reads']);
    expect(kinds(counter, counter.replace('page', 'bulk'))).toEqual(['label values reads']);
    expect(kinds(counter, page(counter, 'reads{result="c",lane="page"} 1'))).toEqual(['label values reads']);
    expect(kinds(counter, '# TYPE reads counter')).toEqual(['label values reads']);
    expect(kinds('# TYPE reads counter', '')).toEqual(['name reads']);
  });

  it('include the series of a histogram under its name, without buckets', () => {
    const histogram = (...limits: number[]) =>
      page(
        '# TYPE wait histogram',
        ...limits.map((limit) => `wait_bucket{le="${limit}",lane="page"} 1`),
        'wait_sum{lane="page"} 1',
        'wait_count{lane="page"} 1',
      );
    expect(kinds(histogram(1), histogram(1, 2))).toEqual([]);
    expect(Object.keys(parseMetrics(histogram(1)))).toEqual(['wait']);
  });

  it('do not differ by label values of a build, a process, a timer or a probe', () => {
    const same = [
      ['build_info{version="1",commit="a"} 1', 'build_info{version="2",commit="b"} 1'],
      ['nodejs_active_handles{type="Socket"} 1', 'nodejs_active_handles{type="Server"} 1'],
      [
        'duration{route="/",status="200"} 1',
        'duration{route="/",status="200"} 1\nduration{route="/health/ready",status="503"} 1',
      ],
      ['sent{statement="run"} 1', 'sent{statement="run"} 1\nsent{statement="ping"} 1'],
    ] as const;
    for (const [old, changed] of same) expect(kinds(old, changed)).toEqual([]);
    expect(kinds('nodejs_active_handles{type="Socket"} 1', 'nodejs_active_handles{kind="Socket"} 1')).toEqual([
      'labels nodejs_active_handles',
    ]);
  });

  it('report that the old build has none', async () => {
    const side = (status: number, text: string) => ({ send: async () => response(text, {}, status) });
    const sides = (old: number, changed: number) => [side(old, 'reads 1'), side(changed, 'reads 1')];
    const compared = (old: number, changed: number) => compareMetrics(sides(old, changed), { entry: 'metrics' });
    expect(await compared(200, 200)).toEqual({ differences: [] });
    expect(await compared(404, 200)).toEqual({ differences: [], reason: expect.stringContaining('404') });
    expect(await compared(200, 404)).toMatchObject({ differences: [{ kind: 'name reads' }] });
    const ignored = [/^metrics: name reads$/];
    expect(await compareMetrics(sides(200, 404), { entry: 'metrics', ignored })).toEqual({ differences: [] });
  });

  it('are described without a request', () => {
    const found = {
      operation: { entry: 'metrics' },
      differences: [{ kind: 'name reads', old: 'reads', new: '(none)' }],
    };
    expect(describeDifference(found)).toBe('metrics\n  name reads\n    - reads\n    + (none)');
    expect(summarize([found])).toBe('     1  metrics: name reads');
  });
});

describe('partitions', () => {
  it('are read by a quarter of the generated operations, whose entries are named so', () => {
    const operations = generate(1).map(({ number, entry }) => ({ layout: layoutOf(number), entry }));
    expect(operations.filter(({ layout }) => layout === 'partitions')).toHaveLength(150);
    expect(layoutOf(-1)).toBe('table');
    expect([entryOn('table', 'rest'), entryOn('partitions', 'rest')]).toEqual(['rest', 'rest on partitions']);
  });

  it('have ranges that each hold runs, and leave runs to the default partition', () => {
    const times = createWorld(1).runs.map(({ id }) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
    const within = (from: number, to: number) => times.filter((time) => time >= from && time < to).length;
    const limits = ranges.map(([from, to]) => [Date.parse(from!), Date.parse(to!)] as const);
    for (const [from, to] of limits) expect(within(from, to)).toBeGreaterThan(10);
    expect(within(limits.at(-1)![1], Number.POSITIVE_INFINITY)).toBeGreaterThan(10);
    expect(within(0, limits[0]![0])).toBe(0);
  });

  it('are made by the statements of the documents, as if before the first run', async () => {
    const sent: string[] = [];
    await partitionRuns({ query: async (text: string) => sent.push(text) });
    expect(sent).toHaveLength(1 + ranges.length);
    expect(sent[0]).toContain('PARTITION BY RANGE (id)');
    expect(sent[0]).toContain('2025-02-15');
    expect(sent[0]).not.toContain('now()');
  });
});

describe('the client', () => {
  it('reads events of a multipart body, without heartbeats', () => {
    const body = Buffer.from('\r\n--graphql\r\n\r\n{}\r\n--graphql\r\n\r\n{"payload":1}\r\n--graphql\r\n');
    expect(body.subarray(0, endOfPart(body, 1)).toString()).toMatch(/\{"payload":1\}$/);
    expect(endOfPart(body, 2)).toBeUndefined();
  });

  it('waits for all operations of a WebSocket, and sorts their messages', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket) => {
      const pending: string[] = [];
      socket.on('message', (data) => {
        const { type, id, payload } = JSON.parse(data.toString());
        if (type === 'connection_init') return socket.send(JSON.stringify({ type: 'connection_ack', payload }));
        pending.unshift(JSON.stringify({ type: 'next', id }), JSON.stringify({ type: 'complete', id }));
        if (id === '2') for (const message of pending) socket.send(message);
      });
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const client = createClient((server.address() as AddressInfo).port);
    const messages = [
      { type: 'connection_init', payload: '{{token}}' },
      { type: 'subscribe', id: '1' },
      { type: 'subscribe', id: '2' },
    ];
    const text = messages.map((message) => JSON.stringify(message)).join('\n');
    const { status, body } = await client.send(
      { method: 'WEBSOCKET', path: '/', headers: {}, body: text },
      { token: 'secret' },
    );
    client.close();
    sockets.close();
    server.close();
    const received = body
      .toString()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(status).toBe('open');
    expect(received[0]).toEqual({ type: 'connection_ack', payload: 'secret' });
    expect(received.slice(1).map(({ id, type }) => `${id} ${type}`)).toEqual([
      '1 next',
      '1 complete',
      '2 next',
      '2 complete',
    ]);
  });
});

describe('the receiver of callbacks', () => {
  it('takes messages until its last event', async () => {
    const receiver = await startCallbackReceiver();
    let written = 0;
    const expected = receiver.expect({
      events: 2,
      onFirstEvent: () => {
        written += 1;
      },
    });
    const statuses = [];
    for (const action of ['check', 'next', 'next', 'next']) {
      const init = {
        method: 'POST',
        body: JSON.stringify({ action }),
        headers: { 'content-type': 'application/json' },
      };
      statuses.push((await fetch(expected.url, init)).status);
    }
    await expected.untilEnd();
    receiver.close();
    expect(statuses).toEqual([204, 204, 404, 404]);
    expect(written).toBe(1);
    expect(expected.received().filter((text) => text.startsWith('{'))).toHaveLength(3);
  });
});
