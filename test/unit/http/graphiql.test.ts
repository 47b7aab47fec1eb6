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
  await mkdir(bundle);
  const files = {
    'manifest.json': '{"version":"abc","modules":["page.js"]}',
    'page.js': 'as it is',
    'page.js.br': 'as brotli',
    'page.js.gz': 'as gzip',
    'font.woff2': 'a font',
    'notes.txt': 'not for browsers',
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
    initialState: async () => ({ tabs: [], demoTokens: [{ label: 'Ann', token: `token-${++page}` }] }),
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
    const { status, headers, body } = await get('/graphiql/abc/page.js');
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
    ['gzip, deflate, br, zstd', 'br', 'as brotli'],
    ['gzip, deflate', 'gzip', 'as gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip', 'as gzip'],
    ['identity', undefined, 'as it is'],
    ['', undefined, 'as it is'],
  ])('come compressed as the client accepts: %j', async (accepted, encoding, expected) => {
    const { headers, body } = await get('/graphiql/abc/page.js', { 'accept-encoding': accepted });
    expect(body).toBe(expected);
    expect(headers['content-encoding']).toBe(encoding);
  });

  it('come as they are where there is no compressed copy', async () => {
    const { headers, body } = await get('/graphiql/abc/font.woff2', { 'accept-encoding': 'br' });
    expect(body).toBe('a font');
    expect(headers['content-type']).toBe('font/woff2');
    expect(headers['content-encoding']).toBeUndefined();
  });

  it.each([
    '/graphiql/abc/other.js',
    '/graphiql/old/page.js',
    '/graphiql/abc/',
    '/graphiql/abc/manifest.json',
    '/graphiql/abc/page.js.br',
    '/graphiql/abc/notes.txt',
    '/graphiql/abc/../secret.js',
    '/graphiql/abc/..%2fsecret.js',
    '/graphiql/abc/%2e%2e/secret.js',
    '/graphiql/abc//page.js',
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
