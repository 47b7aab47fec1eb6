// The keys of one issuer. They are refreshed while in use, so that a withdrawn key stops working, and kept for a while
// when their source fails, so that an outage of the issuer is not one of the gateway.

import { setTimeout as sleep } from 'node:timers/promises';
import type { CryptoKey } from 'jose';
import type { IssuerConfig } from '../../config/values.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { Logger } from '../../telemetry/logger.js';
import type { KeptKeys } from './kept-keys.js';
import { canonicalAlgorithm, type KeySet, parseKeySet, type VerificationKey } from './key-set.js';
import { readKeyDocument } from './key-source.js';
import { invalidToken } from './token-errors.js';

// limit | Tokens and keys | time to fetch a key set | s | the keys fetched before stay in use; `AUTHENTICATION_UNAVAILABLE` if there are none yet
const fetchTimeoutMs = 3000;
// limit | Tokens and keys | age of a key set before it is refreshed | s | refreshed in the background
const refreshAfterMs = 60_000;
// limit | Tokens and keys | age of a key set that is used before a refresh | s | refreshed before it is used
/** An older set is refreshed before it is used. Also the longest `max-age` that replaces {@link refreshAfterMs}. */
const maxUseWithoutRefreshMs = 300_000;
// limit | Tokens and keys | time that a request waits for a refresh | s | the keys fetched before are used
/** The time a request waits for a fetch, from its start, if an earlier set can be used instead. */
const maxWaitMs = 1000;
// limit | Tokens and keys | time between two fetches, failed ones included | s |
/** Tokens with invented key ids must not become load on the issuer. */
const minFetchIntervalMs = 1000;
// limit | Tokens and keys | time without a refresh after one that failed | s | unless a token names an unknown key
/** The pause after a failure before an aged set is refreshed: requests must not wait for a hanging source again. */
const failureRetryMs = 10_000;

// limit | Tokens and keys | age of a key set while its source fails, also across a restart | s | `AUTHENTICATION_UNAVAILABLE`
export const maxStaleMs = 21_600_000;

export interface IssuerKeysOptions {
  readonly issuer: IssuerConfig;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  readonly timeoutMs?: number;
  /** Keeps keys for the next start; by default nothing does. */
  readonly kept?: KeptKeys | undefined;
}

/** The age of an issuer's keys. */
export interface KeyStatus {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** Milliseconds since the keys were fetched; null: never. */
  readonly ageMs: number | null;
  /** Whether tokens can be verified. */
  readonly isUsable: boolean;
}

export interface IssuerKeys {
  /**
   * Returns the one key of the issuer that fits a token's header.
   * @throws GatewayError INVALID_TOKEN when not exactly one fits, AUTHENTICATION_UNAVAILABLE when no keys were fetched yet, or
   *   none for {@link maxStaleMs}, or when none fits and the last fetch failed
   */
  find(algorithm: string, keyId: string | undefined): Promise<CryptoKey>;
  /**
   * Returns the key of a newer set after a signature did not verify: the issuer may have reused the id of an old key.
   * null: the set has not changed, or no key of it fits.
   */
  findRefreshed(algorithm: string, keyId: string | undefined): Promise<CryptoKey | null>;
  /** Starts a refresh if one is due, without waiting for it: called for tokens whose verification is cached. */
  refreshIfDue(): void;
  /** Fetches the first keys. Until then, those of an earlier process serve. Never rejects. */
  load(): Promise<void>;
  readonly status: KeyStatus;
  /** Fetches the keys, even if they are fresh. Never rejects. @returns whether they have changed */
  reload(): Promise<boolean>;
  /** Incremented whenever the keys change. */
  readonly version: number;
}

export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const { issuer, now, log, timeoutMs = fetchTimeoutMs } = options;
  // A file is its own copy.
  const kept = issuer.jwks?.startsWith('file:') ? undefined : options.kept;
  let keySet: KeySet | undefined;
  let version = 0;
  let fetchedAt = 0;
  let refreshMs = refreshAfterMs;
  let attempt: { readonly at: number; readonly failure?: unknown } | undefined;
  /** `wait` ends with the fetch, or after {@link maxWaitMs}. */
  let pending: { readonly done: Promise<void>; readonly wait: Promise<void> } | undefined;

  async function fetchKeys(): Promise<void> {
    try {
      const { document, maxAgeMs } = await readKeyDocument(issuer, timeoutMs);
      const fetched = await parseKeySet(document);
      if (fetched.text !== keySet?.text) {
        keySet = fetched;
        version += 1;
      }
      fetchedAt = now();
      refreshMs = Math.min(Math.max(maxAgeMs, refreshAfterMs), maxUseWithoutRefreshMs);
      attempt = { at: fetchedAt };
      kept?.write(issuer, { fetchedAt, keys: fetched.keys.map(({ jwk }) => jwk) });
      log.debug({ issuer: issuer.issuer, keys: fetched.keys.length }, 'issuer keys fetched');
    } catch (failure) {
      attempt = { at: now(), failure };
      log.warn({ issuer: issuer.issuer, err: failure }, 'issuer keys could not be fetched');
    }
  }

  async function loadKept(): Promise<void> {
    const last = await kept?.read(issuer);
    if (last === undefined || keySet !== undefined || !isWithin(last.fetchedAt, maxStaleMs)) return;
    try {
      keySet = await parseKeySet({ keys: last.keys });
    } catch (error) {
      log.warn({ issuer: issuer.issuer, err: error }, 'kept issuer keys cannot be used');
      return;
    }
    version += 1;
    fetchedAt = last.fetchedAt;
  }

  /** Fetches unless the last attempt was just now. Never rejects; callers share one fetch. */
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

  /** A clock that was set back counts as elapsed time: otherwise nothing would be refreshed until it has caught up. */
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
      // The issuer may have published the key since.
      if (attempt?.failure !== undefined) throw keysUnavailable(attempt.failure);
      throw invalidToken('key', 'The issuer has no key that fits the "kid" and "alg" of the token.');
    },
    async findRefreshed(algorithm, keyId) {
      const before = version;
      await refresh().done;
      return version === before ? null : (selectKey(keySet!.keys, algorithm, keyId) ?? null);
    },
    refreshIfDue() {
      if (isDue()) refresh();
    },
    async load() {
      await loadKept();
      await refresh().done;
      if (attempt?.failure === undefined || !isUsable()) return;
      log.warn(
        { issuer: issuer.issuer, ageSeconds: Math.round((now() - fetchedAt) / 1000) },
        'kept issuer keys are used',
      );
    },
    get status() {
      const ageMs = keySet === undefined ? null : now() - fetchedAt;
      return { issuer: issuer.issuer, ageMs, isUsable: isUsable() };
    },
    async reload() {
      // A fetch that is under way may have read the earlier keys.
      await pending?.done;
      const before = keySet?.text;
      attempt = undefined;
      await refresh().done;
      return before !== undefined && keySet?.text !== before;
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
  if (compatible.length > 1) throw invalidToken('key', 'More than one key of the issuer fits the header of the token.');
  if (compatible.length === 0 && candidates.length > 0 && keyId !== undefined) {
    throw invalidToken('key', 'The "alg" of the token is not the algorithm of the key it names.');
  }
  return compatible[0]?.key;
}

/** Nothing is known about the token, so it is not reported as invalid. */
function keysUnavailable(cause: unknown): GatewayError {
  return new GatewayError('AUTHENTICATION_UNAVAILABLE', { retryAfter: minFetchIntervalMs / 1000 }, { cause });
}
