// Avoids the signature check for recently verified tokens. All entries become invalid when a key changes, so a token
// whose key was withdrawn stops working at the next refresh. Only digests are stored, so a memory dump contains no
// usable tokens.

import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { declareLimit } from '../../limits.js';
import type { Caller } from '../caller.js';
import type { CachedTokenVerifier, KeyedTokenVerifier } from './token-verifier.js';

const maxAgeMs = declareLimit(60_000, {
  section: 'Tokens and keys',
  name: 'time for which a verified token is cached',
  unit: 'ms',
  shownAs: 's',
  beyond: 'verified again, as after a change of keys',
});
const maxCacheBytes = declareLimit(8 * 1024 * 1024, {
  section: 'Tokens and keys',
  name: 'cached verified tokens',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'the least recently used are dropped',
});
/**
 * Measured sizes in bytes: an entry with its digest, a character of subject and client, and an id of the confinement.
 */
const bytesOf = { entry: 512, character: 2, id: 72 };

interface Entry {
  readonly caller: Caller;
  readonly verifiedAt: number;
  readonly keysVersion: number;
}

interface CacheOptions {
  readonly now: () => number;
  /** Counts of cache hits and misses. */
  readonly lookups: { hit: number; miss: number };
  readonly maxBytes?: number;
}

/** Wraps a verifier with a cache of accepted tokens. Rejections are never cached. @param now in milliseconds */
export function createVerifiedTokenCache(
  verifier: KeyedTokenVerifier,
  { now, lookups, maxBytes = maxCacheBytes }: CacheOptions,
): CachedTokenVerifier {
  // The library's `ttl` is unsuitable: it keeps an entry for too long after the clock was set back, and forever if 0 ms
  // remain.
  const entries = new LRUCache<string, Entry>({ maxSize: maxBytes, sizeCalculation: toBytes });
  return {
    verify(token) {
      const digest = hash('sha256', token, 'base64');
      const entry = entries.get(digest);
      // Must be taken before the verification, which may use a key that is withdrawn in the meantime.
      const keysVersion = verifier.keysVersion();
      if (entry?.keysVersion === keysVersion && isValid(entry, now())) {
        verifier.refreshKeysIfDue(entry.caller);
        lookups.hit += 1;
        return entry.caller;
      }
      lookups.miss += 1;
      entries.delete(digest);
      return verifyAndCache(token, digest, keysVersion);
    },
  };

  async function verifyAndCache(token: string, digest: string, keysVersion: number): Promise<Caller> {
    const verifiedAt = now();
    const caller = await verifier.verify(token);
    entries.set(digest, { caller, verifiedAt, keysVersion });
    return caller;
  }
}

function isValid({ caller, verifiedAt }: Entry, now: number): boolean {
  const age = now - verifiedAt;
  return age >= 0 && age < maxAgeMs && now < caller.expiresAt * 1000;
}

function toBytes({ caller: { subject, clientId = '', confinement } }: Entry): number {
  const ids = Object.values(confinement).flat().length;
  return bytesOf.entry + (subject.length + clientId.length) * bytesOf.character + ids * bytesOf.id;
}
