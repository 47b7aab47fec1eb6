// The keys of one issuer. Once fetched they go on working whatever becomes of their source; only a response with at
// least one usable key replaces them.

import type { CryptoKey } from 'jose';
import type { IssuerConfig } from '../../config.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { Logger } from '../../telemetry/logger.js';
import { readKeyDocument } from './key-source.js';
import { invalidToken } from './token-errors.js';
import { canonicalAlgorithm, parseVerificationKey, type VerificationKey } from './verification-key.js';

const fetchTimeoutMs = 3000;
const refreshAfterMs = 600_000;
/** Between two fetches, whatever their outcome: tokens with invented key ids must not become load on the issuer. */
const coolDownMs = 1000;

export interface IssuerKeysOptions {
  readonly issuer: IssuerConfig;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  readonly timeoutMs?: number;
}

export interface IssuerKeys {
  /**
   * The one key of the issuer that a token's header can mean.
   * @throws GatewayError INVALID_TOKEN when there is not exactly one, SERVICE_UNAVAILABLE when no keys could be fetched
   * yet
   */
  find(algorithm: string, keyId: string | undefined): Promise<CryptoKey>;
  /**
   * The same out of a newer set, after a signature did not verify: the issuer may have replaced a key under its old id.
   * null: there is no newer set.
   */
  findNewer(algorithm: string, keyId: string | undefined): Promise<CryptoKey | null>;
}

export function createIssuerKeys({ issuer, now, log, timeoutMs = fetchTimeoutMs }: IssuerKeysOptions): IssuerKeys {
  let keys: readonly VerificationKey[] = [];
  let fetchedAt = 0;
  let attempt: { readonly at: number; readonly failure?: unknown } | undefined;
  let pending: Promise<void> | undefined;

  async function fetchKeys(): Promise<void> {
    try {
      keys = await parseKeySet(await readKeyDocument(issuer.jwks, timeoutMs));
      fetchedAt = now();
      attempt = { at: fetchedAt };
      log.debug({ issuer: issuer.issuer, keys: keys.length }, 'issuer keys fetched');
    } catch (failure) {
      attempt = { at: now(), failure };
      log.warn({ issuer: issuer.issuer, err: failure }, 'issuer keys could not be fetched');
    }
  }

  /** Fetches unless that was tried just before; never rejects, and callers share one fetch. */
  function refresh(): Promise<void> {
    if (pending) return pending;
    if (attempt && isWithin(attempt.at, coolDownMs)) return Promise.resolve();
    pending = fetchKeys().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  /** A clock that was set back counts as elapsed time, or it would stop refreshing for as long. */
  function isWithin(since: number, milliseconds: number): boolean {
    const elapsed = now() - since;
    return elapsed >= 0 && elapsed < milliseconds;
  }

  return {
    async find(algorithm, keyId) {
      if (keys.length === 0) await refresh();
      else if (!isWithin(fetchedAt, refreshAfterMs)) void refresh();
      if (keys.length === 0) throw unavailable(attempt?.failure);

      const known = choose(keys, algorithm, keyId);
      if (known) return known;
      await refresh();
      const fresh = choose(keys, algorithm, keyId);
      if (fresh) return fresh;
      throw invalidToken('The issuer has no key that fits the "kid" and "alg" of the token.');
    },
    async findNewer(algorithm, keyId) {
      const before = keys;
      await refresh();
      return keys === before ? null : (choose(keys, algorithm, keyId) ?? null);
    },
  };
}

/** @throws GatewayError when the keys rule the token out, so fetching them again would not help */
function choose(keys: readonly VerificationKey[], algorithm: string, keyId: string | undefined): CryptoKey | undefined {
  const named = keyId === undefined ? keys : keys.filter(({ id }) => id === keyId);
  const fitting = named.filter((key) => key.algorithm === canonicalAlgorithm(algorithm));
  if (fitting.length > 1) throw invalidToken('More than one key of the issuer fits the header of the token.');
  if (fitting.length === 0 && named.length > 0 && keyId !== undefined) {
    throw invalidToken('The "alg" of the token is not the algorithm of the key it names.');
  }
  return fitting[0]?.key;
}

async function parseKeySet(document: unknown): Promise<readonly VerificationKey[]> {
  const entries = typeof document === 'object' && document !== null && 'keys' in document ? document.keys : undefined;
  if (!Array.isArray(entries)) throw new Error('The key set has no "keys" array.');
  const results = await Promise.allSettled(entries.map(parseVerificationKey));
  const usable = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (usable.length > 0) return usable;
  const faults = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []));
  throw new Error(`The key set has no usable key (${[...new Set(faults)].join('; ') || 'it is empty'}).`);
}

/** Nothing is known about the token, so it is not reported as invalid. */
function unavailable(cause: unknown): GatewayError {
  return new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: coolDownMs / 1000 }, { cause });
}
