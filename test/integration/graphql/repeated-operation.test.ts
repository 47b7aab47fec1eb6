// An operation performs the same steps every time. A cached document saves only the parsing.

import { createHash } from 'node:crypto';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import type { GraphqlErrorResponse } from '../../support/graphql-client.js';
import { useOwnGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const document = `query A($id: ID!, $in: Boolean = true) {
  found: taskRun(${task}, id: $id) {
    id response chargedCredits reportingGroup @include(if: $in) { name } bad: response(path: "nowhere")
  }
  malformed: taskRun(${task}, id: "x") { id }
}
query B { viewer { subject } }`;
const operation = { query: document, operationName: 'A', variables: { id } };

let token: string;
const gateway = useOwnGateway({ environment: { TRACE_CLIENTS: 'task-run-gateway-demo' } });
beforeAll(async () => {
  token = await gateway.tokenFor(demoSubjects.owner);
  // The first token causes its issuer's keys to be fetched.
  await gateway.dataOf('{ __typename }', { token });
});

const post = async (body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify(body),
  });
  const requestHeaders = ['date', 'x-request-id', 'keep-alive', 'connection', 'server-timing'];
  const stableHeaders = [...response.headers].filter(([name]) => !requestHeaders.includes(name));
  return { status: response.status, headers: Object.fromEntries(stableHeaders), text: await response.text() };
};

/** Returns the changed counters and the log lines for one request, without times. */
const stepsOf = async (request: () => Promise<unknown>) => {
  const counters = async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    const lines = metrics.matchAll(/^((?:gateway_\w+_total|http_request_duration_seconds_count)(?:\{.*\})?) (\d+)$/gm);
    return (
      [...lines]
        // Costs include measured times too.
        .filter(
          ([line]) =>
            !/\/metrics|cache_lookups|sent_bytes|gateway_cost_points_total\{kind="(database|processor)"/.test(line),
        )
        .map(([, name, count]) => [name, Number(count)] as const)
    );
  };
  const before = Object.fromEntries(await counters());
  const firstLine = (await gateway.logLines()).length;
  const response = await request();
  const counted = (await counters()).map(([name, count]) => [name, count - (before[name!] ?? 0)] as const);
  const logged = (await gateway.logLines())
    .slice(firstLine)
    .filter(({ reqId, route }) => reqId !== undefined && route !== '/metrics')
    .map(({ ms: _ms, cost: _cost, time: _time, reqId: _reqId, ...line }) => line);
  return { response, counted: counted.filter(([, count]) => count !== 0), logged };
};

const stranger = async () => ({ authorization: `Bearer ${await gateway.tokenFor('a-stranger')}` });
const list = `{ taskRuns(${task}, first: 2) { totalCount nodes { id files { name } } } }`;

describe('an operation', () => {
  const requests: [title: string, body: object, headers?: Record<string, string>][] = [
    ['with refused fields', operation],
    ['without errors', { query: 'query C { viewer { subject } }' }],
    ['with null for operationName and variables', { query: '{ __typename }', operationName: null, variables: null }],
    ['with extensions of the client', { query: '{ t: __typename }', extensions: { client: { name: 'c' } } }],
    ['named among others', { query: 'query A { __typename } query B { viewer { subject } }', operationName: 'B' }],
    ['with a list', { query: list }],
    ['whose variables do not fit', { ...operation, query: `${document}\n`, variables: { id: { a: 1 } } }],
    ['whose condition is null', { ...operation, query: `${document}\n\n`, variables: { id, in: null } }],
    ['that asks for the schema', { query: '{ __schema { types { name fields { name args { name } } } } }' }],
    ['that is not there', { query: `${document} `, operationName: 'Z' }],
    ['without a choice among several', { query: `${document}  ` }],
    ['that does not validate', { query: '{ nothing }' }],
    ['of a type that is not there', { query: 'mutation { x }' }],
    [
      'with media type application/graphql-response+json',
      { ...operation, query: `${document} #1`, variables: {} },
      { accept: 'application/graphql-response+json' },
    ],
    ['with any media type', { ...operation, query: `${document} #2` }, { accept: 'application/json;q=0.1, */*;q=0.5' }],
  ];
  it.each(requests.map(([title, body, headers = {}]) => [title, body, headers] as const))(
    'returns the same bytes, headers and steps the first time and the fiftieth: %s',
    async (_title, body, headers) => {
      const first = await stepsOf(() => post(body, headers));
      for (let time = 2; time <= 50; time += 1) {
        if ([2, 5, 50].includes(time)) expect(await stepsOf(() => post(body, headers))).toEqual(first);
        else await post(body, headers);
      }
      expect(first.logged).toHaveLength(1);
    },
  );

  it('takes the same steps when it fails as a whole, and reads no page', async () => {
    const headers = await stranger();
    const body = { query: `${list} # stranger` };
    const first = await stepsOf(() => post(body, headers));
    expect(first.logged).toMatchObject([
      { event: 'access_denied', reason: 'PERMISSION_CHECK_FAILED' },
      { codes: { FORBIDDEN: 1 }, statements: 1 },
    ]);
    for (let time = 2; time <= 5; time += 1) expect(await stepsOf(() => post(body, headers))).toEqual(first);
  });

  it('goes through the policy for each caller again', async () => {
    await post(operation);
    const { data, errors } = JSON.parse((await post(operation, await stranger())).text);
    expect(data).toEqual({ found: null, malformed: null });
    expect(errors.map(({ extensions }: GraphqlErrorResponse) => extensions.code).sort()).toEqual([
      'BAD_REQUEST',
      'FORBIDDEN',
    ]);
  });

  it('needs a token however often it was executed', async () => {
    await post(operation);
    for (const authorization of ['', 'Bearer x', `Bearer ${token}x`]) {
      expect((await post(operation, { authorization })).status).toBe(401);
    }
  });

  const hash = createHash('sha256').update(document).digest('hex');
  it.each([
    ['variables as text', { ...operation, variables: '{}' }, {}, 400, 'BAD_REQUEST'],
    ['variables as a list', { ...operation, variables: [] }, {}, 400, 'BAD_REQUEST'],
    ['an operation name that is not a text', { ...operation, operationName: 5 }, {}, 400, 'BAD_REQUEST'],
    ['extensions that are a list', { ...operation, extensions: [] }, {}, 400, 'BAD_REQUEST'],
    ['a list of requests', [operation], {}, 400, 'BAD_REQUEST'],
    [
      'a hash that is not its own',
      { ...operation, extensions: { persistedQuery: { version: 1, sha256Hash: hash.replace(/./, 'x') } } },
      {},
      400,
      'BAD_REQUEST',
    ],
    ['a client that accepts no JSON', operation, { accept: 'text/plain' }, 406, 'NOT_ACCEPTABLE'],
  ])('fails with %s although its document is cached', async (_title, body, headers, status, code) => {
    await post(operation);
    const response = await post(body, headers);
    expect([response.status, JSON.parse(response.text).errors[0].extensions.code]).toEqual([status, code]);
  });

  it('returns the same response by its hash, by a GET and with a trace', async () => {
    const { text } = await post(operation);
    const [byHash, traced] = await Promise.all([
      post({ ...operation, extensions: { persistedQuery: { version: 1, sha256Hash: hash } } }),
      post(operation, { 'apollo-federation-include-trace': 'ftv1' }),
    ]);
    const parameters = new URLSearchParams({ query: document, operationName: 'A', variables: JSON.stringify({ id }) });
    const got = await fetch(`${gateway.url}/graphql?${parameters}`, { headers: { authorization: `Bearer ${token}` } });
    for (const other of [byHash.text, await got.text()]) expect(other.trim()).toBe(text);
    const { extensions, ...rest } = JSON.parse(traced.text);
    expect(extensions.ftv1).toBeDefined();
    const { errors, data } = JSON.parse(text);
    expect(rest.data).toEqual(data);
    expect(rest.errors).toEqual(expect.arrayContaining(errors));
    expect(rest.errors).toHaveLength(errors.length);
  });
});
