import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import { registerGraphiql } from '../../../src/http/graphiql/graphiql.js';

let folder: string;
let app: FastifyInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graphiql-'));
  const bundle = join(folder, 'bundle');
  for (const name of ['assets', '.vite']) await mkdir(join(bundle, name), { recursive: true });
  const files = {
    '.vite/manifest.json': '{"page.tsx":{"file":"assets/page-1.js","name":"page","isEntry":true}}',
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

async function createApp(assetsDirectory: string): Promise<FastifyInstance> {
  let page = 0;
  const instance = fastify();
  const graphiql = await registerGraphiql(instance, {
    assetsDirectory,
    pageState: async () => ({ tabs: [], demoTokens: [{ label: 'Ann', token: `token-${++page}` }] }),
  });
  instance.get('/graphql', (_request, reply) => graphiql.sendPage(reply));
  await instance.listen();
  return instance;
}

/** Sends the path as it is written, which a URL parser would not. */
async function get(path: string, headers = {}, from = app) {
  const { port } = from.server.address() as AddressInfo;
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((answered, failed) => {
    request({ port, path, headers, agent: false }, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString();
      answered({ status: response.statusCode!, headers: response.headers, body });
    })
      .on('error', failed)
      .end();
  });
}

describe("GraphiQL's assets", () => {
  it('are kept by browsers for good, under an address that changes with them', async () => {
    const { status, headers, body } = await get('/graphiql/assets/page-1.js');
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
  ])('have the type that browsers need: %s', async (name, type) => {
    for (const accepted of ['br', 'gzip', 'identity']) {
      const { headers } = await get(`/graphiql/assets/${name}`, { 'accept-encoding': accepted });
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
    const { headers, body } = await get('/graphiql/assets/page-1.js', { 'accept-encoding': accepted });
    expect(body).toBe(expected);
    expect(headers['content-encoding']).toBe(encoding);
  });

  it('are not sent again to a browser that has them', async () => {
    const { headers } = await get('/graphiql/assets/page-1.js');
    const again = await get('/graphiql/assets/page-1.js', { 'if-none-match': headers.etag });
    expect({ status: again.status, body: again.body }).toEqual({ status: 304, body: '' });
    expect(again.headers['content-type']).toBeUndefined();
  });

  it('come as they are where there is no compressed copy', async () => {
    const { headers, body } = await get('/graphiql/assets/font-3.woff2', { 'accept-encoding': 'br' });
    expect(body).toBe('a font');
    expect(headers['content-type']).toBe('font/woff2');
    expect(headers['content-encoding']).toBeUndefined();
  });

  it.each([
    '/graphiql/assets/page-0.js',
    '/graphiql/page-1.js',
    '/graphiql/assets/',
    '/graphiql/assets',
    '/graphiql/',
    '/graphiql/.vite/manifest.json',
    '/graphiql/assets/page-1.js.br',
    '/graphiql/assets/page-1.js.gz',
    '/graphiql/../secret.js',
    '/graphiql/..%2fsecret.js',
    '/graphiql/assets/%2e%2e/%2e%2e/secret.js',
    '/graphiql/assets//page-1.js',
  ])('are those of the bundle and nothing else: %s is not found', async (url) => {
    expect((await get(url)).status).toBe(404);
  });
});

describe("GraphiQL's page at the door", () => {
  it('is made anew for every visit and kept by nobody', async () => {
    const [first, second] = [await get('/graphql'), await get('/graphql')];
    expect(first.body).toContain('token-1');
    expect(second.body).toContain('token-2');
    expect(second.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      vary: 'Accept',
    });
  });

  it('says so when no bundle was built', async () => {
    const unbuilt = await createApp(join(folder, 'nowhere'));
    const { status, headers, body } = await get('/graphql', {}, unbuilt);
    expect(status).toBe(503);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('npm run build');
    await unbuilt.close();
  });
});
