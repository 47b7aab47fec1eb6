// The keys of one issuer. They are refreshed while in use, so that a withdrawn key stops working. If their source
// fails, they are kept for a while, so that an outage of the issuer does not become an outage of the gateway.

import { setTimeout as sleep } from 'node:timers/promises';
import type { CryptoKey } from 'jose';
import type { IssuerConfig } from '../../config/values.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { declareLimit } from '../../limits.js';
import type { Logger } from '../../telemetry/logger.js';
import type { KeptKeys } from './kept-keys.js';
import { canonicalAlgorithm, type KeySet, parseKeySet, type VerificationKey } from './key-set.js';
import { readKeyDocument } from './key-source.js';
import { invalidToken } from './token-errors.js';

const fetchTimeoutMs = declareLimit(3000, {
  section: 'Tokens and keys',
  name: 'time to fetch a key set',
  unit: 'ms',
  shownAs: 's',
  beyond: 'the previous keys remain in use; `AUTHENTICATION_UNAVAILABLE` without keys',
});
const refreshAfterMs = declareLimit(60_000, {
  section: 'Tokens and keys',
  name: 'age of a key set before it is refreshed',
  unit: 'ms',
  shownAs: 's',
  beyond: 'refreshed in the background',
});
/** An older set is refreshed before it is used. Also the maximum `max-age` that overrides {@link refreshAfterMs}. */
const maxUseWithoutRefreshMs = declareLimit(300_000, {
  section: 'Tokens and keys',
  name: 'age of a key set that is used before a refresh',
  unit: 'ms',
  shownAs: 's',
  beyond: 'refreshed before it is used',
});
/**
 * The time, counted from the start of a fetch, for which requests wait for it if an earlier set can be used instead.
 */
const maxWaitMs = declareLimit(1000, {
  section: 'Tokens and keys',
  name: 'time that a request waits for a refresh',
  unit: 'ms',
  shownAs: 's',
  beyond: 'the previous keys are used',
});
/** Tokens with made-up key ids must not put load on the issuer. */
const minFetchIntervalMs = declareLimit(1000, {
  section: 'Tokens and keys',
  name: 'time between two fetches, including failed ones',
  unit: 'ms',
  shownAs: 's',
});
/**
 * The pause after a failure before an old set is refreshed again: requests must not wait for a hanging source each
 * time.
 */
const failureRetryMs = declareLimit(10_000, {
  section: 'Tokens and keys',
  name: 'time without a refresh after a failed one',
  unit: 'ms',
  shownAs: 's',
  beyond: 'unless a token names an unknown key',
});

export const maxStaleMs = declareLimit(21_600_000, {
  section: 'Tokens and keys',
  name: 'age of a key set while its source fails, also across a restart',
  unit: 'ms',
  shownAs: 's',
  beyond: '`AUTHENTICATION_UNAVAILABLE`',
});

export interface IssuerKeysOptions {
  readonly issuer: IssuerConfig;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  readonly timeoutMs?: number;
  /** Stores keys for the next start. By default, they are not stored. */
  readonly kept?: KeptKeys | undefined;
}

/** The age of an issuer's keys. */
export interface KeyStatus {
  /** The `iss` claim of the issuer's tokens. */
  readonly issuer: string;
  /** Milliseconds since the keys were fetched; `null` if they never were. */
  readonly ageMs: number | null;
  /** Whether tokens can be verified. */
  readonly isUsable: boolean;
}

/** A fetch of the keys. */
interface Refresh {
  readonly done: Promise<void>;
  /** Settles with the fetch, or after {@link maxWaitMs}. */
  readonly wait: Promise<void>;
}

export class IssuerKeys {
  readonly #issuer: IssuerConfig;
  readonly #now: () => number;
  readonly #log: Logger;
  readonly #timeoutMs: number;
  readonly #kept: KeptKeys | undefined;
  #keySet: KeySet | undefined;
  #version = 0;
  #fetchedAt = 0;
  #refreshMs = refreshAfterMs;
  #attempt: { readonly at: number; readonly failure?: unknown } | undefined;
  #pending: Refresh | undefined;

  constructor({ issuer, now, log, timeoutMs = fetchTimeoutMs, kept }: IssuerKeysOptions) {
    this.#issuer = issuer;
    this.#now = now;
    this.#log = log;
    this.#timeoutMs = timeoutMs;
    // Keys from a file need no copy.
    this.#kept = issuer.jwks?.startsWith('file:') ? undefined : kept;
  }

  /** Incremented whenever the keys change. */
  get version(): number {
    return this.#version;
  }

  get status(): KeyStatus {
    const ageMs = this.#keySet === undefined ? null : this.#now() - this.#fetchedAt;
    return { issuer: this.#issuer.issuer, ageMs, isUsable: this.#isUsable };
  }

  /**
   * Returns the issuer's only key that matches a token's header.
   * @throws GatewayError INVALID_TOKEN unless exactly one key matches; AUTHENTICATION_UNAVAILABLE if no keys were
   * fetched yet or within {@link maxStaleMs}, or if no key matches and the last fetch failed
   */
  async find(algorithm: string, keyId: string | undefined): Promise<CryptoKey> {
    const known = selectKey(await this.#currentKeys(), algorithm, keyId);
    if (known) return known;
    await this.#refresh().done;
    const refetched = selectKey(await this.#currentKeys(), algorithm, keyId);
    if (refetched) return refetched;
    // The issuer may have published the key in the meantime.
    if (this.#attempt?.failure !== undefined) throw keysUnavailable(this.#attempt.failure);
    throw invalidToken('key', 'The issuer has no key that matches the "kid" and "alg" of the token.');
  }

  /**
   * Returns a matching key from a newer set after a signature failed to verify, because the issuer may have reused the
   * id of an old key. Returns `null` if the set has not changed or if no key in it matches.
   */
  async findRefreshed(algorithm: string, keyId: string | undefined): Promise<CryptoKey | null> {
    const before = this.#version;
    await this.#refresh().done;
    return this.#version === before ? null : (selectKey(this.#keySet!.keys, algorithm, keyId) ?? null);
  }

  /** Starts a refresh if one is due, without waiting for it. Called for tokens whose verification is cached. */
  refreshIfDue(): void {
    if (this.#isDue) this.#refresh();
  }

  /** Fetches the first keys. Until then, keys stored by an earlier process are used. Never rejects. */
  async load(): Promise<void> {
    await this.#loadKept();
    await this.#refresh().done;
    if (this.#attempt?.failure === undefined || !this.#isUsable) return;
    const ageSeconds = Math.round((this.#now() - this.#fetchedAt) / 1000);
    this.#log.warn({ issuer: this.#issuer.issuer, ageSeconds }, 'using stored issuer keys');
  }

  /** Fetches the keys even if they are fresh. Never rejects. @returns whether they have changed */
  async reload(): Promise<boolean> {
    // A fetch in progress may have read the previous keys.
    await this.#pending?.done;
    const before = this.#keySet?.text;
    this.#attempt = undefined;
    await this.#refresh().done;
    return before !== undefined && this.#keySet?.text !== before;
  }

  async #currentKeys(): Promise<readonly VerificationKey[]> {
    if (this.#keySet === undefined) await this.#refresh().done;
    else if (!this.#isUsable) await this.#refresh().wait;
    else if (this.#isDue) {
      const { wait } = this.#refresh();
      if (!this.#isWithin(this.#fetchedAt, maxUseWithoutRefreshMs)) await wait;
    }
    if (!this.#isUsable) throw keysUnavailable(this.#attempt?.failure);
    return this.#keySet!.keys;
  }

  /** Fetches the keys unless the last attempt was very recent. Never rejects. Concurrent callers share one fetch. */
  #refresh(): Refresh {
    if (this.#pending) return this.#pending;
    if (this.#attempt && this.#isWithin(this.#attempt.at, minFetchIntervalMs))
      return { done: Promise.resolve(), wait: Promise.resolve() };
    const done = this.#fetch().finally(() => {
      this.#pending = undefined;
    });
    this.#pending = { done, wait: Promise.race([done, sleep(maxWaitMs, undefined, { ref: false })]) };
    return this.#pending;
  }

  async #fetch(): Promise<void> {
    const { issuer } = this.#issuer;
    try {
      const { document, maxAgeMs } = await readKeyDocument(this.#issuer, this.#timeoutMs);
      const fetched = await parseKeySet(document);
      if (fetched.text !== this.#keySet?.text) {
        this.#keySet = fetched;
        this.#version += 1;
      }
      this.#fetchedAt = this.#now();
      this.#refreshMs = Math.min(Math.max(maxAgeMs, refreshAfterMs), maxUseWithoutRefreshMs);
      this.#attempt = { at: this.#fetchedAt };
      this.#kept?.write(this.#issuer, { fetchedAt: this.#fetchedAt, keys: fetched.keys.map(({ jwk }) => jwk) });
      this.#log.debug({ issuer, keys: fetched.keys.length }, 'issuer keys fetched');
    } catch (failure) {
      this.#attempt = { at: this.#now(), failure };
      this.#log.warn({ issuer, err: failure }, 'fetching issuer keys failed');
    }
  }

  async #loadKept(): Promise<void> {
    const last = await this.#kept?.read(this.#issuer);
    if (last === undefined || this.#keySet !== undefined || !this.#isWithin(last.fetchedAt, maxStaleMs)) return;
    try {
      this.#keySet = await parseKeySet({ keys: last.keys });
    } catch (error) {
      this.#log.warn({ issuer: this.#issuer.issuer, err: error }, 'stored issuer keys are unusable');
      return;
    }
    this.#version += 1;
    this.#fetchedAt = last.fetchedAt;
  }

  /**
   * If the clock was set back, this counts as elapsed time. Otherwise nothing would be refreshed until the clock caught
   * up.
   */
  #isWithin(since: number, milliseconds: number): boolean {
    const elapsed = this.#now() - since;
    return elapsed >= 0 && elapsed < milliseconds;
  }

  get #isUsable(): boolean {
    return this.#keySet !== undefined && this.#now() - this.#fetchedAt < maxStaleMs;
  }

  get #isDue(): boolean {
    const hasJustFailed = this.#attempt?.failure !== undefined && this.#isWithin(this.#attempt.at, failureRetryMs);
    return !this.#isWithin(this.#fetchedAt, this.#refreshMs) && !hasJustFailed;
  }
}

/** @throws GatewayError if these keys show that the token is invalid, so that fetching them again would not help */
function selectKey(
  keys: readonly VerificationKey[],
  algorithm: string,
  keyId: string | undefined,
): CryptoKey | undefined {
  const candidates = keyId === undefined ? keys : keys.filter(({ id }) => id === keyId);
  const compatible = candidates.filter((key) => key.algorithm === canonicalAlgorithm(algorithm));
  if (compatible.length > 1)
    throw invalidToken('key', 'More than one key of the issuer matches the header of the token.');
  if (compatible.length === 0 && candidates.length > 0 && keyId !== undefined) {
    throw invalidToken('key', 'The "alg" of the token differs from the algorithm of its key.');
  }
  return compatible[0]?.key;
}

/** The token may be valid, so it is not reported as invalid. */
function keysUnavailable(cause: unknown): GatewayError {
  return new GatewayError('AUTHENTICATION_UNAVAILABLE', { retryAfter: minFetchIntervalMs / 1000 }, { cause });
}
