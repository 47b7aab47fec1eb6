import { gzipSync } from 'node:zlib';
import { demoPlaces } from '../../../src/demo/data/demo-places.js';
import { eventually } from '../../support/eventually.js';
import { type Gateway, useOwnGateway } from '../../support/start-gateway.js';
import { openAs } from '../../support/websocket-client.js';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const permissions = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/iam/test`;
const burst = 1000;

/** Returns a list of empty objects, which takes far longer to parse than other JSON of the same length. */
const manyValues = (bytes: number) => `[${'{},'.repeat(bytes / 3)}{}]`;
const query = '"query":"{ viewer { subject } }"';
/** Bodies that are parsed into many values, in parts that the request does not use. */
const targets = [
  ['variables', '/graphql', (values: string) => `{${query},"variables":{"a":${values}}}`, 422],
  ['an unknown member', '/graphql', (values: string) => `{${query},"unknown":${values}}`, 200],
  ['a message for tools', '/mcp', (values: string) => `{"jsonrpc":"2.0","id":1,"method":"x","params":${values}}`, 422],
  ['a REST body', permissions, (values: string) => `{"permissions":${values}}`, 422],
] as const;

const plain = (body: string): RequestInit => ({ body });
const zipped = (body: string): RequestInit => ({ body: gzipSync(body), headers: { 'content-encoding': 'gzip' } });
/**
 * The second form expands from a few hundred bytes to less than 64 KiB, up to which every compression ratio is
 * accepted.
 */
const forms = [
  ['plain', plain, 900_000],
  ['zipped', zipped, 64_500],
] as const;

async function send(gateway: Gateway, path: string, subject: string, { headers, ...init }: RequestInit, id?: string) {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${await gateway.tokenFor(subject)}`,
      ...(id !== undefined && { 'x-request-id': id }),
      ...headers,
    },
    ...init,
  });
  const text = await response.text();
  const left = /;r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1];
  const isRejected = /"RATE_LIMITED"/.test(text);
  return { status: response.status, text, isRejected, remaining: left === undefined ? undefined : Number(left) };
}
/** Returns the cost logged for a request. */
async function loggedCost(gateway: Gateway, id: string): Promise<number> {
  let cost: unknown;
  await eventually(async () => {
    const line = (await gateway.logLines()).find(({ reqId, msg }) => reqId === id && msg === 'request');
    cost = line!.cost;
    expect(cost).toEqual(expect.any(Number));
  });
  return cost as number;
}

const cases = targets.flatMap(([what, path, bodyOf, status]) =>
  forms.map(([form, initOf, bytes]) => [`${what}, ${form}`, path, initOf(bodyOf(manyValues(bytes))), status] as const),
);

describe('the points of a caller', () => {
  const gateway = useOwnGateway({
    // One point per second, so that points spent during a test hardly accrue again.
    environment: { COST_MODE: 'enforce', RATE_LIMIT_POINTS: '1', RATE_LIMIT_BURST: String(burst), MCP: 'on' },
  });

  it.each(cases)('pay for bodies, and without points none is parsed: %s', async (what, path, init, status) => {
    let before = burst;
    let response = await send(gateway, path, what, init);
    for (; !response.isRejected; response = await send(gateway, path, what, init)) {
      expect(response.status).toBe(status);
      // The rest of the request costs ten points, and points accrue in the meantime.
      expect(response.remaining).toBeLessThan(Math.max(1, before - 10));
      before = response.remaining!;
    }
    const isGraphql = path === '/graphql';
    expect(response).toMatchObject({ status: isGraphql ? 200 : 429, remaining: 0 });
    // JSON that cannot be parsed would be MALFORMED_REQUEST, as would a body that is not gzip. On a busy machine, a
    // point may accrue between two requests, and the first of them spends it.
    await eventually(async () => {
      const malformed = await send(gateway, path, what, plain('{'.repeat(9000)));
      expect(malformed).toMatchObject({ status: isGraphql ? 200 : 429, isRejected: true });
    });
    await eventually(async () => {
      const noGzip = { body: 'x'.repeat(100), headers: { 'content-encoding': 'gzip' } };
      expect(await send(gateway, path, what, noGzip)).toMatchObject({ isRejected: true });
    });
    // Another caller still has all points.
    expect(await send(gateway, path, `another than ${what}`, init)).toMatchObject({ status, isRejected: false });
  });

  it('pay for a malformed body', async () => {
    const { status, remaining } = await send(gateway, '/graphql', 'malformed', plain('{'.repeat(900_000)));
    expect(status).toBe(400);
    expect(remaining).toBeLessThan(burst - 10);
  });

  it('pay for no body of less than 4 KB, and for none without an accepted token', async () => {
    const { remaining } = await send(gateway, '/graphql', 'small', plain(`{${query},"unknown":${manyValues(3000)}}`));
    expect(remaining).toBeGreaterThan(burst - 100);
    const rejected = await fetch(`${gateway.url}/graphql`, { method: 'POST', ...zipped(manyValues(60_000)) });
    expect(rejected.status).toBe(401);
  });

  it('pay for messages of a WebSocket', async () => {
    const client = await openAs(gateway, 'writes messages');
    const payload = { query: '{ viewer { subject } }', variables: { a: JSON.parse(manyValues(900_000)) } };
    const ids = ['a', 'b', 'c'];
    for (const id of ids) client.send({ type: 'subscribe', id, payload });
    for (const id of ids) await client.next((message) => message.id === id && message.type !== 'complete');
    const small = plain(`{${query}}`);
    expect(await send(gateway, '/graphql', 'writes messages', small)).toMatchObject({ isRejected: true, remaining: 0 });
    expect(await send(gateway, '/graphql', 'reads', small)).toMatchObject({ status: 200, isRejected: false });
    client.socket.terminate();
  });

  it('pay for pings of a WebSocket', async () => {
    const client = await openAs(gateway, 'pings');
    const small = plain(`{${query}}`);
    const { remaining } = await send(gateway, '/graphql', 'pings', small);
    const count = 1000;
    for (let index = 0; index < count; index += 1) client.send({ type: 'ping' });
    await eventually(async () => expect(client.messages).toHaveLength(count));
    expect((await send(gateway, '/graphql', 'pings', small)).remaining).toBeLessThan(remaining! - 0.05 * count);
    client.socket.terminate();
  });

  it('appear in the log line of a request, those of its body included', async () => {
    await send(gateway, '/graphql', 'logged', plain(`{${query},"unknown":${manyValues(900_000)}}`), 'large-body');
    expect(await loggedCost(gateway, 'large-body')).toBeGreaterThan(100);
  });
});

describe('with COST_MODE=measure', () => {
  const gateway = useOwnGateway({ environment: { COST_MODE: 'measure', RATE_LIMIT_POINTS: '1', MCP: 'on' } });

  it.each(cases)('no body is rejected, and its cost is logged: %s', async (what, path, init, status) => {
    for (const count of [1, 2, 3]) {
      const id = `${what.replaceAll(/\W/g, '-')}-${count}`;
      expect(await send(gateway, path, what, init, id)).toMatchObject({ status, isRejected: false });
      expect(await loggedCost(gateway, id)).toBeGreaterThan(20);
    }
  });

  it('a WebSocket is read without points, too', async () => {
    const client = await openAs(gateway, 'writes messages');
    const payload = { query: '{ viewer { subject } }', variables: { a: JSON.parse(manyValues(900_000)) } };
    for (const id of ['a', 'b', 'c', 'd', 'e']) client.send({ type: 'subscribe', id, payload });
    client.send({ type: 'ping' });
    await client.next(({ type }) => type === 'pong');
    client.socket.terminate();
  });
});
