import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { fastify } from 'fastify';
import { KeptText } from '../../../src/http/kept-text.js';

/** Serves text for the given source, and counts how often it is generated. */
function serve(textOf: (source: string) => string) {
  const served = { source: 'a', made: 0 };
  const text = new KeptText((source: string) => {
    served.made += 1;
    return textOf(source);
  });
  const app = fastify();
  app.get('/version', (_request, reply) => text.sendVersion(reply, served.source));
  app.get('/page', (_request, reply) => text.send(reply.header('cache-control', 'no-store'), served.source));
  const ask = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    app.inject({ method, url, headers });
  return { served, ask };
}

describe('a kept text', () => {
  it('is made once, and again when what it is made from has changed', async () => {
    const { served, ask } = serve((source) => `text of ${source}`);
    for (let count = 0; count < 3; count += 1) expect((await ask('/version')).body).toBe('text of a');
    expect(served.made).toBe(1);
    const { etag } = (await ask('/version')).headers;
    served.source = 'b';
    expect((await ask('/version', { 'if-none-match': etag as string })).body).toBe('text of b');
    expect((await ask('/page')).body).toBe('text of b');
    expect(served.made).toBe(2);
  });

  it('has an entity tag, and 304 for the version that the client has', async () => {
    const { ask } = serve(() => 'text');
    const { headers, statusCode } = await ask('/version');
    expect([statusCode, headers['cache-control'], headers.vary]).toEqual([200, 'no-cache', undefined]);
    for (const known of [headers.etag as string, `"x", ${headers.etag}`, '*']) {
      const again = await ask('/version', { 'if-none-match': known });
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', headers.etag]);
    }
    expect((await ask('/version', { 'if-none-match': '"x"' })).statusCode).toBe(200);
    const page = await ask('/page', { 'if-none-match': '*' });
    expect([page.statusCode, page.headers.etag, page.headers['cache-control']]).toEqual([200, undefined, 'no-store']);
  });

  it('has its own compressed forms, with the same headers for HEAD', async () => {
    const long = 'ä'.repeat(10_000);
    const { ask } = serve(() => long);
    const decoders = { br: brotliDecompressSync, gzip: gunzipSync };
    for (const [encoding, decode] of Object.entries(decoders)) {
      for (const url of ['/version', '/page']) {
        const [first, second, head] = await Promise.all([
          ask(url, { 'accept-encoding': encoding }),
          ask(url, { 'accept-encoding': encoding }),
          ask(url, { 'accept-encoding': encoding }, 'HEAD'),
        ]);
        for (const { rawPayload } of [first, second]) expect(decode(rawPayload).toString()).toBe(long);
        expect(first.headers).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding' });
        const { date: _date, connection: _connection, ...headers } = head.headers;
        expect(first.headers).toMatchObject(headers);
        expect(head.body).toBe('');
      }
    }
    const plain = await ask('/version');
    expect([plain.body, plain.headers['content-encoding'], plain.headers.vary]).toEqual([
      long,
      undefined,
      'accept-encoding',
    ]);
  });
});
