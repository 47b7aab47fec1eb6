import { once } from 'node:events';
import { request } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import { demoSubjects } from '../../../src/demo/data/demo-places.js';
import { eventually } from '../../support/eventually.js';
import type { GraphqlBody, RestError } from '../../support/responses.js';
import { useGateway } from '../../support/start-gateway.js';

let authorization: string;
const gateway = useGateway();
beforeAll(async () => {
  authorization = `Bearer ${await gateway.tokenFor(demoSubjects.viewer)}`;
});

const json = 'application/json';
const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': json, ...headers },
    body,
  });

describe('a request that is not GraphQL over HTTP', () => {
  it.each([
    ['a broken JSON body', '{"query":', {}, 400, 'MALFORMED_REQUEST'],
    ['an empty body', '', {}, 400, 'MALFORMED_REQUEST'],
    ['a body that is not an object', '"{viewer{subject}}"', {}, 400, 'MALFORMED_REQUEST'],
    ['a batch', '[{"query":"{viewer{subject}}"}]', {}, 400, 'MALFORMED_REQUEST'],
    ['a query that is not a string', '{"query":{}}', {}, 400, 'MALFORMED_REQUEST'],
    ['no query', '{"variables":{}}', {}, 400, 'MALFORMED_REQUEST'],
    [
      'an APQ hash that does not match',
      JSON.stringify({ query: '{viewer{subject}}', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }),
      {},
      400,
      'MALFORMED_REQUEST',
    ],
    [
      'an APQ version from the future',
      JSON.stringify({ query: '{viewer{subject}}', extensions: { persistedQuery: { version: 2, sha256Hash: 'x' } } }),
      {},
      400,
      'MALFORMED_REQUEST',
    ],
    [
      'a body of another media type',
      'query=1',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a media type it cannot answer in',
      '{"query":"{viewer{subject}}"}',
      { accept: 'image/png' },
      406,
      'NOT_ACCEPTABLE',
    ],
    ['__proto__ in the body', '{"query":"{viewer{subject}}","__proto__":{"a":1}}', {}, 400, 'MALFORMED_REQUEST'],
  ] as const)('%s gets a typed error', async (_title, body, headers, status, reason) => {
    const response = await post(body, headers as Record<string, string>);
    expect(response.status).toBe(status);
    const { errors, data } = (await response.json()) as GraphqlBody;
    expect(data).toBeUndefined();
    expect(errors).toHaveLength(1);
    expect(errors[0].extensions).toMatchObject({ status, reason });
    expect(errors[0].message).not.toMatch(/node_modules|file:|\.js|at position|Unexpected token/);
  });

  it('fails for a body of five megabytes before that is sent', async () => {
    const headers = { authorization, 'content-type': json, 'content-length': 5_000_000 };
    const sending = request(`${gateway.url}/graphql`, { method: 'POST', headers });
    sending.on('error', () => {}).write('{"query":"');
    const [response] = await once(sending, 'response');
    const { errors } = (await readJson(response)) as GraphqlBody;
    sending.destroy();
    expect(response.statusCode).toBe(413);
    expect(errors[0].extensions).toMatchObject({ status: 413, reason: 'PAYLOAD_TOO_LARGE' });
  });

  it('fails before parsing for a document of more than ten thousand lines', async () => {
    const lines = (count: number) => JSON.stringify({ query: `${'\n'.repeat(count - 1)}{viewer{subject}}` });
    expect((await post(lines(10_000))).status).toBe(200);
    const response = await post(lines(10_001));
    expect(response.status).toBe(422);
    const { errors } = (await response.json()) as GraphqlBody;
    expect(errors[0].extensions).toMatchObject({ reason: 'VALIDATION_FAILED', detail: [{ loc: ['query'] }] });
  });

  it('fails before parsing for an object of more than a thousand members in its variables', async () => {
    const filter = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, 1]));
    const query = 'query ($f: TaskRunFilter) { taskRunStats(orgId: "o", projectId: "p", filter: $f) { runs } }';
    const reasonOf = async (f: object) => {
      const { errors } = (await (await post(JSON.stringify({ query, variables: { f } }))).json()) as GraphqlBody;
      return errors[0].extensions.reason;
    };
    expect(await reasonOf(filter(1000))).toBe('BAD_USER_INPUT');
    expect(await reasonOf(filter(1001))).toBe('VALIDATION_FAILED');
    expect(await reasonOf({ reference: [{ in: filter(1001) }] })).toBe('VALIDATION_FAILED');
  });

  it('appears in the log under the request id of its response', async () => {
    const response = await post('{"query":', { 'x-request-id': 'the-broken-one' });
    await response.text();
    expect(response.headers.get('x-request-id')).toBe('the-broken-one');
    await eventually(async () => {
      const line = (await gateway.logLines()).find(({ reqId, msg }) => reqId === 'the-broken-one' && msg === 'request');
      expect(line).toMatchObject({ method: 'POST', route: '/graphql', status: 400, codes: { BAD_REQUEST: 1 } });
    });
  });

  it('cannot choose a request id that would forge a log line', async () => {
    const response = await post('{"query":"{viewer{subject}}"}', { 'x-request-id': 'a b' });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('an APQ client', () => {
  it('gets an unknown query as an error in the words that its library expects', async () => {
    const body = JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'f'.repeat(64) } } });
    const { errors } = (await (await post(body)).json()) as GraphqlBody;
    expect(errors[0]).toMatchObject({
      message: 'PersistedQueryNotFound',
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
    });
  });
});

describe('an unknown path or method', () => {
  it.each([
    ['GET', '/nope'],
    ['POST', '/api/v1/nope'],
    ['GET', '/graphql/x'],
    ['GET', '/..%2f..%2fetc/passwd'],
    ['PUT', '/health/live'],
  ])('%s %s is a typed 404', async (method, path) => {
    const response = await fetch(`${gateway.url}${path}`, { method });
    expect(response.status).toBe(404);
    const body = (await response.json()) as Partial<RestError> & GraphqlBody;
    const { reason } = body.detail ?? body.errors[0].extensions;
    expect(reason).toBe('ROUTE_NOT_FOUND');
  });
  it.each(['DELETE', 'PUT', 'PATCH'])('%s /graphql is a typed 405 with the allowed methods', async (method) => {
    const response = await fetch(`${gateway.url}/graphql`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
    const { errors } = (await response.json()) as GraphqlBody;
    expect(errors[0].extensions).toEqual({
      ...{ code: 'METHOD_NOT_ALLOWED', status: 405, reason: 'METHOD_NOT_ALLOWED' },
      docUrl: `${gateway.url}/errors#METHOD_NOT_ALLOWED`,
    });
  });
  it('a malformed URL is a typed 400', async () => {
    const response = await fetch(`${gateway.url}/%zz`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: { reason: 'MALFORMED_REQUEST' } });
  });
});

describe('a path with a parameter longer than any valid one', () => {
  it.each(['a', '%41'])('leaves no trace of it in the log: %s', async (character) => {
    const long = character.repeat(2_000);
    for (const path of [`org/${long}/project/1/task/1/run/1`, `org/1/project/1/task/1/run/${long}`]) {
      const response = await fetch(`${gateway.url}/api/v1/${path}`, { headers: { authorization } });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ detail: { reason: 'MALFORMED_RESOURCE_IDENTIFIER' } });
    }
    expect((await gateway.logLines()).filter(({ level }) => Number(level) >= 40)).toEqual([]);
    expect(JSON.stringify(await gateway.logLines())).not.toContain(character.repeat(100));
  });
});

describe('the GET method', () => {
  it('executes queries, as urql and browsers send them, with only the bearer token', async () => {
    const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent('{viewer{subject}}')}`, {
      headers: { authorization },
    });
    expect(await response.json()).toEqual({ data: { viewer: { subject: demoSubjects.viewer } } });
  });
});

describe('the log', () => {
  it('contains neither tokens nor variables nor the URL of a download', async () => {
    const variables = { id: 'payload-of-the-caller' };
    const query = 'query ($id: ID!) { taskRun(orgId: $id, projectId: $id, taskId: $id, id: $id) { id } }';
    await gateway.ask(query, { token: authorization.slice(7), variables });
    await fetch(`${gateway.url}/graphql?query={viewer{subject}}&secret=1`, {
      headers: { authorization: 'Bearer nonsense-token' },
    });
    const text = JSON.stringify(await gateway.logLines());
    expect(text).not.toContain(authorization.slice(7, 60));
    expect(text).not.toContain('payload-of-the-caller');
    expect(text).not.toContain('nonsense-token');
    expect(text).not.toContain('secret=1');
  });
});

describe('a client that leaves before its response', () => {
  it('leaves the next request undisturbed', async () => {
    await new Promise<void>((resolve) => {
      const half = request(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { authorization, 'content-type': json, 'content-length': 100 },
      });
      half.on('error', () => resolve());
      half.write('{"query":');
      setTimeout(() => half.destroy(new Error('gone')), 50);
    });
    expect(await gateway.dataOf('{ viewer { subject } }', { as: 'someone' })).toEqual({
      viewer: { subject: 'someone' },
    });
  });
});
