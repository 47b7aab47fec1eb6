import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { createClientIssuer } from '../../support/client-issuer.js';
import { eventually } from '../../support/eventually.js';
import type { GraphqlBody, RestLimitError } from '../../support/responses.js';
import { useOwnGateway } from '../../support/start-gateway.js';
import { openAs } from '../../support/websocket-client.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const run = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run`;

/**
 * Parses the only item of a list according to the strict grammar of structured fields (RFC 9651): a string whose
 * parameters are integers or strings.
 */
function itemOf(header: string | null): { readonly name: string; readonly parameters: Record<string, unknown> } {
  const text = '"[ !#-[\\]-~]*"';
  const integer = '-?\\d{1,15}';
  const [, name = '', parameters = ''] =
    new RegExp(`^(${text})((?:;[a-z*][a-z0-9_.*-]*=(?:${integer}|${text}))*)$`).exec(header ?? '') ?? [];
  expect({ header, name }).toEqual({ header, name: expect.stringMatching(/^"/) });
  const pairs = parameters.split(';').slice(1);
  return {
    name: JSON.parse(name),
    parameters: Object.fromEntries(
      pairs.map((pair) => pair.split('=')).map(([key, value]) => [key, JSON.parse(value!)]),
    ),
  };
}

/** Parses `RateLimit-Policy` and `RateLimit`, checking the requirements of draft-ietf-httpapi-ratelimit-headers-11. */
function limitOf({ headers }: Response) {
  const policy = itemOf(headers.get('ratelimit-policy'));
  const left = itemOf(headers.get('ratelimit'));
  expect(left.name).toBe(policy.name);
  expect(Object.keys(policy.parameters)).toEqual(['q', 'w', 'qu']);
  expect(Object.keys(left.parameters)).toEqual(['r', 't']);
  const { q, w, qu } = policy.parameters as { q: number; w: number; qu: string };
  const { r, t } = left.parameters as { r: number; t: number };
  expect(w).toBeGreaterThan(0);
  for (const value of [q, r, t]) expect(value).toBeGreaterThanOrEqual(0);
  expect(r).toBeLessThanOrEqual(q);
  // Retry-After does not end before the window.
  expect(Number(headers.get('retry-after') ?? t)).toBeGreaterThanOrEqual(t);
  return { policy: { q, w, qu }, remaining: r, windowSeconds: t };
}

describe('a rate limit', () => {
  const gateway = useOwnGateway({
    environment: {
      COST_MODE: 'enforce',
      // One point per second, so that points spent during a test hardly accrue again.
      RATE_LIMIT_POINTS: '1',
      RATE_LIMIT_BURST: '300',
      MCP: 'on',
    },
  });
  const send = (path: string, token: string, init: RequestInit = {}) =>
    fetch(`${gateway.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
  const post = (query: string, token: string, headers: Record<string, string> = {}) =>
    send('/graphql', token, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
  const changes = `subscription { taskRunChanged(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}") { cursor } }`;
  const stats = `taskRunStats(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}") { runs }`;
  let spentToken: string;
  beforeAll(async () => {
    spentToken = await gateway.tokenFor('who-has-spent');
  });
  // Spends all points that have accrued since the previous test, which a busy machine may have slowed down.
  beforeEach(async () => {
    for (const query of [`{ ${stats} }`, '{ __typename }']) {
      for (let spent = false; !spent; ) {
        const response = await post(query, spentToken);
        await response.text();
        spent = response.headers.has('retry-after');
      }
    }
  });

  it('comes with every response after the token was accepted', async () => {
    const newcomer = (number: number) => gateway.tokenFor(`newcomer ${number}`);
    const responses = [
      await post('{ __typename }', await newcomer(1)),
      await post('{ nothing }', await newcomer(2)),
      await send(`${run}/${id}`, await gateway.tokenFor(demoSubjects.viewer)),
      await send(`${run}/${id}`, await newcomer(3)),
      await send(`${run}/not-an-id`, await newcomer(4)),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 403, 400]);
    for (const response of responses) {
      const { policy, remaining, windowSeconds } = limitOf(response);
      expect(policy).toEqual({ q: 300, w: 300, qu: 'points' });
      expect(windowSeconds).toBe(300 - remaining);
    }
    const rejected = await post('{ __typename }', 'no-token');
    expect(rejected.status).toBe(401);
    expect(rejected.headers.has('ratelimit')).toBe(false);
  });

  it('counts spent points', async () => {
    // Uses another caller for each attempt, because a request may cost more on a busy machine than a caller has points.
    let attempts = 0;
    await eventually(async () => {
      attempts += 1;
      const token = await gateway.tokenFor(`who-spends-a-little-${attempts}`);
      const left = async () => limitOf(await post('{ __typename }', token)).remaining;
      const startedAt = performance.now();
      const before = await left();
      const after = await left();
      // On a busy machine, a second may pass at any point, during which a point accrues.
      const come = () => Math.ceil((performance.now() - startedAt) / 1000);
      expect(after).toBeLessThan(before + come());
      const response = await post('{ rateLimit { cost limit remaining resetAt } }', token);
      const { data } = (await response.json()) as GraphqlBody;
      expect(data?.rateLimit).toEqual({
        cost: expect.any(Number),
        limit: 300,
        remaining: expect.any(Number),
        resetAt: expect.stringMatching(/^20\d\d-.*Z$/),
      });
      expect(data.rateLimit.remaining).toBeLessThan(after + come());
    });
  });

  it.each(['tools/list', 'initialize', 'no/such/method'])('rejects messages of agents: %s', async (method) => {
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const message = () =>
      send('/mcp', spentToken, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, ...(method === 'initialize' && { params }) }),
      });
    let response = await message();
    // The first messages may be paid with the remaining points and those that accrue on a busy machine.
    for (let sent = 1; response.status === 200 && sent < 300; sent += 1) {
      await response.text();
      response = await message();
    }
    expect([response.status, await response.json()]).toMatchObject([429, { detail: { reason: 'RATE_LIMITED' } }]);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each([
    ['application/json', 200, /^application\/json/],
    ['application/graphql-response+json, application/json', 200, /^application\/json/],
    ['application/graphql-response+json', 429, /^application\/graphql-response\+json/],
  ])('rejects operations with %s', async (accept, status, mediaType) => {
    for (const query of [`{ ${stats} }`, `{ ${stats} } # not seen before: ${accept}`]) {
      const response = await post(query, spentToken, { accept });
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toMatch(mediaType);
      const { errors, data } = (await response.json()) as GraphqlBody;
      expect(data).toBeUndefined();
      expect(errors).toHaveLength(1);
      const { extensions } = errors[0];
      expect(extensions).toMatchObject({ code: 'RATE_LIMITED', reason: 'RATE_LIMITED', status: 429 });
      expect(extensions.cost).toBeGreaterThanOrEqual(10);
      expect(extensions.remaining).toBeLessThan(extensions.cost);
      expect(response.headers.get('retry-after')).toBe(String(extensions.retryAfter));
      const { remaining, windowSeconds } = limitOf(response);
      expect(windowSeconds).toBe(Math.min(extensions.retryAfter, 300 - remaining));
    }
  });

  it('applies to cost estimates, too', async () => {
    const token = await gateway.tokenFor('who-asks-what-it-costs');
    const explain = async () => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ query: `{ ${stats} }` });
      const response = await send('/graphql?explain=cost', token, { method: 'POST', headers, body });
      return ((await response.json()) as GraphqlBody).errors?.[0].extensions.code;
    };
    expect(await explain()).toBeUndefined();
    let code: unknown;
    for (let asked = 0; asked < 300 && code === undefined; asked += 1) code = await explain();
    expect(code).toBe('RATE_LIMITED');
  });

  it.each([
    ['a run', `${run}/${id}`, 'application/json'],
    ['an export', `${run}/export`, 'application/x-ndjson'],
    ['a stream of changes', `${run}/changes`, 'text/event-stream'],
  ])('rejects %s over REST with 429', async (_, path, accept) => {
    const response = await send(path, spentToken, { headers: { accept } });
    expect(response.status).toBe(429);
    const { detail } = (await response.json()) as RestLimitError;
    expect(detail).toMatchObject({ reason: 'RATE_LIMITED', retry_after: expect.any(Number) });
    expect(detail.cost).toBeGreaterThanOrEqual(20);
    expect(detail.remaining).toBeLessThan(detail.cost);
    expect(response.headers.get('retry-after')).toBe(String(detail.retry_after));
    expect(limitOf(response).windowSeconds).toBeLessThanOrEqual(detail.retry_after);
  });

  it('rejects subscriptions over server-sent events', async () => {
    const response = await post(changes, spentToken, { accept: 'text/event-stream' });
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  });

  it('rejects operations and subscriptions over WebSocket by a separate error', async () => {
    const client = await openAs(gateway, '', spentToken);
    for (const query of [`{ ${stats} }`, changes]) {
      client.send({ type: 'subscribe', id: query, payload: { query } });
      const message = await client.next((item) => item.id === query);
      expect(message).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    }
    client.socket.close();
  });
});

describe('a client that is exempt from rate limits', () => {
  const issuer = createClientIssuer();
  afterAll(issuer.remove);
  const gateway = useOwnGateway({
    environment: {
      ...issuer.environment,
      COST_MODE: 'enforce',
      RATE_LIMIT_POINTS: '1',
      RATE_LIMIT_BURST: '40',
      RATE_LIMIT_EXEMPT: 'router, backend',
    },
  });
  const stats = `{ taskRunStats(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}") { runs } }`;
  const ask = async (client: string) => {
    const token = issuer.tokenOf(client, demoSubjects.viewer);
    const { headers, data, errors } = await gateway.ask(`{ rateLimit { limit } ${stats.slice(1)}`, { token });
    const rest = await fetch(`${gateway.url}${run}/${id}`, { headers: { authorization: `Bearer ${token}` } });
    await rest.text();
    return {
      headers: [headers, rest.headers].map((item) => item.has('ratelimit') || item.has('ratelimit-policy')),
      limit: data?.rateLimit,
      codes: [errors?.[0]?.extensions.code, rest.status],
    };
  };

  it('spends any number of points without rate limit headers, over GraphQL and REST', async () => {
    for (const client of ['router', 'backend'])
      for (let sent = 0; sent < 10; sent += 1)
        expect(await ask(client)).toEqual({ headers: [false, false], limit: null, codes: [undefined, 200] });
  });

  it('leaves the points of the same subject through another client, which stays limited', async () => {
    expect(await ask('app')).toMatchObject({ headers: [true, true], limit: { limit: 40 } });
    for (let sent = 0; sent < 5; sent += 1) await ask('app');
    expect(await ask('app')).toMatchObject({ headers: [true, true], codes: ['RATE_LIMITED', 429] });
    // Names are not compared by prefix.
    expect(await ask('router-2')).toMatchObject({ codes: ['RATE_LIMITED', 429] });
    expect(await ask('router')).toMatchObject({ codes: [undefined, 200] });
  });

  it('stays exempt over WebSocket', async () => {
    for (const [client, type] of [
      ['router', 'next'],
      ['app', 'error'],
    ]) {
      const socket = await openAs(gateway, '', issuer.tokenOf(client!, demoSubjects.viewer));
      socket.send({ type: 'subscribe', id: '1', payload: { query: stats } });
      expect((await socket.next((item) => item.id === '1')).type).toBe(type);
      socket.socket.close();
    }
  });
});
