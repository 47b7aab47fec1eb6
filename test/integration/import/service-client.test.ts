import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceClient } from '../../../src/import/mirror/service-client.js';

let respond: RequestListener;
const asked: { url: string; authorization: string | undefined }[] = [];
const server = createServer((request, response) => {
  asked.push({ url: request.url!, authorization: request.headers.authorization });
  respond(request, response);
});
const elsewhere = createServer((_request, response) => response.end('stolen'));
const waited: number[] = [];
const urlOf = (of: typeof server) => `http://127.0.0.1:${(of.address() as AddressInfo).port}`;
const client = (timeoutMs = 60_000) =>
  new ServiceClient({
    baseUrl: `${urlOf(server)}/api/v1`,
    token: 'secret',
    wait: async (ms) => waited.push(ms),
    timeoutMs,
  });
const bytesOf = async (bytes: AsyncIterable<Uint8Array>) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe('the client of a mirrored service', () => {
  beforeAll(async () => {
    for (const each of [server, elsewhere]) await new Promise<void>((done) => each.listen(0, '127.0.0.1', done));
  });
  beforeEach(() => {
    asked.length = 0;
    waited.length = 0;
  });
  afterAll(() => {
    for (const each of [server, elsewhere]) {
      each.closeAllConnections();
      each.close();
    }
  });

  it('sends the token, and returns texts and bytes', async () => {
    respond = (_request, response) => response.end('größer');
    expect(await client().getText('/a?b=c')).toBe('größer');
    expect(asked).toEqual([{ url: '/api/v1/a?b=c', authorization: 'Bearer secret' }]);
    expect(await bytesOf(client().getBytes('/a', 8))).toBe('größer');
    await expect(bytesOf(client().getBytes('/a', 7))).rejects.toThrow('did not send 7 bytes of a file');
    await expect(bytesOf(client().getBytes('/a', 9))).rejects.toThrow('did not send 9 bytes of a file');
    for (const size of [6 * 1024 ** 3, undefined as never]) {
      await expect(bytesOf(client().getBytes('/a', size))).rejects.toThrow(
        `a file of ${size} bytes, but the maximum is 5368709120 bytes.`,
      );
    }
  });

  it('waits for the time in a response, six times at most', async () => {
    respond = (_request, response) => {
      if (asked.length === 3) response.end('at last');
      else response.writeHead(asked.length === 1 ? 429 : 503, { 'retry-after': asked.length === 1 ? '7' : '0' }).end();
    };
    expect(await client().getText('/a')).toBe('at last');
    expect(waited).toEqual([7000, 0]);
    respond = (_request, response) => response.writeHead(503).end();
    await expect(client().getText('/a')).rejects.toThrow('The service responded with status 503 to /api/v1/a.');
    expect(waited.slice(2)).toEqual([1000, 2000, 4000, 8000, 16_000]);
  });

  it.each([400, 403, 404, 500])('makes no further attempt after %i', async (status) => {
    respond = (_request, response) => response.writeHead(status).end('secret');
    await expect(client().getText('/a')).rejects.toThrow(
      new Error(`The service responded with status ${status} to /api/v1/a.`),
    );
    expect(asked).toHaveLength(1);
  });

  it('names a token that was rejected', async () => {
    respond = (_request, response) => response.writeHead(401).end('secret');
    await expect(client().getText('/a')).rejects.toThrow(
      'The service responded with status 401 to /api/v1/a: it rejected the token in IMPORT_TOKEN.',
    );
    expect(asked).toHaveLength(1);
  });

  it('follows redirects to the same origin only, and not for ever', async () => {
    respond = ({ url }, response) =>
      url === '/b' ? response.end('moved') : response.writeHead(302, { location: '/b' }).end();
    expect(await client().getText('/a')).toBe('moved');
    respond = (_request, response) => response.writeHead(307, { location: `${urlOf(elsewhere)}/a` }).end();
    await expect(client().getText('/a')).rejects.toThrow('The service redirected to another origin.');
    respond = (_request, response) => response.writeHead(302, { location: '/a' }).end();
    await expect(client().getText('/a')).rejects.toThrow('The service redirected more than 5 times.');
  });

  it('gives up on a service that stalls, before or amid a response', async () => {
    respond = () => {};
    await expect(client(300).getText('/a')).rejects.toThrow('The service did not respond in time.');
    respond = (_request, response) => response.write('{');
    await expect(client(300).getText('/a')).rejects.toThrow('The service did not respond in time.');
  });

  it('reads no more than the maximum length of a text, and no bytes that are not text', async () => {
    respond = (_request, response) => {
      const chunk = Buffer.alloc(8 * 1024 * 1024);
      const send = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', send);
      send();
    };
    await expect(client().getText('/a')).rejects.toThrow('The service sent more than 268435456 bytes.');
    respond = (_request, response) => response.end(Buffer.from([0xff]));
    await expect(client().getText('/a')).rejects.toThrow('not valid for encoding utf-8');
  });
});
