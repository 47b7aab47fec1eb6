// `gateway_errors_total` counts every error that a client gets, once, over every API.

import { connect } from 'node:net';
import { demoSubjects } from '../../../src/demo/data/demo-places.js';
import { eventually } from '../../support/eventually.js';
import { differenceOf, useGateway } from '../../support/start-gateway.js';

const gateway = useGateway();

const as = demoSubjects.viewer;
const malformedRun = (alias: string) => `${alias}: taskRun(orgId: "x", projectId: "x", taskId: "x", id: "x") { id }`;
const fetchAs = async (path: string, init: { method?: string; body?: string } = {}) => {
  const headers = { authorization: `Bearer ${await gateway.tokenFor(as)}`, 'content-type': 'application/json' };
  await (await fetch(`${gateway.url}${path}`, { ...init, headers })).text();
};

describe('gateway_errors_total', () => {
  it.each<[string, () => Promise<unknown>, Record<string, number>]>([
    ['no request without an error', () => gateway.ask('{ viewer { subject } }', { as }), {}],
    [
      'each error of a GraphQL response',
      () => gateway.ask(`{ ${malformedRun('a')} ${malformedRun('b')} }`, { as }),
      { MALFORMED_RESOURCE_IDENTIFIER: 2 },
    ],
    [
      'a document that does not parse',
      () => fetchAs('/graphql', { method: 'POST', body: '{"query":"{"}' }),
      { GRAPHQL_PARSE_FAILED: 1 },
    ],
    [
      'a body that is not a GraphQL request',
      () => fetchAs('/graphql', { method: 'POST', body: '{"query":{}}' }),
      { MALFORMED_REQUEST: 1 },
    ],
    [
      'a GraphQL request without a token',
      () => fetch(`${gateway.url}/graphql`, { method: 'POST' }),
      { MISSING_AUTHENTICATION: 1 },
    ],
    [
      'a REST request with an invalid token',
      () =>
        fetch(`${gateway.url}/api/v1/org/x/project/x/task/x/run/x`, { headers: { authorization: 'Bearer nonsense' } }),
      { INVALID_TOKEN: 1 },
    ],
    [
      'a REST request for a malformed id',
      () => fetchAs('/api/v1/org/x/project/x/task/x/run/x'),
      { MALFORMED_RESOURCE_IDENTIFIER: 1 },
    ],
    ['an unknown path', () => fetch(`${gateway.url}/nowhere`), { ROUTE_NOT_FOUND: 1 }],
    ['a URL that is malformed', () => fetch(`${gateway.url}/%zz`), { MALFORMED_REQUEST: 1 }],
    ['bytes that are not HTTP', () => sendRaw('nonsense\r\n\r\n'), { MALFORMED_REQUEST: 1 }],
  ])('counts %s', async (_title, send, expected) => {
    expect(await differenceOf(gateway.errors, send)).toEqual(expected);
  });

  it('leaves one log line for each request', async () => {
    const linesBefore = (await gateway.logLines()).length;
    await fetchAs('/api/v1/org/x/project/x/task/x/run/x');
    await eventually(async () => {
      expect((await gateway.logLines()).slice(linesBefore)).toMatchObject([
        { msg: 'request', codes: { BAD_REQUEST: 1 } },
      ]);
    });
  });
});

function sendRaw(bytes: string): Promise<void> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve) => {
    connect(Number(port), hostname, function (this: import('node:net').Socket) {
      this.on('close', () => resolve()).resume();
      this.write(bytes);
    });
  });
}
