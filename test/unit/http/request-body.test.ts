import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { parseConfig } from '../../../src/config/config.js';
import { createRandom, seededSource } from '../../../src/demo/data/random.js';
import { seed } from '../../support/generated.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';

const { limits } = parseConfig({ MAX_BODY_BYTES: '2000' });
const json = '{"a":"ü"}';
const utf8 = Buffer.from(json);
const sent = { a: 'ü' };

describe('the body of a request', () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await startHttpServer((app) => app.post('/echo', async ({ body }) => ({ body })), { limits });
  });
  afterAll(() => server.close());

  const post = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/echo`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

  it.each([
    ['as it is', utf8, {}],
    ['of the encoding identity', utf8, { 'content-encoding': 'identity' }],
    ['compressed by gzip', gzipSync(utf8), { 'content-encoding': 'gzip' }],
    ['compressed by GZIP', gzipSync(utf8), { 'content-encoding': 'GZIP' }],
    ['compressed in two members', Buffer.concat([gzipSync('{"a":'), gzipSync('"ü"}')]), { 'content-encoding': 'gzip' }],
    ['with a byte order mark', Buffer.from(`\uFEFF${json}`), {}],
    ['with a charset', utf8, { 'content-type': 'application/json; charset=utf-8' }],
  ])('arrives: %s', async (_what, body, headers) => {
    const response = await post(body, headers);
    expect([response.status, await response.json()]).toEqual([200, { body: sent }]);
  });

  it.each([
    ['not compressed, though it says gzip', utf8, { 'content-encoding': 'gzip' }, 400],
    ['cut off', gzipSync(utf8).subarray(0, -4), { 'content-encoding': 'gzip' }, 400],
    ['empty, though it says gzip', Buffer.alloc(0), { 'content-encoding': 'gzip' }, 400],
    ['compressed, though it does not say so', gzipSync(utf8), {}, 400],
    ['compressed by deflate', deflateSync(utf8), { 'content-encoding': 'deflate' }, 415],
    ['compressed by Brotli', brotliCompressSync(utf8), { 'content-encoding': 'br' }, 415],
    ['compressed twice', gzipSync(gzipSync(utf8)), { 'content-encoding': 'gzip, gzip' }, 415],
    ['of an unknown encoding', utf8, { 'content-encoding': 'x' }, 415],
    ['of a truncated character', Buffer.from('{"a":"ü"}').subarray(0, 7), {}, 400],
    ['of Latin-1', Buffer.from(json, 'latin1'), {}, 400],
    ['of UTF-16', Buffer.from(json, 'utf16le'), { 'content-type': 'application/json; charset=utf-16' }, 400],
    ['of an encoded surrogate', Buffer.from('227b22eda08022', 'hex'), {}, 400],
    ['of Latin-1, compressed', gzipSync(Buffer.from(json, 'latin1')), { 'content-encoding': 'gzip' }, 400],
    ['of plain text', utf8, { 'content-type': 'text/plain' }, 415],
    ['of no type', utf8, { 'content-type': '' }, 415],
  ])('fails: %s', async (_what, body, headers, status) => {
    const response = await post(body, headers);
    const reason = status === 415 ? 'UNSUPPORTED_MEDIA_TYPE' : 'MALFORMED_REQUEST';
    expect(await response.json()).toMatchObject({ detail: { reason } });
    expect(response.status).toBe(status);
    expect(response.headers.get('accept-encoding')).toBe(status === 415 ? 'gzip, identity' : null);
  });

  it('reaches MAX_BODY_BYTES at most, compressed or not', async () => {
    const bytes = (length: number) => Buffer.from(JSON.stringify('a'.repeat(length - 2)));
    const statusOf = async (body: Uint8Array<ArrayBuffer>, headers = {}) => (await post(body, headers)).status;
    const gzip = { 'content-encoding': 'gzip' };
    expect([await statusOf(bytes(2000)), await statusOf(gzipSync(bytes(2000)), gzip)]).toEqual([200, 200]);
    expect([await statusOf(bytes(2001)), await statusOf(gzipSync(bytes(2001)), gzip)]).toEqual([413, 413]);
    expect(await statusOf(gzipSync(Buffer.alloc(100_000_000)).subarray(0, 2000), gzip)).toBe(413);
  });
});

describe('a compressed body', () => {
  let server: HttpServer;
  beforeAll(async () => {
    server = await startHttpServer((app) => app.post('/length', async ({ body }) => String(body).length));
  });
  afterAll(() => server.close());

  /** Returns the JSON of a string with this number of random digits, which compress to about half of their size. */
  const textOf = (length: number, randomDigits: number) =>
    Buffer.from(
      `"${createRandom(seededSource(seed))
        .hex(randomDigits)
        .padEnd(length - 2, '0')}"`,
    );
  const post = async (json: Buffer) => {
    const body = gzipSync(json);
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = await fetch(`${server.url}/length`, { method: 'POST', body, headers });
    return { status: response.status, answer: (await response.json()) as unknown, ratio: json.length / body.length };
  };

  it.each([
    ['60 KB from 1 KB', 60_000, 1500, 60],
    ['65,536 bytes from a hundred', 65_536, 0, 400],
    ['500 KB, 50 times its size', 500_000, 16_000, 50],
    ['1 MiB, 90 times its size', 1_048_576, 18_000, 90],
  ])('arrives: %s', async (_what, length, randomDigits, expectedRatio) => {
    const { status, answer, ratio } = await post(textOf(length, randomDigits));
    expect(ratio).toBeGreaterThan(expectedRatio * 0.9);
    expect([status, answer]).toEqual([200, length - 2]);
  });

  it.each([
    ['1 MiB of zeros, 800 times its size', 1_048_576, 0],
    ['500 KB, 150 times its size', 500_000, 4500],
    ['65,537 bytes from a hundred', 65_537, 0],
  ])('fails with PAYLOAD_TOO_LARGE: %s', async (_what, length, randomDigits) => {
    const { status, answer, ratio } = await post(textOf(length, randomDigits));
    expect(ratio).toBeGreaterThan(100);
    expect([status, answer]).toMatchObject([413, { detail: { reason: 'PAYLOAD_TOO_LARGE' } }]);
  });
});
