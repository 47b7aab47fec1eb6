// The keys of one issuer: refreshed while they are in use, so that a withdrawn key ends, and kept for a while where their
// source fails, so that an outage of the issuer is not one of the gateway.

import { setTimeout as sleep } from 'node:timers/promises';
import type { CryptoKey } from 'jose';
import type { IssuerConfig } from '../../config/values.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { Logger } from '../../telemetry/logger.js';
import { type KeySet, parseKeySet } from './key-set.js';
import { readKeyDocument } from './key-source.js';
import { invalidToken } from './token-errors.js';
import { canonicalAlgorithm, type VerificationKey } from './verification-key.js';

// limit | Tokens and keys | time to fetch a key set | s | the keys fetched before stay in use; `SERVICE_UNAVAILABLE` if there are none yet
const fetchTimeoutMs = 3000;
// limit | Tokens and keys | age of a key set before it is refreshed | s | refreshed in the background
const refreshAfterMs = 60_000;
// limit | Tokens and keys | age of a key set that is used before a refresh | s | refreshed before it is used
/** An older set is refreshed before it is used; nor may the source's own word lengthen {@link refreshAfterMs} beyond. */
const maxUseWithoutRefreshMs = 300_000;
// limit | Tokens and keys | time that a request waits for a refresh | s | the keys fetched before are used
/** From the start of a fetch: so long a request waits for it, if there is a set to go on with. */
const maxWaitMs = 1000;
// limit | Tokens and keys | time between two fetches, failed ones included | s |
/** Between two fetches, whatever their outcome: tokens with invented key ids must not become load on the issuer. */
const minFetchIntervalMs = 1000;
// limit | Tokens and keys | time without a refresh after one that failed | s | unless a token names an unknown key
/** After a failure, before a set is refreshed for its age: requests must not wait time and again for a source that hangs. */
const failureRetryMs = 10_000;

// limit | Tokens and keys | age of a key set while its source fails | s | `SERVICE_UNAVAILABLE`
/** How long the last set is used while its source fails. */
const maxStaleMs = 21_600_000;

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
   * @throws GatewayError INVALID_TOKEN when there is not exactly one, SERVICE_UNAVAILABLE when no keys could be fetched yet,
   *   or none for too long
   */
  find(algorithm: string, keyId: string | undefined): Promise<CryptoKey>;
  /**
   * The same out of a newer set, after a signature did not verify: the issuer may have replaced a key under its old id.
   * null: there is no newer set.
   */
  findRefreshed(algorithm: string, keyId: string | undefined): Promise<CryptoKey | null>;
  /** For a token whose verification is remembered: begins a refresh that is due, and waits for nothing. */
  refreshIfDue(): void;
  /** Fetches the keys, however fresh they are. Never rejects. @returns whether they are others than before */
  reload(): Promise<boolean>;
  /** Grows whenever the keys change. */
  readonly version: number;
}

export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const { issuer, now, log, timeoutMs = fetchTimeoutMs } = options;
  let keySet: KeySet | undefined;
  let version = 0;
  let fetchedAt = 0;
  let refreshMs = refreshAfterMs;
  let attempt: { readonly at: number; readonly failure?: unknown } | undefined;
  /** `wait` ends with the fetch, or earlier when that is slow. */
  let pending: { readonly done: Promise<void>; readonly wait: Promise<void> } | undefined;

  async function fetchKeys(): Promise<void> {
    try {
      const { document, maxAgeMs } = await readKeyDocument(issuer, timeoutMs);
      const fetched = await parseKeySet(document);
      if (fetched.published !== keySet?.published) {
        keySet = fetched;
        version += 1;
      }
      fetchedAt = now();
      refreshMs = Math.min(Math.max(maxAgeMs, refreshAfterMs), maxUseWithoutRefreshMs);
      attempt = { at: fetchedAt };
      log.debug({ issuer: issuer.issuer, keys: fetched.keys.length }, 'issuer keys fetched');
    } catch (failure) {
      attempt = { at: now(), failure };
      log.warn({ issuer: issuer.issuer, err: failure }, 'issuer keys could not be fetched');
    }
  }

  /** Fetches unless that was tried just before; never rejects, and callers share one fetch. */
  function refresh(): NonNullable<typeof pending> {
    if (pending) return pending;
    if (attempt && isWithin(attempt.at, minFetchIntervalMs))
      return { done: Promise.resolve(), wait: Promise.resolve() };
    const done = fetchKeys().finally(() => {
      pending = undefined;
    });
    pending = { done, wait: Promise.race([done, sleep(maxWaitMs, undefined, { ref: false })]) };
    return pending;
  }

  /** A clock that was set back counts as elapsed time, or it would stop refreshing for as long. */
  function isWithin(since: number, milliseconds: number): boolean {
    const elapsed = now() - since;
    return elapsed >= 0 && elapsed < milliseconds;
  }

  function isUsable(): boolean {
    return keySet !== undefined && now() - fetchedAt < maxStaleMs;
  }

  function isDue(): boolean {
    const hasJustFailed = attempt?.failure !== undefined && isWithin(attempt.at, failureRetryMs);
    return !isWithin(fetchedAt, refreshMs) && !hasJustFailed;
  }

  async function currentKeys(): Promise<readonly VerificationKey[]> {
    if (keySet === undefined) await refresh().done;
    else if (!isUsable()) await refresh().wait;
    else if (isDue()) {
      const { wait } = refresh();
      if (!isWithin(fetchedAt, maxUseWithoutRefreshMs)) await wait;
    }
    if (!isUsable()) throw keysUnavailable(attempt?.failure);
    return keySet!.keys;
  }

  return {
    async find(algorithm, keyId) {
      const known = selectKey(await currentKeys(), algorithm, keyId);
      if (known) return known;
      await refresh().done;
      const refetched = selectKey(await currentKeys(), algorithm, keyId);
      if (refetched) return refetched;
      throw invalidToken('The issuer has no key that fits the "kid" and "alg" of the token.');
    },
    async findRefreshed(algorithm, keyId) {
      const before = version;
      await refresh().done;
      return version === before ? null : (selectKey(keySet!.keys, algorithm, keyId) ?? null);
    },
    refreshIfDue() {
      if (isDue()) refresh();
    },
    async reload() {
      // One that is under way may have read what was there before.
      await pending?.done;
      const before = keySet?.published;
      attempt = undefined;
      await refresh().done;
      return before !== undefined && keySet?.published !== before;
    },
    get version() {
      return version;
    },
  };
}

/** @throws GatewayError when the keys rule the token out, so fetching them again would not help */
function selectKey(
  keys: readonly VerificationKey[],
  algorithm: string,
  keyId: string | undefined,
): CryptoKey | undefined {
  const candidates = keyId === undefined ? keys : keys.filter(({ id }) => id === keyId);
  const compatible = candidates.filter((key) => key.algorithm === canonicalAlgorithm(algorithm));
  if (compatible.length > 1) throw invalidToken('More than one key of the issuer fits the header of the token.');
  if (compatible.length === 0 && candidates.length > 0 && keyId !== undefined) {
    throw invalidToken('The "alg" of the token is not the algorithm of the key it names.');
  }
  return compatible[0]?.key;
}

/** Nothing is known about the token, so it is not reported as invalid. */
function keysUnavailable(cause: unknown): GatewayError {
  return new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: minFetchIntervalMs / 1000 }, { cause });
}
