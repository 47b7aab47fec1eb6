import { serverAudits } from 'graphql-http';
import { demoSubjects } from '../../../src/demo/data/demo-places.js';
import { useGateway } from '../../support/start-gateway.js';

let token: string;
const gateway = useGateway();
beforeAll(async () => {
  token = await gateway.tokenFor(demoSubjects.viewer);
});

describe('the public GraphQL over HTTP audit', () => {
  const audits = serverAudits({
    url: () => `${gateway.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...(init.headers as object), authorization: `Bearer ${token}` } }),
  });
  // Caches the document used in the audits, so that the gateway executes it without Apollo Server.
  beforeAll(async () => {
    for (let time = 0; time < 6; time += 1) await gateway.dataOf('{ __typename }', { token });
  });
  it('includes audits of every level', () => {
    expect(audits.length).toBeGreaterThan(50);
  });
  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    if (result.status !== 'ok') throw new Error(`${result.status}: ${result.reason}`);
  });
});

describe('the errors of GraphQL itself', () => {
  const manyVariables = Array.from({ length: 60 }, (_, index) => `v${index}`);
  const rejections = [
    ['a document that does not parse', '{', undefined, 'GRAPHQL_PARSE_FAILED', 400],
    ['an unknown field', '{ nope }', undefined, 'GRAPHQL_VALIDATION_FAILED', 422],
    ['a missing argument', '{ taskRun { id } }', undefined, 'GRAPHQL_VALIDATION_FAILED', 422],
    [
      'a variable that does not fit',
      'query ($id: ID!) { taskRun(orgId: $id, projectId: $id, taskId: $id, id: $id) { id } }',
      { id: { a: 1 } },
      'BAD_USER_INPUT',
      422,
    ],
    [
      'a variable that is missing',
      'query ($id: ID!) { taskRun(orgId: $id, projectId: $id, taskId: $id, id: $id) { id } }',
      {},
      'BAD_USER_INPUT',
      422,
    ],
    [
      'more variables that do not fit than are reported',
      `query (${manyVariables.map((name) => `$${name}: ID!`).join()}) { viewer { subject } ${manyVariables.map((name) => `${name}: taskRun(orgId: $${name}, projectId: $${name}, taskId: $${name}, id: $${name}) { id }`).join(' ')} }`,
      {},
      'BAD_USER_INPUT',
      422,
    ],
    ['a document of too many tokens', `{ ${'viewer '.repeat(30_000)} }`, undefined, 'GRAPHQL_PARSE_FAILED', 400],
  ] as const;
  const accepts = [
    ['application/json', 200],
    ['application/graphql-response+json', 400],
    ['*/*', 200],
  ] as const;
  it.each(
    rejections.flatMap(([title, ...rejection]) => accepts.map((accept) => [title, ...accept, ...rejection] as const)),
  )(
    'come for %s, with Accept: %s, as HTTP status %d',
    async (_title, accept, httpStatus, query, variables, code, status) => {
      const answer = await gateway.ask(query, {
        token,
        headers: { accept },
        ...(variables ? { variables: variables as Record<string, unknown> } : {}),
      });
      expect(answer.status).toBe(httpStatus);
      expect(answer.data).toBeUndefined();
      expect(answer.errors!.length).toBeGreaterThan(0);
      for (const { extensions } of answer.errors!) expect(extensions).toEqual({ code, status, reason: code });
    },
  );

  it('suggest names of the schema to callers who may introspect it', async () => {
    const answer = await gateway.ask('{ taskRum { id } viewr { subject } }', { token });
    expect(answer.text).toContain('Did you mean');
  });
});
