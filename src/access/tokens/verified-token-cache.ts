// Spares the signature check for tokens seen a moment ago. Entries live for a minute at most, so a key that its issuer
// withdrew stops working within that time. Only digests are kept: a memory dump holds no usable token.

import { hash } from 'node:crypto';
import type { Caller } from '../caller.js';
import type { TokenVerifier } from './token-verifier.js';

const maxAgeMs = 60_000;
const maxEntries = 10_000;

interface Entry {
  readonly caller: Caller;
  readonly verifiedAt: number;
}

/** The same verifier, remembering what it accepted; refusals are never remembered. `now` is in milliseconds. */
export function createVerifiedTokenCache(
  verifier: TokenVerifier,
  { now }: { readonly now: () => number },
): TokenVerifier {
  const entries = new Map<string, Entry>();
  return {
    async verify(token) {
      const digest = hash('sha256', token, 'base64');
      const entry = entries.get(digest);
      if (entry && isFresh(entry, now())) return entry.caller;
      entries.delete(digest);
      const verifiedAt = now();
      const caller = await verifier.verify(token);
      entries.set(digest, { caller, verifiedAt });
      // A Map keeps the order of insertion, so its first key is the oldest.
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value as string);
      return caller;
    },
  };
}

function isFresh({ caller, verifiedAt }: Entry, now: number): boolean {
  const age = now - verifiedAt;
  return age >= 0 && age < maxAgeMs && now < caller.expiresAt * 1000;
}
