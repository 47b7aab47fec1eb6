// Headers for caches and browsers in every response, whichever part of the gateway sends it.

import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { sendRaw } from '../../support/raw-request.js';
import { runUrl } from '../../support/rest-client.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';

const { richRun } = demoPlaces;
const origin = 'https://app.example.com';

describe('the headers of a response', () => {
  let gateway: Gateway;
  let authorization: string;
  beforeAll(async () => {
    // The clock stands still, so that a link's remaining time is that of a new one.
    const startedAt = Date.now();
    gateway = await startGateway({ environment: { CORS_ORIGINS: origin }, clock: { at: startedAt } });
    authorization = `Bearer ${await gateway.tokenFor(demoSubjects.viewer)}`;
  });
  afterAll(() => gateway.close());

  const run = () => runUrl(gateway, richRun);
  const file = async () => {
    const query = `{ taskRun(orgId: "${richRun.orgId}", projectId: "${richRun.projectId}", taskId: "${richRun.taskId}", id: "${richRun.id}") { files { downloadUrl } } }`;
    const { taskRun } = await gateway.dataOf(query, { as: demoSubjects.viewer });
    return taskRun.files[0].downloadUrl as string;
  };
  const graphql = (body: string, headers = {}) => ({
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const cases: [string, number, string, () => [string, RequestInit?] | Promise<[string, RequestInit?]>][] = [
    ['liveness', 200, 'no-store', () => ['/health/live']],
    ['readiness', 200, 'no-store', () => ['/health/ready']],
    ['metrics', 200, 'no-store', () => ['/metrics']],
    ['the OpenAPI document', 200, 'no-cache', () => ['/openapi.json']],
    ['the OpenAPI document in YAML', 200, 'no-cache', () => ['/openapi.yaml']],
    ['the schema', 200, 'no-cache', () => ['/schema.graphql']],
    ['an unknown path', 404, 'no-store', () => ['/nope']],
    ['a malformed URL', 400, 'no-store', () => ['/%zz']],
    ['GraphiQL', 200, 'no-store', () => ['/graphql', { headers: { accept: 'text/html' } }]],
    ['GraphQL', 200, 'no-store', () => ['/graphql', graphql('{"query":"{viewer{subject}}"}', { authorization })]],
    ['an invalid document', 200, 'no-store', () => ['/graphql', graphql('{"query":"{nope}"}', { authorization })]],
    ['a body that is not JSON', 400, 'no-store', () => ['/graphql', graphql('{', { authorization })]],
    ['GraphQL without a token', 401, 'no-store', () => ['/graphql', graphql('{"query":"{viewer{subject}}"}')]],
    ['GraphQL by another method', 405, 'no-store', () => ['/graphql', { method: 'DELETE' }]],
    [
      'a preflight',
      204,
      'no-store',
      () => ['/graphql', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } }],
    ],
    ['the options of REST', 204, 'no-store', () => [run(), { method: 'OPTIONS' }]],
    ['another method of REST', 405, 'no-store', () => [run(), { method: 'DELETE' }]],
    ['REST without a token', 401, 'no-store', () => [run()]],
    [
      'a malformed id',
      400,
      'no-store',
      () => [runUrl(gateway, { ...richRun, id: '1' }), { headers: { authorization } }],
    ],
    ['a run', 200, 'private, no-cache', () => [run(), { headers: { authorization } }]],
    ['the head of a run', 200, 'private, no-cache', () => [run(), { method: 'HEAD', headers: { authorization } }]],
    [
      'a run that has not changed',
      304,
      'private, no-cache',
      () => [run(), { headers: { authorization, 'if-none-match': '*' } }],
    ],
    [
      'a file for a token',
      200,
      'private, no-cache',
      async () => [(await file()).split('?')[0]!, { headers: { authorization } }],
    ],
    ['a file by its signed link', 200, 'private, max-age=900', async () => [await file()]],
    ['a signed link that was altered', 403, 'no-store', async () => [`${await file()}x`]],
    [
      'a range beyond the end of a file',
      416,
      'no-store',
      async () => [await file(), { headers: { range: 'bytes=99999999-' } }],
    ],
  ];

  it.each(cases)('control caching and forbid guessing its type: %s', async (_what, status, cacheControl, request) => {
    const [path, init] = await request();
    const response = await fetch(new URL(path, gateway.url), init);
    await response.arrayBuffer();
    const { headers } = response;
    expect([response.status, headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
      status,
      cacheControl,
      'nosniff',
    ]);
  });

  it('appear for bytes that are not HTTP, too', async () => {
    const { text } = await sendRaw(Number(new URL(gateway.url).port), 'HELO\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 400 .*\r\n(?:.+\r\n)*cache-control: no-store\r\n/);
    expect(text).toContain('\r\nx-content-type-options: nosniff\r\n');
  });
});
