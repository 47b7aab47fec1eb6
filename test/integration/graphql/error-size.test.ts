// The size of an error response is limited to 1.5 KB plus ten times the size of its request.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
const many = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');
const long = 'a'.repeat(20_000);
const traced = { 'apollo-federation-include-trace': 'ftv1' };

interface Attack {
  readonly query: string;
  readonly variables?: object;
  readonly operationName?: string;
}

const listWith = (type: string) => `query ($v: ${type}) { taskRuns(${task}, filter: $v) { totalCount } }`;
const integers = (count: number) =>
  `query (${many(count, (i) => `$v${i}: Int`)}) { ${many(count, (i) => `a${i}: taskRuns(${task}, first: $v${i}) { totalCount }`)} }`;
const valuesOf = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${i}`, value]));

const invalid: [string, Attack][] = [
  ['no field there is', { query: '{a b c d e f}' }],
  ['a thousand unknown fields', { query: `{ ${many(1000, (i) => `f${i}`)} }` }],
  ['an unknown field with a long name', { query: `{ ${long} }` }],
  ['unknown fields with long names', { query: `{ ${many(40, (i) => `${long}${i}`)} }` }],
  ['a long unknown argument', { query: `{ viewer(${long}: 1) { subject } }` }],
  ['a long unknown directive', { query: `{ viewer @${long} { subject } }` }],
  ['a long unknown fragment', { query: `{ ...${long} }` }],
  ['long unknown variables', { query: `{ ${many(40, (i) => `a${i}: taskRun(${task}, id: $${long}${i}) { id }`)} }` }],
  ['a long literal of another type', { query: `{ taskRuns(${task}, first: "${long}") { totalCount } }` }],
  [
    'fields that conflict',
    {
      query: `{ ${many(3, () => `viewer { ${many(300, (i) => `a${i}: subject`)} }`)} ${many(3, () => `viewer { ${many(300, (i) => `a${i}: issuer`)} }`)} }`,
    },
  ],
  ['fields under one name', { query: `{ ${many(500, (i) => `a: taskRun(${task}, id: "${i}") { id }`)} }` }],
  ['a syntax error in a long name', { query: `{ viewer { subject } } ${long}` }],
  ['a syntax error in a long string', { query: `{ viewer { subject } } "${long}"` }],
  ['a long string that does not end', { query: `{ viewer(a: "${long}` }],
  ['a long operation that is not there', { query: '{ viewer { subject } }', operationName: long }],
  ['an operation of a long name of another type', { query: `mutation ${long} { x }` }],
];

const invalidValues: [string, Attack][] = [
  ['a variable that is a long text', { query: listWith('TaskRunFilter'), variables: { v: long } }],
  ['a variable with a long member', { query: listWith('TaskRunFilter'), variables: { v: { [long]: 1 } } }],
  [
    'a variable with a thousand unknown members',
    {
      query: listWith('TaskRunFilter'),
      variables: { v: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`m${i}`, 1])) },
    },
  ],
  [
    'a variable with characters that are escaped',
    { query: listWith('TaskRunFilter'), variables: { v: '\u0001"\\'.repeat(2000) } },
  ],
  ['a hundred variables of another type', { query: integers(100), variables: valuesOf(100, 'x') }],
  ['long variables of another type', { query: integers(20), variables: valuesOf(20, long) }],
  ['a variable of an unknown type of a long name', { query: listWith(long), variables: { v: 1 } }],
  [
    'a list with a hundred values of another type',
    {
      query: `query ($v: [ID!]!) { taskRunsByIds(${task}, ids: $v) { id } }`,
      variables: { v: Array.from({ length: 100 }, () => ({})) },
    },
  ],
];

const rejected: [string, Attack][] = [
  [
    'many malformed ids',
    {
      query: `query ($i: ID!) { ${many(700, (i) => `a${i}:taskRun(orgId:$i,projectId:$i,taskId:$i,id:$i){id}`)} }`,
      variables: { i: '' },
    },
  ],
  [
    'many malformed ids under long names',
    {
      query: `query ($i: ID!) { ${many(40, (i) => `${long}${i}:taskRun(orgId:$i,projectId:$i,taskId:$i,id:$i){id}`)} }`,
      variables: { i: '' },
    },
  ],
  [
    'many runs that may not be seen',
    {
      query: `query ($i: ID!) { ${many(700, (i) => `a${i}:taskRun(orgId:$i,projectId:$i,taskId:$i,id:$i){id}`)} }`,
      variables: { i: orgId },
    },
  ],
  [
    'many malformed ids of lists',
    {
      query: `query ($i: ID!) { ${many(700, (i) => `a${i}:taskRuns(orgId:$i,projectId:$i){totalCount}`)} }`,
      variables: { i: '' },
    },
  ],
  [
    'a long malformed id',
    {
      query: `query ($i: ID!) { taskRun(orgId: $i, projectId: $i, taskId: $i, id: $i) { id } }`,
      variables: { i: long },
    },
  ],
  [
    'a long cursor',
    { query: `query ($i: String) { taskRuns(${task}, after: $i) { totalCount } }`, variables: { i: long } },
  ],
  [
    'a long time zone',
    {
      query: `query ($i: String) { taskRunStats(${task}) { buckets(by: DAY, timeZone: $i) { runs } } }`,
      variables: { i: long },
    },
  ],
  [
    'entities with malformed ids',
    {
      query: 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
      variables: { r: Array.from({ length: 300 }, () => ({ __typename: 'TaskRun', id: '' })) },
    },
  ],
  [
    'statistics under a long name with a hundred invalid splits',
    {
      query: `{ ${long}: taskRunStats(${task}) { ${many(100, (i) => `a${i}: buckets(by: DAY, timeZone: "x") { runs }`)} } }`,
    },
  ],
];

describe('an error response', () => {
  let gateway: Gateway;
  let authorization: string;
  beforeAll(async () => {
    gateway = await startGateway();
    authorization = `Bearer ${await gateway.tokenFor(demoSubjects.viewer)}`;
  });
  afterAll(() => gateway.close());

  const post = async (attack: Attack, headers = {}) => {
    const body = JSON.stringify(attack);
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json', authorization, ...headers } };
    const text = await (await fetch(`${gateway.url}/graphql`, init)).text();
    const { extensions: _trace, ...response } = JSON.parse(text);
    // A trace is sent only to gateways that request it, and is not part of the error.
    const size = Buffer.byteLength(JSON.stringify(response));
    const errors = response.errors as { readonly message: string }[];
    return { errors, data: response.data, size, maxSize: 1536 + 10 * Buffer.byteLength(body) };
  };

  describe.each([
    ['plain', {}],
    ['traced', traced],
  ])('to a request that is %s', (_how, headers) => {
    it.each([...invalid, ...invalidValues])('stays small, with at most six errors: %s', async (_what, attack) => {
      const { errors, data, size, maxSize } = await post(attack, headers);
      expect(data ?? null).toBeNull();
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThanOrEqual(6);
      for (const { message } of errors) expect(message.length).toBeLessThanOrEqual(500);
      expect(size).toBeLessThanOrEqual(maxSize);
    });

    it.each(rejected)('grows only with its request, each error at its path: %s', async (_what, attack) => {
      const { errors, data, size, maxSize } = await post(attack, headers);
      expect(data).toBeDefined();
      expect(errors.length).toBeGreaterThan(0);
      expect(size).toBeLessThanOrEqual(maxSize);
    });
  });

  it('reports that there are more errors', async () => {
    const messages = async (attack: Attack, headers = {}) =>
      (await post(attack, headers)).errors.map(({ message }) => message);
    expect((await messages({ query: '{a b c d e}' })).at(-1)).toMatch(/"e"/);
    expect((await messages({ query: '{a b c d e f}' })).at(-1)).toMatch(
      /^Too many validation errors, error limit reached/,
    );
    for (const headers of [{}, traced]) {
      const found = await messages({ query: integers(60), variables: valuesOf(60, 'x') }, headers);
      expect(found).toHaveLength(6);
      expect(found.at(-1)).toMatch(/^Too many errors processing variables, error limit reached/);
    }
  });

  it('omits a long value from the message, and keeps the rest', async () => {
    const { errors } = await post({ query: listWith('TaskRunFilter'), variables: { v: { status: long } } });
    expect(errors[0]!.message).toMatch(
      /^Variable "\$v" got an invalid value at "v.status"; TaskRunStatus cannot represent the value: it must be one of [\w, ]+\.$/,
    );
  });

  it.each([
    ['a long id', () => `/api/v1/org/${'a'.repeat(4000)}/project/1/task/1/run/1`],
    ['a long cursor', () => `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run?cursor=${'a'.repeat(4000)}`],
    ['a long status', () => `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run?status=${'a'.repeat(4000)}`],
    ['a long unknown path', () => `/${'a'.repeat(4000)}`],
    [
      'a long name of a file',
      () => `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/${orgId}/file/${'a'.repeat(4000)}`,
    ],
  ])('stays, over REST, below 1 KB: %s', async (_what, path) => {
    const response = await fetch(`${gateway.url}${path()}`, { headers: { authorization } });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect((await response.arrayBuffer()).byteLength).toBeLessThan(1024);
  });

  it.each(['accept', 'authorization', 'content-type', 'x-request-id', 'content-encoding', 'if-none-match'])(
    'repeats no long header: %s',
    async (name) => {
      const headers = { authorization, 'content-type': 'application/json', [name]: 'a'.repeat(10_000) };
      for (const path of ['/graphql', '/nope']) {
        const response = await fetch(`${gateway.url}${path}`, { method: 'POST', headers, body: '{"query":"{nope}"}' });
        const text = JSON.stringify([...response.headers]) + (await response.text());
        expect(text).not.toContain('aaaaaaaaaa');
        expect(text.length).toBeLessThan(2048);
      }
    },
  );
});
