import type { Caller } from '../../../src/access/caller.js';
import { createVerifiedTokenCache } from '../../../src/access/tokens/verified-token-cache.js';
import { createCaller } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';
import { signToken } from '../../support/token-forge.js';
import { accessClaims, reasonOf, startMs, startSeconds, startVerifier } from '../../support/verifier-harness.js';

/** Creates a cache over a verifier that counts its calls and replaces the signature check. */
function createCountedCache({
  expiresAt = startSeconds + 3600,
  confinement = {},
  clientId,
  ...limit
}: Partial<Caller> & { maxBytes?: number } = {}) {
  const clock = { ms: startMs };
  const asked: string[] = [];
  const used: string[] = [];
  const keys = { version: 1 };
  const cache = createVerifiedTokenCache(
    {
      async verify(token) {
        asked.push(token);
        if (token === 'bad') throw new Error('refused');
        return { ...createCaller(token), clientId, confinement, expiresAt };
      },
      keysVersion: () => keys.version,
      refreshKeysIfDue: ({ subject }) => {
        used.push(subject);
      },
    },
    { now: () => clock.ms, lookups: { hit: 0, miss: 0 }, ...limit },
  );
  return { cache, clock, asked, used, keys };
}

describe('A verified token', () => {
  it('stays cached for less than a minute', async () => {
    const { cache, clock, asked } = createCountedCache();
    const viewer = await cache.verify('a');
    clock.ms = startMs + 59_999;
    expect(await cache.verify('a')).toEqual(viewer);
    expect(asked).toEqual(['a']);
    clock.ms = startMs + 60_000;
    await cache.verify('a');
    expect(asked).toEqual(['a', 'a']);
  });

  it('never stays cached past its end', async () => {
    const { cache, clock, asked } = createCountedCache({ expiresAt: startSeconds + 10 });
    await cache.verify('a');
    clock.ms = startMs + 9_999;
    await cache.verify('a');
    expect(asked).toHaveLength(1);
    clock.ms = startMs + 10_000;
    await cache.verify('a');
    expect(asked).toHaveLength(2);
  });

  it('needs a new verification after the clock was set back', async () => {
    const { cache, clock, asked } = createCountedCache();
    await cache.verify('a');
    clock.ms = startMs - 1;
    await cache.verify('a');
    expect(asked).toHaveLength(2);
  });

  it('never gives the caller of another token', async () => {
    const { cache } = createCountedCache();
    expect((await cache.verify('a')).subject).toBe('a');
    expect((await cache.verify('b')).subject).toBe('b');
    expect((await cache.verify('a')).subject).toBe('a');
  });

  it('needs a new verification when a key has changed', async () => {
    const { cache, asked, keys } = createCountedCache();
    await cache.verify('a');
    keys.version += 1;
    await cache.verify('a');
    expect(asked).toHaveLength(2);
  });

  it('counts as a use of the keys', async () => {
    const { cache, used } = createCountedCache();
    await cache.verify('a');
    expect(used).toEqual([]);
    await cache.verify('a');
    expect(used).toEqual(['a']);
  });

  it('leaves the cache when others need its space, unless it was used since', async () => {
    const { cache, asked } = createCountedCache({ maxBytes: 3 * 600 });
    for (const token of ['a', 'b', 'c', 'a', 'd']) await cache.verify(token);
    expect(asked).toEqual(['a', 'b', 'c', 'd']);
    for (const token of ['a', 'c', 'd']) await cache.verify(token);
    expect(asked).toHaveLength(4);
    await cache.verify('b');
    expect(asked).toHaveLength(5);
  });

  it('takes space for its subject, its client and each id that it is confined to', async () => {
    const confinement = { orgIds: ['o'], taskIds: Array.from({ length: 20 }, () => 't') };
    const { cache, asked } = createCountedCache({ maxBytes: 3 * 600, confinement });
    for (const token of ['a', 'b', 'a']) await cache.verify(token);
    expect(asked).toEqual(['a', 'b', 'a']);

    const long = createCountedCache({ maxBytes: 3 * 600 });
    for (const token of ['a', 'b', 'x'.repeat(255), 'b', 'a']) await long.cache.verify(token);
    expect(long.asked.at(-1)).toBe('a');

    const longClientCache = createCountedCache({ maxBytes: 3 * 600, clientId: 'c'.repeat(600) });
    for (const token of ['a', 'b', 'a']) await longClientCache.cache.verify(token);
    expect(longClientCache.asked).toEqual(['a', 'b', 'a']);
  });

  it('stays cached among more than ten thousand others by default', async () => {
    const { cache, asked } = createCountedCache();
    const count = 10_001;
    for (let index = 0; index < count; index += 1) await cache.verify(`${index}`);
    await cache.verify('0');
    expect(asked).toHaveLength(count);
  });
});

describe('a rejected token', () => {
  it('goes through verification every time', async () => {
    const { cache, asked } = createCountedCache();
    await expect(cache.verify('bad')).rejects.toThrow('refused');
    await expect(cache.verify('bad')).rejects.toThrow('refused');
    expect(asked).toHaveLength(2);
  });
});

describe('a key that its issuer withdrew', () => {
  it('ends with the refresh, for which the use of cached tokens suffices', async () => {
    const { key, server, clock, verifier } = await startVerifier();
    const cache = createVerifiedTokenCache(verifier, { lookups: { hit: 0, miss: 0 }, now: () => clock.ms });
    const token = signToken(key, accessClaims());
    expect(await reasonOf(cache.verify(token))).toBe('accepted');
    clock.ms += 30_000;
    const other = signToken(key, accessClaims({ jti: 'other' }));
    expect(await reasonOf(cache.verify(other))).toBe('accepted');

    server.serve([]);
    clock.ms += 30_000;
    const answered = server.nextAnswer();
    expect(await reasonOf(cache.verify(other))).toBe('accepted');
    await answered;
    await eventually(async () => expect(verifier.keysVersion()).toBe(2));
    expect(await reasonOf(cache.verify(other))).toBe('INVALID_TOKEN');
    await server.stop();
  });
});
