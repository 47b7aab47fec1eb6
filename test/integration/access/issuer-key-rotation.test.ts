import { type IssuerKeysHarness, startIssuerKeys } from '../../support/issuer-keys-harness.js';
import { createTestKey } from '../../support/token-forge.js';

let harness: IssuerKeysHarness;

beforeEach(async () => {
  harness = await startIssuerKeys();
});
afterEach(() => harness.server.stop());

describe('The keys of an issuer', () => {
  it('come from one request at the first use', async () => {
    const { lookUp, old, server } = harness;
    expect(server.requests).toBe(0);
    for (let time = 0; time < 3; time += 1) expect(await lookUp(old)).toBe('found');
    expect(server.requests).toBe(1);
  });

  it('come from one request for concurrent look-ups', async () => {
    const { lookUp, old, next, server } = harness;
    const release = server.hold();
    const lookUps = Promise.all([lookUp(old), lookUp(next), lookUp(old), lookUp(old)]);
    release();
    expect(await lookUps).toEqual(['found', 'INVALID_TOKEN', 'found', 'found']);
    expect(server.requests).toBe(1);
  });

  it('match by kid among many, and an invalid one spoils no other', async () => {
    const { lookUp, old, next, server } = harness;
    server.serve([{ kty: 'oct', k: 'AAAA', kid: 'old' }, { kid: 'old' }, 7 as never, next.jwk, old.jwk]);
    expect(await lookUp(old)).toBe('found');
    expect(await lookUp(next)).toBe('found');
  });
});

describe('An unknown kid', () => {
  it('becomes known without a restart once the issuer publishes it', async () => {
    const { lookUp, old, next, server, clock } = harness;
    await lookUp(old);
    server.serve([old.jwk, next.jwk]);
    clock.ms += 5000;
    expect(await lookUp(next)).toBe('found');
    expect(await lookUp(old)).toBe('found');
    expect(server.requests).toBe(2);
  });

  it('causes a fetch every second at most', async () => {
    const { lookUp, next, server, clock } = harness;
    await lookUp(next);
    clock.ms += 999;
    for (const kid of ['a', 'b', 'c']) expect(await lookUp({ ...next, kid })).toBe('INVALID_TOKEN');
    expect(server.requests).toBe(1);
    clock.ms += 1;
    for (const kid of ['a', 'b', 'c']) expect(await lookUp({ ...next, kid })).toBe('INVALID_TOKEN');
    expect(server.requests).toBe(2);
  });

  it('delays no known kid', async () => {
    const { lookUp, old, next, server, clock } = harness;
    await lookUp(old);
    clock.ms += 5000;
    const release = server.hold();
    const waiting = lookUp(next);
    expect(await lookUp(old)).toBe('found');
    release();
    expect(await waiting).toBe('INVALID_TOKEN');
  });

  it('causes a fetch after the clock was set back', async () => {
    const { lookUp, old, next, server, clock } = harness;
    await lookUp(old);
    server.serve([next.jwk]);
    clock.ms -= 3_600_000;
    expect(await lookUp(next)).toBe('found');
  });
});

describe('A known kid with another algorithm', () => {
  it('fails without a request to the issuer', async () => {
    const { lookUp, old, server, clock } = harness;
    await lookUp(old);
    clock.ms += 5000;
    expect(await lookUp({ ...old, algorithm: 'RS256' })).toBe('INVALID_TOKEN');
    expect(server.requests).toBe(1);
  });
});

describe('A token without a kid', () => {
  it('gets the only key of its algorithm', async () => {
    const { keys, old, server } = harness;
    server.serve([createTestKey('rsa', 'RS256').jwk, old.jwk]);
    expect(await keys.find('ES256', undefined)).toBe(await keys.find('ES256', 'old'));
  });

  it('fails when two keys fit its algorithm', async () => {
    const { lookUp, old, next, server } = harness;
    server.serve([old.jwk, next.jwk]);
    expect(await lookUp({ ...old, kid: undefined as never })).toBe('INVALID_TOKEN');
  });

  it('fails when no key fits its algorithm', async () => {
    expect(await harness.lookUp({ ...harness.old, kid: undefined as never, algorithm: 'RS256' })).toBe('INVALID_TOKEN');
  });
});

describe('A key set in use', () => {
  it('refreshes after a minute while the cached keys serve, and then loses a withdrawn key', async () => {
    const { lookUp, old, next, server, clock } = harness;
    await lookUp(old);
    server.serve([next.jwk]);
    clock.ms += 59_999;
    expect(await lookUp(old)).toBe('found');
    expect(server.requests).toBe(1);

    clock.ms += 1;
    const release = server.hold();
    expect(await lookUp(old)).toBe('found');
    const answered = server.nextAnswer();
    release();
    await answered;
    expect(await lookUp(next)).toBe('found');
    expect(await lookUp(old)).toBe('INVALID_TOKEN');
    expect(server.requests).toBe(2);
  });

  it('refreshes before its use when it is older than five minutes', async () => {
    const { lookUp, old, next, server, clock } = harness;
    await lookUp(old);
    server.serve([next.jwk]);
    clock.ms += 300_000;
    expect(await lookUp(old)).toBe('INVALID_TOKEN');
    expect(server.requests).toBe(2);
  });

  it('loses all keys when it is published empty', async () => {
    const { lookUp, old, server, clock } = harness;
    await lookUp(old);
    server.serve([]);
    clock.ms += 300_000;
    expect(await lookUp(old)).toBe('INVALID_TOKEN');
    server.serve([old.jwk]);
    clock.ms += 1000;
    expect(await lookUp(old)).toBe('found');
  });

  it.each([
    ['max-age=200', {}, 200],
    ['public, max-age=86400', {}, 300],
    ['max-age=5', {}, 60],
    ['no-cache, max-age=200', {}, 60],
    ['max-age=290', { age: '90' }, 200],
  ])('refreshes, for Cache-Control: %s %j, after %i seconds', async (cacheControl, headers, seconds) => {
    const { lookUp, old, server, clock } = harness;
    server.answerWith(JSON.stringify({ keys: [old.jwk] }), 200, { 'cache-control': cacheControl, ...headers });
    await lookUp(old);
    clock.ms += seconds * 1000 - 1;
    await lookUp(old);
    expect(server.requests).toBe(1);
    clock.ms += 1;
    const answered = server.nextAnswer();
    await lookUp(old);
    await answered;
    expect(server.requests).toBe(2);
  });

  it('gets a new version when a key changes, not with every refresh', async () => {
    const { keys, lookUp, old, next, server, clock } = harness;
    await lookUp(old);
    const { version } = keys;
    clock.ms += 300_000;
    await lookUp(old);
    expect([server.requests, keys.version]).toEqual([2, version]);
    server.serve([old.jwk, next.jwk]);
    clock.ms += 300_000;
    await lookUp(old);
    expect(keys.version).toBe(version + 1);
  });
});
