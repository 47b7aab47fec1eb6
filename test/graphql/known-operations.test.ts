import { createHash } from 'node:crypto';
import { demoPlaces, demoSubjects } from '../../src/database/demo/demo-places.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';

const { richRun } = demoPlaces;
const { orgId, projectId, taskId, id } = richRun;
const document = `query A($id: ID!, $in: Boolean = true) {
  found: taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: $id) {
    id response chargedCredits reportingGroup @include(if: $in) { name } bad: response(path: "nowhere")
  }
  malformed: taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "x") { id }
}
query B { viewer { subject } }`;

let gateway: Gateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway('embedded');
  token = await gateway.tokenFor(demoSubjects.owner);
});
afterAll(() => gateway.close());

const post = async (body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify(body),
  });
  const ofRequest = ['date', 'x-request-id', 'keep-alive', 'connection'];
  const told = [...response.headers].filter(([name]) => !ofRequest.includes(name));
  return { status: response.status, headers: Object.fromEntries(told), text: await response.text() };
};
const knownCount = async (): Promise<number> => {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/gateway_operations_total\{execution="known"\} (\d+)/.exec(metrics)?.[1] ?? 0);
};
const operation = { query: document, operationName: 'A', variables: { id } };
/** The first three times an operation is executed plainly, then it is compiled, and from then on it is known. */
const makeKnown = async (body: object) => {
  for (let time = 0; time < 5; time += 1) await post(body);
};

describe('an operation that comes again', () => {
  it.each([
    ['*/*'],
    ['application/json'],
    ['application/graphql-response+json'],
    ['application/graphql-response+json,application/json;q=0.9'],
    ['application/json;charset=utf-8, application/graphql-response+json;q=0.5'],
    ['application/json;q=0.1, */*;q=0.5'],
    ['application/json; callbackSpec=1.0'],
    [''],
  ])('has the answer of Apollo Server, byte for byte, for Accept: %s', async (accept) => {
    // A comment makes a document of its own.
    const body = { ...operation, query: `${document} # ${accept}` };
    const first = await post(body, { accept });
    expect(first.status).toBe(200);
    expect(JSON.parse(first.text).errors).toHaveLength(2);
    const before = await knownCount();
    for (let time = 0; time < 6; time += 1) expect(await post(body, { accept })).toEqual(first);
    expect(await knownCount()).toBe(before + 3);
  });

  it.each([
    ['with an answer without errors', { query: 'query C { viewer { subject } }' }],
    ['with operationName and variables null', { query: '{ __typename }', operationName: null, variables: null }],
    [
      'with what clients say of themselves',
      { query: '{ t: __typename }', extensions: { clientLibrary: { name: 'client', version: '1' } } },
    ],
    [
      'by the name of another of its operations',
      { query: 'query A { __typename } query B { viewer { subject } }', operationName: 'B' },
    ],
    [
      'with other variables',
      { ...operation, variables: { id: id.replace(/.$/, 'e'), in: false }, query: `${document}\n\n` },
    ],
  ])('is known %s', async (_title, body) => {
    const first = await post(body);
    await makeKnown(body);
    const before = await knownCount();
    expect(await post(body)).toEqual(first);
    expect(await knownCount()).toBe(before + 1);
  });

  it('is decided anew for each caller', async () => {
    await makeKnown(operation);
    const stranger = { authorization: `Bearer ${await gateway.tokenFor('a-stranger')}` };
    const { data, errors } = JSON.parse((await post(operation, stranger)).text);
    expect(data).toEqual({ found: null, malformed: null });
    expect(errors.map(({ extensions }: any) => extensions.code).sort()).toEqual(['BAD_REQUEST', 'FORBIDDEN']);
  });

  it('is refused without a token, or with a bad one', async () => {
    await makeKnown(operation);
    for (const authorization of ['', 'Bearer x', `Bearer ${token}x`]) {
      expect((await post(operation, { authorization })).status).toBe(401);
    }
  });

  it('is tried once before it is left to plain execution, where a refusal leaves no data', async () => {
    const list = {
      query: `{ taskRuns(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}") { nodes { id } } }`,
    };
    await makeKnown(list);
    const stranger = { authorization: `Bearer ${await gateway.tokenFor('a-stranger')}` };
    const lines = gateway.logLines.length;
    expect(JSON.parse((await post(list, stranger)).text)).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    expect(gateway.logLines.slice(lines).find(({ msg }) => msg === 'request')).toMatchObject({ statements: 2 });
  });

  it('has its name and the codes of its errors in its log line', async () => {
    await makeKnown(operation);
    const lines = gateway.logLines.length;
    await post(operation);
    const line = gateway.logLines.slice(lines).find(({ msg }) => msg === 'request');
    expect(line).toMatchObject({ operation: 'A', codes: expect.arrayContaining(['BAD_REQUEST']), statements: 1 });
  });

  const hash = createHash('sha256').update(document).digest('hex');
  it.each([
    ['variables that do not fit', { ...operation, variables: { id: { a: 1 } } }, {}, 200, 'BAD_USER_INPUT'],
    ['variables as text', { ...operation, variables: '{}' }, {}, 400, 'BAD_REQUEST'],
    ['variables as a list', { ...operation, variables: [] }, {}, 400, 'BAD_REQUEST'],
    ['an operation that is not there', { ...operation, operationName: 'Z' }, {}, 200, 'OPERATION_RESOLUTION_FAILURE'],
    ['a choice that is not made', { ...operation, operationName: null }, {}, 200, 'OPERATION_RESOLUTION_FAILURE'],
    ['an operation name that is no text', { ...operation, operationName: 5 }, {}, 400, 'BAD_REQUEST'],
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
  ])('is refused with %s as if it were new', async (_title, body, headers, status, code) => {
    await makeKnown(operation);
    const before = await knownCount();
    const answer = await post(body, headers);
    expect([answer.status, JSON.parse(answer.text).errors[0].extensions.code]).toEqual([status, code]);
    expect(await knownCount()).toBe(before);
  });

  it('is answered by its hash, by a GET and with a trace as it always was', async () => {
    await makeKnown(operation);
    const before = await knownCount();
    const [{ text }, byHash, traced] = await Promise.all([
      post(operation),
      post({ ...operation, extensions: { persistedQuery: { version: 1, sha256Hash: hash } } }),
      post(operation, { 'apollo-federation-include-trace': 'ftv1' }),
    ]);
    const parameters = new URLSearchParams({ query: document, operationName: 'A', variables: JSON.stringify({ id }) });
    const got = await fetch(`${gateway.url}/graphql?${parameters}`, { headers: { authorization: `Bearer ${token}` } });
    const normalized = (each: string) => {
      const { data, errors } = JSON.parse(each);
      return { data, errors: errors.map((error: unknown) => JSON.stringify(error)).sort() };
    };
    for (const other of [byHash.text, traced.text, await got.text()])
      expect(normalized(other)).toEqual(normalized(text));
    expect(JSON.parse(traced.text).extensions.ftv1).toBeDefined();
    expect(await knownCount()).toBe(before + 1);
  });
});
