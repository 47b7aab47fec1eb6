import type { GatewayError } from '../../../src/errors/gateway-error.js';
import { eventually } from '../../support/eventually.js';
import { type IssuerKeysHarness, startIssuerKeys } from '../../support/issuer-keys-harness.js';
import type { JwksServer } from '../../support/jwks-server.js';
import { createTestKey } from '../../support/token-forge.js';

let harness: IssuerKeysHarness;

beforeEach(async () => {
  // The time that the gateway waits for an endpoint that never responds.
  harness = await startIssuerKeys(1000);
});
afterEach(() => harness.server.stop());

const { jwk } = createTestKey('other');

const faults: [string, (server: JwksServer) => unknown][] = [
  ['is stopped', (server) => server.stop()],
  ['never answers', (server) => server.hold()],
  ['answers 500', (server) => server.answerWith(JSON.stringify({ keys: [jwk] }), 500)],
  ['answers 404', (server) => server.answerWith('', 404)],
  ['redirects', (server) => server.redirectTo([jwk])],
  ['sends no JSON', (server) => server.answerWith('<html>down for maintenance</html>')],
  ['sends nothing', (server) => server.answerWith('')],
  ['sends null', (server) => server.answerWith('null')],
  ['sends a list', (server) => server.answerWith(JSON.stringify([jwk]))],
  ['sends keys that are not a list', (server) => server.answerWith(JSON.stringify({ keys: { 0: jwk } }))],
  [
    'sends no usable key',
    (server) =>
      server.serve([
        { ...jwk, use: 'enc' },
        { kty: 'oct', k: 'AAAA' },
      ]),
  ],
  ['sends more than 256 KB', (server) => server.serve([jwk, { padding: 'a'.repeat(262_144) }])],
  ['breaks off', (server) => server.answerWith('{"keys":[', 200, { 'content-length': '1000' })],
];

describe.each(faults)('while the key endpoint %s,', (_case, breakDown) => {
  it('known keys go on working, and tokens of unknown ones are not to blame; new ones work once it is back', async () => {
    const { keys, lookUp, old, next, server, clock } = harness;
    expect(await lookUp(old)).toBe('found');

    await breakDown(server);
    clock.ms += 3_600_000;
    expect(await lookUp(old)).toBe('found');
    const error = (await keys.find(next.algorithm, next.kid).catch((fault: unknown) => fault)) as GatewayError;
    expect(error.extensions).toMatchObject({ status: 503, reason: 'AUTHENTICATION_UNAVAILABLE', retryAfter: 1 });
    expect(await lookUp({ ...next, algorithm: 'RS256', kid: old.kid })).toBe('INVALID_TOKEN');
    expect(await lookUp(old)).toBe('found');

    await revive(server, [old.jwk, next.jwk]);
    clock.ms += 1000;
    expect(await lookUp(next)).toBe('found');
    expect(await lookUp(old)).toBe('found');
    clock.ms += 1000;
    expect(await lookUp({ ...next, kid: 'unknown' })).toBe('INVALID_TOKEN');
  });

  it('a token fails as AUTHENTICATION_UNAVAILABLE when no keys were fetched yet', async () => {
    const { keys, lookUp, old, server, clock } = harness;
    await breakDown(server);
    const error = (await keys.find('ES256', 'old').catch((fault: unknown) => fault)) as GatewayError;
    expect(error.extensions).toEqual({
      code: 'SERVICE_UNAVAILABLE',
      status: 503,
      reason: 'AUTHENTICATION_UNAVAILABLE',
      retryAfter: 1,
    });
    expect(error.cause).toHaveProperty('message');

    await revive(server, [old.jwk]);
    clock.ms += 999;
    expect(await lookUp(old)).toBe('AUTHENTICATION_UNAVAILABLE');
    clock.ms += 1;
    expect(await lookUp(old)).toBe('found');
  });
});

async function revive(server: JwksServer, keys: readonly object[]): Promise<void> {
  await server.stop();
  server.hold()();
  server.serve(keys);
  await server.start();
}

describe('A key endpoint that stays down', () => {
  it('gets one request a second at most', async () => {
    const { lookUp, old, next, server, clock } = harness;
    await lookUp(old);
    server.answerWith('', 500);
    clock.ms += 5000;
    await lookUp(next);
    const { requests } = server;
    clock.ms += 999;
    await Promise.all([lookUp(next), lookUp(next), lookUp(old)]);
    expect(server.requests).toBe(requests);
    clock.ms += 1;
    await Promise.all([lookUp(next), lookUp(next), lookUp(old)]);
    expect(server.requests).toBe(requests + 1);
  });
});

describe('The last keys of an issuer whose endpoint fails', () => {
  it('serve for six hours, then its tokens are not to blame; they serve again with the next fetch', async () => {
    const { lookUp, old, server, clock } = harness;
    await lookUp(old);
    server.answerWith('', 500);
    clock.ms += 21_599_999;
    expect(await lookUp(old)).toBe('found');
    clock.ms += 1;
    expect(await lookUp(old)).toBe('AUTHENTICATION_UNAVAILABLE');
    expect(await lookUp({ ...old, kid: 'unknown' })).toBe('AUTHENTICATION_UNAVAILABLE');
    server.serve([old.jwk]);
    clock.ms += 1000;
    expect(await lookUp(old)).toBe('found');
  });

  it('get no refresh for their age within ten seconds of a failure', async () => {
    const { lookUp, old, server, clock } = harness;
    await lookUp(old);
    server.answerWith('', 500);
    clock.ms += 300_000;
    await lookUp(old);
    const { requests } = server;
    clock.ms += 9999;
    await lookUp(old);
    expect(server.requests).toBe(requests);
    clock.ms += 1;
    await lookUp(old);
    expect(server.requests).toBe(requests + 1);
  });
});

/** Returns the value if it is available without waiting, or "not yet". */
const inThisTurn = <T>(awaited: Promise<T>) =>
  Promise.race([awaited, new Promise<'not yet'>((resolve) => setImmediate(resolve, 'not yet'))]);

describe('A key endpoint that hangs', () => {
  it('keeps requests waiting for the first second of a fetch, and none that arrive later', async () => {
    await harness.server.stop();
    harness = await startIssuerKeys(60_000);
    const { lookUp, old, server, clock } = harness;
    await lookUp(old);
    server.hold();
    clock.ms += 300_000;
    const first = Promise.all([lookUp(old), lookUp(old)]);
    expect(await inThisTurn(first)).toBe('not yet');
    expect(await first).toEqual(['found', 'found']);
    expect(await inThisTurn(lookUp(old))).toBe('found');
    await eventually(async () => expect(server.requests).toBe(2));
  });
});
