// The issuers whose tokens are accepted. They can be replaced while the gateway runs. From then on, tokens of a
// withdrawn issuer are rejected, whether cached or not. Issuers that remain keep their keys.

import { isDeepStrictEqual } from 'node:util';
import type { IssuerConfig } from '../../config/values.js';
import type { Caller } from '../caller.js';
import { IssuerKeys, type KeyStatus } from './issuer-keys.js';
import { findPrefixOverlaps, findPrefixOwner } from './subject-prefixes.js';
import {
  type CachedTokenVerifier,
  createVerifierFor,
  type TokenVerifierOptions,
  type TrustedIssuer,
} from './token-verifier.js';
import { createVerifiedTokenCache } from './verified-token-cache.js';

/** Names of issuers. */
export interface IssuersChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Issuers whose configuration has changed. */
  readonly changed: readonly string[];
  /** Issuers with the same configuration but new keys. */
  readonly newKeys: readonly string[];
}

type IssuerOptions = Omit<TokenVerifierOptions, 'issuers'>;

/** The issuers of one configuration. */
interface Trust {
  readonly issuers: ReadonlyMap<string, TrustedIssuer>;
  readonly verifier: CachedTokenVerifier;
}
/** Verifies tokens of the issuers that are currently trusted. */
export class TrustedIssuers implements CachedTokenVerifier {
  readonly #acceptedBy = new WeakMap<Caller, IssuerConfig>();
  readonly #lookups = { hit: 0, miss: 0 };
  #trust: Trust;

  constructor(
    issuers: readonly IssuerConfig[],
    private readonly options: IssuerOptions,
  ) {
    this.#trust = this.#createTrust(issuers, new Map());
  }

  /** Counts of cache hits and misses for tokens. */
  get lookups(): { readonly hit: number; readonly miss: number } {
    return this.#lookups;
  }

  verify(token: string): Caller | Promise<Caller> {
    const trust = this.#trust;
    const verified = trust.verifier.verify(token);
    if (!(verified instanceof Promise)) return verified;
    return verified.then((caller) => {
      // The issuers were replaced in the meantime, and this one may have been withdrawn.
      if (trust !== this.#trust) return this.verify(token);
      this.#acceptedBy.set(caller, trust.issuers.get(caller.issuer)!.issuer);
      return caller;
    });
  }

  /**
   * Returns whether the issuer that accepted the caller's token is still trusted with the same configuration, and no
   * issuer with a longer prefix owns the caller's names. Bound, so that it can be passed as a function.
   */
  readonly isTrusted = (caller: Caller): boolean => {
    const issuer = this.#acceptedBy.get(caller);
    if (issuer === undefined || this.#trust.issuers.get(caller.issuer)?.issuer !== issuer) return false;
    return findPrefixOwner(caller, this.current()) === undefined;
  };

  /** Returns the issuers that are currently trusted. Also bound. */
  readonly current = (): readonly IssuerConfig[] => [...this.#trust.issuers.values()].map(({ issuer }) => issuer);

  /** Fetches the first keys of all issuers. Resolves once each fetch has succeeded or failed. */
  load(): Promise<void> {
    return this.#load(this.#trust.issuers.keys());
  }

  /** Returns the status of each issuer's keys. */
  keyStatus(): readonly KeyStatus[] {
    return [...this.#trust.issuers.values()].map(({ keys }) => keys.status);
  }

  /** Starts fetching the keys of issuers without usable ones, unless a fetch has just failed. */
  retryMissing(): void {
    for (const { keys } of this.#trust.issuers.values()) if (!keys.status.isUsable) keys.refreshIfDue();
  }

  /** Replaces all issuers, and fetches the keys of all of them. */
  async replace(next: readonly IssuerConfig[]): Promise<IssuersChange> {
    const before = this.#trust.issuers;
    this.#trust = this.#createTrust(next, before);
    const { issuers } = this.#trust;
    const names = [...issuers.keys()];
    const unchangedNames = names.filter((name) => issuers.get(name) === before.get(name));
    const [haveNewKeys] = await Promise.all([
      Promise.all(unchangedNames.map((name) => issuers.get(name)!.keys.reload())),
      this.#load(names.filter((name) => !unchangedNames.includes(name))),
    ]);
    return {
      added: names.filter((name) => !before.has(name)),
      removed: [...before.keys()].filter((name) => !names.includes(name)),
      changed: names.filter((name) => before.has(name) && !unchangedNames.includes(name)),
      newKeys: unchangedNames.filter((_name, index) => haveNewKeys[index]),
    };
  }

  async #load(names: Iterable<string>): Promise<void> {
    const { issuers } = this.#trust;
    await Promise.all([...names].map((name) => issuers.get(name)!.keys.load()));
  }

  #createTrust(next: readonly IssuerConfig[], known: ReadonlyMap<string, TrustedIssuer>): Trust {
    const { options } = this;
    const issuers = new Map(
      next.map((issuer): [string, TrustedIssuer] => {
        const unchanged = known.get(issuer.issuer);
        if (isDeepStrictEqual(unchanged?.issuer, issuer)) return [issuer.issuer, unchanged!];
        return [issuer.issuer, { issuer, keys: new IssuerKeys({ issuer, ...options }) }];
      }),
    );
    const { now, log } = options;
    const verifier = createVerifiedTokenCache(createVerifierFor(issuers, now), { now, lookups: this.#lookups });
    for (const { issuers, message, remedy } of findPrefixOverlaps(next)) log.warn({ issuers }, `${message} ${remedy}`);
    return { issuers, verifier };
  }
}
