import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import type { UiMode } from '../../../src/config/variables.js';
import { registerPages } from '../../../src/http/page-routes/page-routes.js';
import { useOwnGateway } from '../../support/start-gateway.js';

let folder: string;
let app: FastifyInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-'));
  const bundle = join(folder, 'bundle');
  for (const name of ['assets', '.vite']) await mkdir(join(bundle, name), { recursive: true });
  const files = {
    '.vite/manifest.json': JSON.stringify({
      'graphiql.tsx': { file: 'assets/page-1.js', name: 'graphiql', isEntry: true },
      'runs.tsx': { file: 'assets/runs-1.js', name: 'runs', isEntry: true },
      'reference.tsx': { file: 'assets/reference-1.js', name: 'reference', isEntry: true },
      'static.tsx': { file: 'assets/static-1.js', name: 'static', isEntry: true },
    }),
    'favicon.ico': 'an icon',
    'assets/page-1.js': 'as it is',
    'assets/page-1.js.br': 'as brotli',
    'assets/page-1.js.gz': 'as gzip',
    'assets/page-2.css': 'a style',
    'assets/font-3.woff2': 'a font',
    'assets/font-4.ttf': 'an icon',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(bundle, name), content);
  await writeFile(join(folder, 'secret.js'), 'secret');
  app = await createApp(bundle);
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

async function createApp(assetsDirectory: string, ui: UiMode = 'on'): Promise<FastifyInstance> {
  let page = 0;
  const instance = fastify();
  const { sendGraphiql } = await registerPages(instance, {
    ui,
    hasModels: false,
    assetsDirectory,
    examples: [],
    publicUrl: () => 'http://gateway.example',
    demo: {
      tokens: async () => [{ label: 'Ann', sees: 'all', token: `token-${++page}` }],
      notice: (publicUrl) => `no tokens beside ${publicUrl}`,
    },
  });
  if (sendGraphiql !== null) instance.get('/graphql', (_request, reply) => sendGraphiql(reply));
  await instance.listen();
  return instance;
}

/** Sends the path exactly as written, unlike a URL parser. */
async function get(path: string, headers = {}, from: FastifyInstance | string = app, method = 'GET') {
  const port = typeof from === 'string' ? from : (from.server.address() as AddressInfo).port;
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((answered, failed) => {
    request({ port, path, headers, method, agent: false }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString();
      answered({ status: response.statusCode!, headers: response.headers, body });
    })
      .on('error', failed)
      .end();
  });
}

describe('the assets of pages', () => {
  it('stay in the cache of browsers for good, at an address that changes with them', async () => {
    const { status, headers, body } = await get('/pages/assets/page-1.js');
    expect({ status, body }).toEqual({ status: 200, body: 'as it is' });
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-length': '8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      vary: 'Accept-Encoding',
    });
  });

  it.each([
    ['page-1.js', 'text/javascript; charset=utf-8'],
    ['page-2.css', 'text/css; charset=utf-8'],
    ['font-3.woff2', 'font/woff2'],
    ['font-4.ttf', 'font/ttf'],
  ])('arrive with the type that browsers need: %s', async (name, type) => {
    for (const accepted of ['br', 'gzip', 'identity']) {
      const { headers } = await get(`/pages/assets/${name}`, { 'accept-encoding': accepted });
      expect(headers).toMatchObject({
        'content-type': type,
        'x-content-type-options': 'nosniff',
        vary: 'Accept-Encoding',
      });
    }
  });

  it.each([
    ['gzip, deflate, br, zstd', 'br', 'as brotli'],
    ['gzip, deflate', 'gzip', 'as gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip', 'as gzip'],
    ['identity', undefined, 'as it is'],
    ['', undefined, 'as it is'],
  ])('come compressed as the client accepts: %j', async (accepted, encoding, expected) => {
    const { headers, body } = await get('/pages/assets/page-1.js', { 'accept-encoding': accepted });
    expect(body).toBe(expected);
    expect(headers['content-encoding']).toBe(encoding);
  });

  it('return 304 to a browser that has them', async () => {
    const { headers } = await get('/pages/assets/page-1.js');
    const again = await get('/pages/assets/page-1.js', { 'if-none-match': headers.etag });
    expect({ status: again.status, body: again.body }).toEqual({ status: 304, body: '' });
    expect(again.headers['content-type']).toBeUndefined();
  });

  it('come plain where there is no compressed copy', async () => {
    const { headers, body } = await get('/pages/assets/font-3.woff2', { 'accept-encoding': 'br' });
    expect(body).toBe('a font');
    expect(headers['content-type']).toBe('font/woff2');
    expect(headers['content-encoding']).toBeUndefined();
  });

  it.each([
    '/pages/assets/page-0.js',
    '/pages/page-1.js',
    '/pages/assets/',
    '/pages/assets',
    '/pages/',
    '/pages/.vite/manifest.json',
    '/pages/assets/page-1.js.br',
    '/pages/assets/page-1.js.gz',
    '/pages/../secret.js',
    '/pages/..%2fsecret.js',
    '/pages/assets/%2e%2e/%2e%2e/secret.js',
    '/pages/assets//page-1.js',
  ])('exclude everything outside of the bundle: %s is not found', async (url) => {
    expect((await get(url)).status).toBe(404);
  });
});

const run = '/runs/org/project/task/run';

describe('the pages', () => {
  it.each(['/graphql', '/runs', '/runs/statistics', run])(
    'render for every visit, and stay out of caches: %s',
    async (path) => {
      const [first, second] = [await get(path), await get(path)];
      expect(/token-\d+/.exec(first.body)).not.toEqual(/token-\d+/.exec(second.body));
      expect(second.body).toContain('token-');
      expect(second.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        vary: 'Accept',
      });
      expect(await get(path, {}, app, 'HEAD')).toMatchObject({ status: 200, body: '' });
    },
  );

  it.each([
    ['/runs', 'pages/assets/runs-1.js'],
    ['/runs/statistics', '../pages/assets/runs-1.js'],
    [run, '../../../../pages/assets/runs-1.js'],
  ])('find their assets relative to their own path: %s', async (path, script) => {
    expect((await get(path)).body).toContain(`src="${script}"`);
  });

  it.each([
    ['/runs/', '../runs'],
    ['/runs/?org=a&x=%2F', '../runs?org=a&x=%2F'],
    ['/runs/statistics/', '../statistics'],
    [`${run}/`, '../run'],
  ])('redirect %s to the page without the last slash', async (path, location) => {
    const { status, headers } = await get(path);
    expect([status, headers.location]).toEqual([302, location]);
  });

  it.each(['/runs/org', '/runs/org/project/task', `${run}/file`])('exclude %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it.each(['/', '/graphql', '/runs', run])(
    'have tokens of the demo only at a loopback address and that of PUBLIC_URL: %s',
    async (path) => {
      const browser = { accept: 'text/html' };
      const own = ['localhost', 'localhost:4000', 'demo.localhost:80', '127.0.0.1:4000', '127.9.9.9', '[::1]:4000'];
      for (const host of [...own, 'gateway.example', 'GATEWAY.example:8080']) {
        const { body } = await get(path, { ...browser, host });
        expect([host, body.includes('token-'), body.includes('no tokens')]).toEqual([host, true, false]);
      }
      const others = [
        'evil.example',
        'evil.example:4000',
        'notlocalhost',
        'localhost.evil.example',
        '127.0.0.1.evil.example',
      ];
      const odd = ['evil.example@localhost', 'localhost/', '10.0.0.1:4000', '[::2]', 'x.gateway.example', '0.0.0.0'];
      for (const host of [...others, ...odd]) {
        const { status, body } = await get(path, { ...browser, host });
        expect([host, status, body.includes('token-')]).toEqual([host, 200, false]);
        expect(body).toContain('no tokens beside http://gateway.example');
      }
    },
  );

  it('isolate their windows from those of other origins', async () => {
    for (const path of ['/', '/graphql', '/runs', run]) {
      const { headers } = await get(path, { accept: 'text/html' });
      expect([path, headers['cross-origin-opener-policy']]).toEqual([path, 'same-origin']);
    }
  });

  it('show that no bundle was built', async () => {
    const unbuilt = await createApp(join(folder, 'nowhere'));
    for (const path of ['/graphql', '/runs']) {
      const { status, headers, body } = await get(path, {}, unbuilt);
      expect([status, headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
      expect(body).toContain('npm run build');
    }
    await unbuilt.close();
  });

  it('come with an icon', async () => {
    expect(await get('/favicon.ico')).toMatchObject({
      status: 200,
      body: 'an icon',
      headers: { 'content-type': 'image/x-icon', 'cache-control': 'public, max-age=86400' },
    });
  });
});

describe('the root', () => {
  const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

  it('shows browsers the home page, or leads them to GraphiQL without other pages', async () => {
    expect(await get('/', browser)).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'cache-control': 'no-store',
        vary: 'Accept',
      },
      body: expect.stringContaining('src="pages/assets/runs-1.js"'),
    });
    const graphiqlOnly = await createApp(join(folder, 'bundle'), 'graphiql');
    expect(await get('/', browser, graphiqlOnly)).toMatchObject({
      status: 302,
      headers: { location: './graphql', vary: 'Accept' },
    });
    expect((await get('/runs', {}, graphiqlOnly)).status).toBe(404);
    expect((await get('/graphql', {}, graphiqlOnly)).body).toContain('"hasRuns":false');
    await graphiqlOnly.close();
  });

  it.each(['*/*', 'application/json', ''])('gives clients that accept %j the addresses in a line', async (accept) => {
    const { status, headers, body } = await get('/', { accept });
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(body)).toEqual({
      graphql: 'http://gateway.example/graphql',
      rest: 'http://gateway.example/openapi.json',
      documents: 'http://gateway.example/llms.txt',
      health: 'http://gateway.example/health/ready',
    });
  });
});

describe('the pages of a demo', () => {
  const gateway = useOwnGateway({ environment: { DEMO: 'on' } });

  it.each(['/', '/graphql', '/runs', '/docs/'])(
    'name PUBLIC_URL at another address, and what to do: %s',
    async (path) => {
      const visit = (host: string) => get(path, { accept: 'text/html', host }, new URL(gateway.url).port);
      const [own, other] = [await visit('127.0.0.1'), await visit('evil.example')];
      expect(own.body).toMatch(/"demoTokens":\[\{"label":"owner",[^\]]*"token":"ey/);
      expect(own.body).not.toContain('demoNotice');
      expect(other.body).toContain('"demoTokens":[],"demoNotice":"This page has no demo tokens');
      expect(other.body).toContain(`PUBLIC_URL, ${gateway.url}. Start the gateway with PUBLIC_URL set to`);
      expect(other.body).not.toMatch(/\bey[A-Z]/);
      for (const { headers } of [own, other]) expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    },
  );
});

describe('a gateway with UI=off', () => {
  const gateway = useOwnGateway({ environment: { UI: 'off' } });
  const visit = (path: string, method = 'GET') =>
    fetch(`${gateway.url}${path}`, { method, headers: { accept: 'text/html,*/*;q=0.8' }, redirect: 'manual' });

  it('rejects browsers at /graphql', async () => {
    const response = await visit('/graphql');
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_ACCEPTABLE' } }] });
    expect((await visit('/graphql', 'HEAD')).status).toBe(406);
  });

  it('leads browsers to no page at /', async () => {
    expect(await (await visit('/')).json()).toMatchObject({ graphql: `${gateway.url}/graphql` });
  });

  it.each(['/runs', '/runs/statistics', run, '/pages/assets/', '/pages/.vite/manifest.json'])(
    'serves no page at %s',
    async (path) => expect((await visit(path)).status).toBe(404),
  );

  it.each(['/docs/', '/errors', '/favicon.ico'])('still serves %s', async (path) => {
    expect((await visit(path)).status).toBe(200);
  });

  it('executes operations as before', async () => {
    const token = await gateway.tokenFor('somebody');
    const query = encodeURIComponent('{ viewer { subject } }');
    const response = await fetch(`${gateway.url}/graphql?query=${query}`, {
      headers: { accept: 'application/json', authorization: `Bearer ${token}`, 'apollo-require-preflight': '1' },
    });
    expect(await response.json()).toEqual({ data: { viewer: { subject: 'somebody' } } });
  });
});
