import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSignInEndpoints } from '../../../src/access/tokens/sign-in-endpoints.js';

describe('the endpoints for signing in', () => {
  let server: Server;
  let issuer: string;
  let now = 0;
  let document: Record<string, unknown> | undefined;
  let requests = 0;
  const warnings: unknown[] = [];
  const log = { warn: (...args: unknown[]) => warnings.push(args) };
  const open = () => createSignInEndpoints({ issuer, now: () => now, log: log as never });

  beforeAll(async () => {
    server = createServer((_request, response) => {
      requests++;
      response.writeHead(document ? 200 : 503).end(JSON.stringify(document ?? {}));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  beforeEach(() => {
    [now, requests, warnings.length] = [0, 0, 0];
    document = {
      issuer,
      authorization_endpoint: 'https://a/authorize',
      token_endpoint: 'https://a/token',
      code_challenge_methods_supported: ['plain', 'S256'],
    };
  });

  it('stay cached for some minutes', async () => {
    const read = open();
    expect(await Promise.all([read(), read()])).toEqual(
      Array(2).fill({ authorization: 'https://a/authorize', token: 'https://a/token' }),
    );
    now = 299_999;
    await read();
    expect(requests).toBe(1);
    now = 300_000;
    await read();
    expect(requests).toBe(2);
  });
  it('include the one that ends the session of the issuer, if it has one', async () => {
    document = { ...document, end_session_endpoint: 'https://a/end' };
    expect(await open()()).toMatchObject({ endSession: 'https://a/end' });
  });
  it('stay while the document cannot be read, which is tried again after a while', async () => {
    const read = open();
    await read();
    document = undefined;
    now = 300_000;
    expect(await read()).toMatchObject({ token: 'https://a/token' });
    now = 329_999;
    await read();
    expect([requests, warnings.length]).toEqual([2, 1]);
    now = 330_000;
    await read();
    expect(requests).toBe(3);
  });
  it.each([
    ['another issuer', { issuer: 'https://b' }],
    ['a token endpoint in the clear', { token_endpoint: 'http://a.example/token' }],
    ['no authorization endpoint', { authorization_endpoint: undefined }],
    ['a script as endpoint', { authorization_endpoint: 'javascript:alert(1)' }],
    ['a script that ends the session', { end_session_endpoint: 'javascript:alert(1)' }],
    ['no S256', { code_challenge_methods_supported: ['plain'] }],
  ])('are none where the document has %s', async (_what, members) => {
    document = { ...document, ...members };
    expect(await open()()).toBeUndefined();
    expect(warnings).toHaveLength(1);
  });
});
