import { randomBytes } from 'node:crypto';
import { startFileServer } from './file-server.js';

let server: Awaited<ReturnType<typeof startFileServer>>;
beforeAll(async () => {
  server = await startFileServer();
});
afterAll(() => server.close());

async function rejectionOf(url: string, init?: RequestInit) {
  const response = await fetch(url, init);
  return { status: response.status, body: await response.json() };
}

describe('a download', () => {
  it('returns the stored bytes, whatever they are', async () => {
    const bytes = randomBytes(3_000_001);
    const response = await fetch(await server.add('noise.bin', bytes, { contentType: 'application/x-noise' }));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('3000001');
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('returns a file without bytes', async () => {
    const response = await fetch(await server.add('empty.txt', ''));
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '0', '']);
  });

  it('declares its type and lets browsers do no more with it', async () => {
    const { headers } = await fetch(await server.add('page.html', '<script>1</script>', { contentType: 'text/html' }));
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-disposition': 'attachment; filename="page.html"',
      'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none';/),
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'referrer-policy': 'no-referrer',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"[^"]+"$/),
    });
  });

  it('opens inline when the link asks for it', async () => {
    const { headers } = await fetch(await server.add('shown.png', 'x', { contentType: 'image/png', inline: true }));
    expect(headers.get('content-disposition')).toBe('inline; filename="shown.png"');
  });

  it("stays only in the browser's cache, and no longer than the link is valid", async () => {
    const url = await server.add('kept.txt', 'x');
    expect((await fetch(url)).headers.get('cache-control')).toBe('private, max-age=900');
    server.clock.now += 890_000;
    expect((await fetch(url)).headers.get('cache-control')).toBe('private, max-age=10');
  });

  it('serves HEAD with the headers of GET', async () => {
    const url = await server.add('head.txt', 'twelve bytes');
    const [head, get] = [await fetch(url, { method: 'HEAD' }), await fetch(url)];
    const hopHeaders = ['connection', 'keep-alive', 'date'];
    const headersOf = ({ headers }: Response) => [...headers].filter(([name]) => !hopHeaders.includes(name));
    expect(await head.text()).toBe('');
    expect(headersOf(head)).toEqual(headersOf(get));
  });

  it.each([
    ['the same tag', (etag: string) => etag],
    ['the same tag as a weak one', (etag: string) => `W/${etag}`],
    ['a list with the tag', (etag: string) => `"other", ${etag}`],
    ['any tag', () => '*'],
  ])('returns 304 to a client that has %s', async (_what, header) => {
    const url = await server.add('known.txt', 'x');
    const { headers } = await fetch(url);
    const again = await fetch(url, { headers: { 'if-none-match': header(headers.get('etag')!) } });
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, headers.get('etag'), '']);
  });

  it('returns the new bytes after a change', async () => {
    const url = await server.add('changing.txt', 'old');
    const etag = (await fetch(url)).headers.get('etag')!;
    await server.add('changing.txt', 'newer');
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([200, 'newer']);
  });
});

describe('a download link without bytes', () => {
  it('returns 401 without a signature', async () => {
    const url = (await server.add('unsigned.txt', 'x')).split('?')[0]!;
    expect(await rejectionOf(url)).toEqual({ status: 401, body: { reason: 'MISSING_AUTHENTICATION' } });
  });

  it.each([
    ['another file name', (url: string) => url.replace('/file/own', '/file/strange')],
    ['another run', (url: string) => url.replace('/run/0', '/run/1')],
    ['the other way to show it', (url: string) => url.replace('inline=false', 'inline=true')],
    ['a parameter twice', (url: string) => url.replace('inline=false', 'inline=false&inline=true')],
    ['a parameter twice in another spelling', (url: string) => `${url}&%65xpires=9999999999`],
    ['an empty signature', (url: string) => url.replace(/signature=.*/, 'signature=')],
  ])('returns 403 for %s, without any look-up', async (_what, change) => {
    await server.add('strange.txt', 'x');
    const url = change(await server.add('own.txt', 'x'));
    const before = server.lookups.length;
    expect(await rejectionOf(url)).toEqual({ status: 403, body: { reason: 'INVALID_SIGNATURE' } });
    expect(server.lookups.length).toBe(before);
  });

  it('returns 403 once it has expired', async () => {
    const url = await server.add('late.txt', 'x');
    server.clock.now += 899_000;
    expect((await fetch(url)).status).toBe(200);
    server.clock.now += 1_000;
    expect(await rejectionOf(url)).toEqual({ status: 403, body: { reason: 'INVALID_SIGNATURE' } });
  });

  it('returns 404 when the file has no record', async () => {
    expect(await rejectionOf(server.linkTo('unknown.txt'))).toEqual({
      status: 404,
      body: { reason: 'FILE_NOT_FOUND' },
    });
  });

  it('returns 404 when the bytes are missing', async () => {
    const url = await server.add('gone.txt', 'x');
    await server.forget('gone.txt');
    expect(await rejectionOf(url)).toEqual({ status: 404, body: { reason: 'FILE_NOT_FOUND' } });
  });
});
