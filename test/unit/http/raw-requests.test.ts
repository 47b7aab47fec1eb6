// Requests of misbehaving clients: their status, and that none is mistaken for another.

import { PassThrough } from 'node:stream';
import { bearerToken } from '../../../src/access/tokens/bearer-token.js';
import { type HttpServer, startHttpServer } from '../../support/http-server.js';
import { sendRaw } from '../../support/raw-request.js';
import type { GraphqlBody, RestError } from '../../support/responses.js';

let server: HttpServer;
beforeAll(async () => {
  server = await startHttpServer((app) => {
    app.get('/ok', async () => 'ok');
    app.get('/private', async ({ raw }) => bearerToken(raw.rawHeaders));
    app.get('/graphql', async () => 'ok');
    app.post('/echo', async ({ body }) => ({ body }));
    app.get('/begun', async () => {
      const endless = new PassThrough();
      endless.write('begun');
      return endless;
    });
  });
});
afterAll(() => server.close());

const get = (path: string, ...headers: string[]) => [`GET ${path} HTTP/1.1`, ...headers, '', ''].join('\r\n');
const post = (headers: readonly string[], body: string) =>
  ['POST /echo HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...headers, '', body].join('\r\n');
const smuggled = get('/ok', 'Host: smuggled');
const urlOf = (bytes: number) => `/ok?${'a'.repeat(bytes - 4)}`;

describe('a raw request', () => {
  it.each([
    ['plain', get('/ok', 'Host: x'), [200]],
    ['pipelined with another', get('/ok', 'Host: x') + get('/nope', 'Host: x'), [200, 404]],
    ['split in its request line', ['GE', 'T /o', 'k HTTP/1.1\r\nHost: x\r\n\r\n'], [200]],
    ['split in its headers', ['GET /ok HTTP/1.1\r\nHo', 'st: x\r', '\n\r\n'], [200]],
    ['split in its body', [post(['Content-Length: 7'], '{"a'), '":1}'], [200]],
    ['split in a chunk', [post(['Transfer-Encoding: chunked'], '7\r\n{"a'), '":1}\r', '\n0\r\n\r\n'], [200]],
    ['of HTTP/1.0, without Host', 'GET /ok HTTP/1.0\r\n\r\n', [200]],

    ['without Host', get('/ok'), [400]],
    ['with two Hosts', get('/ok', 'Host: x', 'Host: y'), [400]],
    ['with the same Host twice', get('/ok', 'Host: x', 'host: x'), [400]],
    ['with two tokens', get('/private', 'Host: x', 'Authorization: Bearer a', 'Authorization: Bearer b'), [401]],
    ['with two Content-Lengths', post(['Content-Length: 7', 'Content-Length: 2'], '{"a":1}'), [400]],
    ['with the same Content-Length twice', post(['Content-Length: 7', 'Content-Length: 7'], '{"a":1}'), [400]],
    ['with a list of Content-Lengths', post(['Content-Length: 7, 7'], '{"a":1}'), [400]],
    ['with a negative Content-Length', post(['Content-Length: -1'], ''), [400]],
    ['with a signed Content-Length', post(['Content-Length: +7'], '{"a":1}'), [400]],
    [
      'with a Content-Length and chunks',
      post(['Content-Length: 6', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`),
      [400],
    ],
    [
      'with chunks and a Content-Length',
      post(['Transfer-Encoding: chunked', 'Content-Length: 6'], `0\r\n\r\n${smuggled}`),
      [400],
    ],
    ['with a transfer coding that is not known', post(['Transfer-Encoding: xchunked'], `0\r\n\r\n${smuggled}`), [400]],
    ['with chunks and another coding', post(['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${smuggled}`), [400]],
    ['with a space before a colon', post(['Transfer-Encoding : chunked'], `0\r\n\r\n${smuggled}`), [400]],
    ['with a folded header', get('/ok', 'Host: x', 'Transfer-Encoding:', ' chunked'), [400]],
    ['with a size of a chunk that is none', post(['Transfer-Encoding: chunked'], 'z\r\n{}\r\n0\r\n\r\n'), [400]],
    ['with a chunk longer than it says', post(['Transfer-Encoding: chunked'], '1\r\n{}\r\n0\r\n\r\n'), [400]],
    ['with lines that end without CR', 'GET /ok HTTP/1.1\nHost: x\n\n', [400]],
    ['with NUL in a header', get('/ok', 'Host: x', 'X-A: a\0b'), [400]],
    ['of a method that is none', 'NOPE /ok HTTP/1.1\r\nHost: x\r\n\r\n', [400]],
    ['of another protocol', 'HELO x\r\n\r\n', [400]],
    ['of HTTP/2 with prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
    ['that asks to be upgraded', get('/ok', 'Host: x', 'Connection: Upgrade', 'Upgrade: h2c'), [200]],
    ['that expects what nobody knows', get('/ok', 'Host: x', 'Expect: wonders'), [200]],

    ['of a URL of 8 KB', get(urlOf(8192), 'Host: x'), [200]],
    ['of a URL over 8 KB', get(urlOf(8193), 'Host: x'), [414]],
    ['of an unknown path over 8 KB', get(`/${'a'.repeat(8192)}`, 'Host: x'), [414]],
    ['of a malformed URL over 8 KB', get(`/%zz${'a'.repeat(8192)}`, 'Host: x'), [414]],
    ['of GraphQL by a URL over 8 KB', get(`/graphql?query=${'a'.repeat(8192)}`, 'Host: x'), [414]],
    ['with headers of 60 KB', get('/ok', 'Host: x', `X-A: ${'a'.repeat(60_000)}`), [200]],
    ['with headers over 64 KB', get('/ok', 'Host: x', `X-A: ${'a'.repeat(65_536)}`), [431]],
    ['of a URL over 64 KB', get(`/${'a'.repeat(65_536)}`, 'Host: x'), [431]],
    [
      'with extensions of chunks over 16 KB',
      post(['Transfer-Encoding: chunked'], `1;a=${'a'.repeat(20_000)}\r\n{\r\n0\r\n\r\n`),
      [413],
    ],
  ] as const)('gets its status, and bytes behind it are not another request: %s', async (_what, pieces, statuses) => {
    const { statuses: found, text } = await sendRaw(server.port, pieces);
    expect(found).toEqual(statuses);
    if (statuses[0] >= 400) expect(text).toMatch(/\{"(detail|errors)":.+"reason":"[A-Z_]+"/);
  });

  it.each([
    ['/ok', 'URI_TOO_LONG', (body: RestError & GraphqlBody) => body.detail],
    ['/graphql', 'URI_TOO_LONG', (body: RestError & GraphqlBody) => body.errors[0].extensions],
  ])('whose URL is too long gets the error of its API: %s', async (path, reason, find) => {
    const response = await fetch(`${server.url}${path}?${'a'.repeat(8192)}`);
    expect(find((await response.json()) as RestError & GraphqlBody)).toMatchObject({ reason });
  });

  it('whose headers are too large gets the error in the form of REST, whatever its path', async () => {
    const { text } = await sendRaw(server.port, get('/graphql', 'Host: x', `X-A: ${'a'.repeat(65_536)}`));
    expect(JSON.parse(text.split('\r\n\r\n')[1]!)).toEqual({
      detail: { message: 'The request headers are larger than the gateway accepts.', reason: 'HEADERS_TOO_LARGE' },
    });
  });

  it('leaves no error inside the previous response when it is malformed', async () => {
    const { text, isClosed } = await sendRaw(server.port, [get('/begun', 'Host: x'), 'NOPE\r\n\r\n'], 200);
    expect(text).toMatch(/^HTTP\/1\.1 200 .*begun/s);
    expect(text.slice(12)).not.toContain('HTTP/1.1');
    expect(isClosed).toBe(true);
  });
});
