// The documents returned for requests without a token are created only once. Requests all routes of the running gateway
// twice, and counts function calls.

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { callHost } from '../../support/call-host.js';
import { JwksServer } from '../../support/jwks-server.js';
import { readRoutes } from '../../support/routes.js';
import { type Gateway, startGateway } from '../../support/start-gateway.js';
import { createTestKey } from '../../support/token-forge.js';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Response {
  readonly status: number;
  readonly etag?: string;
  readonly encoding?: string;
  readonly bytes: number;
  /** Length of the longest JSON text written. */
  readonly jsonCharacters: number;
  /** Number of calls by file and name. */
  readonly functions: Readonly<Record<string, number>>;
}

const forms: readonly Asked['headers'][] = [
  {},
  { accept: 'text/html', 'accept-encoding': 'br' },
  { 'accept-encoding': 'gzip' },
];

/** Functions that create a document or page, an entity tag, a compressed form, or a token. */
const makers = [
  /^node_modules\/yaml\//,
  /^node_modules\/@fastify\/swagger\//,
  /^node_modules\/graphql\//,
  /^dist\/src\/rest\/openapi\/(?!description-routes|reference-page|operation)/,
  /^dist\/src\/http\/entity-tag\.js#entityTagOf/,
  /^dist\/src\/http\/compression\.js#(?:br|gzip)$/,
  /^dist\/src\/.*#(?:render|write[A-Z]|describe|sign)/,
];
/** Most requests call about 250 functions, whereas creating a document takes thousands of calls. */
const maxCalls = 500;
/** These contain values measured at the time of the request. */
const measurements = ['/metrics'];

/**
 * Returns the most frequently called functions if there are more calls than a request needs, excluding those for
 * garbage collection metrics.
 */
function frequentIn({ functions }: Response): readonly string[] {
  const calls = Object.entries(functions)
    .filter(([name]) => !name.startsWith('node_modules/prom-client/'))
    .sort(([, one], [, other]) => other - one);
  const count = calls.reduce((sum, [, calls]) => sum + calls, 0);
  return count < maxCalls ? [] : calls.slice(0, 20).map(([name, calls]) => `${calls} ${name}`);
}

const madeBy = ({ functions }: Response) =>
  Object.keys(functions).filter((name) => makers.some((maker) => maker.test(name)));

async function statusAndBytes({ url }: Gateway, { method, path, headers }: Asked): Promise<[number, number]> {
  const sent = request(url + path, { method, headers }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return [response.statusCode!, (await buffer(response)).length];
}

describe.each<[string, Record<string, string>]>([
  ['a demo', { DEMO: 'on', MCP: 'on', DEMO_RUNS_PER_MINUTE: '0' }],
  ['a gateway whose pages have a sign-in', { MCP: 'on', UI_CLIENT_ID: 'pages' }],
  ['a gateway without pages', { UI: 'off' }],
])('the documents and pages of %s', (_title, environment) => {
  let provider: JwksServer;
  let gateway: Gateway;
  beforeAll(async () => {
    provider = await JwksServer.start();
    const issuer = `${provider.origin}/realm`;
    provider.serveByPath({
      '/realm/.well-known/openid-configuration': {
        issuer,
        jwks_uri: `${provider.origin}/keys`,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
      },
      '/keys': { keys: [createTestKey('a').jwk] },
    });
    const AUTH_ISSUERS = JSON.stringify([{ issuer, type: 'oidc', audience: 'runs' }]);
    gateway = await startGateway({ environment: { AUTH_ISSUERS, ...environment } });
  });
  afterAll(async () => {
    await gateway.close();
    await provider.stop();
  });

  /** Returns no second response to a request that fails. */
  const askTwice = (requests: readonly Asked[]): Promise<{ first: Response; second: Response | null }[]> =>
    callHost('calledTwice', { url: gateway.url, requests });

  it('are made once', async () => {
    const routes = await readRoutes(gateway);
    const requests = routes.flatMap((route) => forms.map((headers) => ({ ...route, headers })));
    const asked = await askTwice(requests);
    const made = new Set<string>();
    const busy: Asked[] = [];
    const versions: (Asked & { readonly etag: string })[] = [];
    for (const [index, { first, second }] of asked.entries()) {
      const request = requests[index]!;
      // Any other status shows that a parameter lacks a value in `readRoutes`.
      expect([request, [200, 302, 401, 405, 406].includes(first.status)]).toEqual([request, true]);
      if (second === null || measurements.includes(request.path)) continue;
      for (const name of madeBy(first)) made.add(name);
      const { status, etag, encoding, bytes } = first;
      expect({ request, ...second, functions: madeBy(second) }).toEqual({
        ...{ request, status, etag, encoding, bytes, functions: [] },
        jsonCharacters: expect.any(Number),
      });
      expect([request, second.jsonCharacters < 500]).toEqual([request, true]);
      if (frequentIn(second).length > 0) busy.push(request);
      if (etag !== undefined) versions.push({ ...request, etag });
    }
    // The gateway may have been doing something else in the meantime.
    for (const [index, { second }] of (await askTwice(busy)).entries())
      expect([busy[index], frequentIn(second!)]).toEqual([busy[index], []]);
    for (const maker of makers.slice(1))
      expect([maker, [...made].some((name) => maker.test(name))]).toEqual([maker, true]);

    const documents = ['/openapi.json', '/openapi.yaml', '/openapi-3.0.json', '/docs/json', '/docs/yaml', '/llms.txt'];
    const paths = new Set(versions.map(({ path }) => path));
    expect([...paths]).toEqual(expect.arrayContaining([...documents, '/schema.graphql', '/docs/rest.md']));
    const known = versions.map(({ etag, headers, ...request }) => ({
      ...request,
      headers: { ...headers, 'if-none-match': `"other", ${etag}` },
    }));
    for (const request of known) expect([request, await statusAndBytes(gateway, request)]).toEqual([request, [304, 0]]);
  });
});
