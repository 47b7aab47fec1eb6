import { startFileServer } from './file-server.js';

let server: Awaited<ReturnType<typeof startFileServer>>;
let url: string;
beforeAll(async () => {
  server = await startFileServer();
  url = await server.add('ten.txt', '0123456789');
});
afterAll(() => server.close());

async function ask(headers: Record<string, string>, method = 'GET') {
  const response = await fetch(url, { headers, method });
  const { status } = response;
  return {
    status,
    range: response.headers.get('content-range'),
    length: response.headers.get('content-length'),
    text: await response.text(),
  };
}

const whole = { status: 200, range: null, length: '10', text: '0123456789' };

describe('a request for a part of a file', () => {
  it('returns only that part', async () => {
    expect(await ask({ range: 'bytes=2-5' })).toEqual({
      status: 206,
      range: 'bytes 2-5/10',
      length: '4',
      text: '2345',
    });
    expect(await ask({ range: 'bytes=-3' })).toEqual({ status: 206, range: 'bytes 7-9/10', length: '3', text: '789' });
  });

  it('fails with the size when the file is shorter', async () => {
    expect(await ask({ range: 'bytes=10-' })).toEqual({ status: 416, range: 'bytes */10', length: '0', text: '' });
  });

  it('returns the whole when several parts are requested', async () => {
    expect(await ask({ range: 'bytes=0-1,4-5' })).toEqual(whole);
  });

  it('returns the part of the version that the client has, and otherwise the whole', async () => {
    const etag = (await fetch(url)).headers.get('etag')!;
    expect(await ask({ range: 'bytes=0-1', 'if-range': etag })).toMatchObject({ status: 206, text: '01' });
    for (const other of ['"another"', `W/${etag}`, 'Thu, 01 Jan 2026 00:00:00 GMT']) {
      expect(await ask({ range: 'bytes=0-1', 'if-range': other })).toEqual(whole);
    }
  });

  it('changes nothing for HEAD', async () => {
    for (const range of ['bytes=2-5', 'bytes=10-']) {
      expect(await ask({ range }, 'HEAD')).toEqual({ ...whole, text: '' });
    }
  });

  it('returns a part from any place of a file of many chunks', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    const link = await server.add('long.bin', bytes);
    const response = await fetch(link, { headers: { range: 'bytes=65530-200000' } });
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(65_530, 200_001))).toBe(true);
  });
});
