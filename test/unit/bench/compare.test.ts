// The parts of `npm run compare` that need no gateway: a seed makes the same operations, and differences are found.

import { parse, validate } from 'graphql';
import { ask } from '../../../bench/compare/ask.js';
import { findDifferences } from '../../../bench/compare/differences.js';
import { generateOperations } from '../../../bench/compare/generate/index.js';
import { maskResponse } from '../../../bench/compare/mask.js';
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
  generateOperations({ seed, count: 300, world: createWorld(seed), schema, openapi, tools });

describe('generated operations', () => {
  it('repeat for the same seed, and differ for another', () => {
    expect(JSON.stringify(generate(1))).toBe(JSON.stringify(generate(1)));
    expect(JSON.stringify(generate(2))).not.toBe(JSON.stringify(generate(1)));
    expect(createWorld(1)).toEqual(createWorld(1));
  });

  it('use every entry point', () => {
    const entries = new Set(generate(1).map(({ entry }) => entry.replace(/^rest .*/, 'rest')));
    const graphql = [
      'graphql',
      'graphql changes',
      'graphql entities',
      'graphql errors',
      'graphql pages',
      'graphql stream',
    ];
    expect([...entries].sort()).toEqual(['event stream', 'export', ...graphql, 'mcp', 'rest', 'websocket']);
  });

  it('pass validation, except in their values and where they shall fail', () => {
    const queries = generate(1)
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
    ['costs', '{"cost":{"requestedQueryCost":1}}', '{"cost":{"requestedQueryCost":22}}'],
    [
      'the order of errors',
      `{"errors":[${error('a', '1')},${error('b', '2')}]}`,
      `{"errors":[${error('b', '3')},${error('a', '4')}]}`,
    ],
  ])('hide %s', (_what, one, other) => {
    expect(mask(one)).toEqual(mask(other));
    expect(mask(one)).toEqual(mask(one));
  });

  it.each([
    ['null for a cursor', '{"endCursor":"a"}', '{"endCursor":null}'],
    ['other times', '"2025-03-01T00:00:00Z"', '"2025-03-01T00:00:01Z"'],
    ['the order of members', '{"a":1,"b":2}', '{"b":2,"a":1}'],
    ['the form of numbers', '{"a":1.0}', '{"a":1}'],
  ])('keep %s visible', (_what, one, other) => {
    expect(mask(one).body).not.toBe(mask(other).body);
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
