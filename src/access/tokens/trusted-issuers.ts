// The issuers whose tokens are accepted. They may be replaced while the gateway runs: the tokens of a withdrawn issuer
// are rejected from then on, cached or not. Issuers that stay keep their keys.

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

export interface TrustedIssuers extends CachedTokenVerifier {
  /** Tokens that were found in the cache of verified ones, and those that were not. */
  readonly lookups: { readonly hit: number; readonly miss: number };
  /**
   * Whether the issuer that accepted the caller's token is still trusted, with the same configuration, and none with a
   * longer prefix owns the caller's names.
   */
  isTrusted(caller: Caller): boolean;
  /** Returns the issuers that are trusted now. */
  current(): readonly IssuerConfig[];
  /** Fetches the first keys of all issuers. Resolves once each was fetched, or has failed. */
  load(): Promise<void>;
  /** Returns the status of the keys of each issuer. */
  keyStatus(): readonly KeyStatus[];
  /** Starts to fetch the keys of issuers without usable ones, unless that has just failed. */
  retryMissing(): void;
  /** Replaces all issuers, and fetches the keys of all. */
  replace(issuers: readonly IssuerConfig[]): Promise<IssuersChange>;
}

/** Names of issuers. */
export interface IssuersChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Issuers whose configuration differs from before. */
  readonly changed: readonly string[];
  /** Issuers with the same configuration, but other keys. */
  readonly newKeys: readonly string[];
}

export function createTrustedIssuers(
  issuers: TokenVerifierOptions['issuers'],
  options: Omit<TokenVerifierOptions, 'issuers'>,
): TrustedIssuers {
  let trusted = new Map<string, TrustedIssuer>();
  let verifier: CachedTokenVerifier;
  const acceptedBy = new WeakMap<Caller, IssuerConfig>();
  const lookups = { hit: 0, miss: 0 };
  setIssuers(issuers);

  function setIssuers(next: readonly IssuerConfig[]): void {
    const known = trusted;
    trusted = new Map(
      next.map((issuer) => {
        const unchanged = known.get(issuer.issuer);
        if (isDeepStrictEqual(unchanged?.issuer, issuer)) return [issuer.issuer, unchanged!];
        return [issuer.issuer, { issuer, keys: new IssuerKeys({ issuer, ...options }) }];
      }),
    );
    verifier = createVerifiedTokenCache(createVerifierFor(trusted, options.now), { now: options.now, lookups });
    for (const { issuers, message, remedy } of findPrefixOverlaps(next))
      options.log.warn({ issuers }, `${message} ${remedy}`);
  }

  function verify(token: string): Caller | Promise<Caller> {
    const verifierAtStart = verifier;
    const verified = verifierAtStart.verify(token);
    if (!(verified instanceof Promise)) return verified;
    return verified.then((caller) => {
      // The issuers were replaced meanwhile, and this one may have been withdrawn.
      if (verifierAtStart !== verifier) return verify(token);
      acceptedBy.set(caller, trusted.get(caller.issuer)!.issuer);
      return caller;
    });
  }

  const current = () => [...trusted.values()].map(({ issuer }) => issuer);
  const load = async (names: Iterable<string>) => {
    await Promise.all([...names].map((name) => trusted.get(name)!.keys.load()));
  };

  return {
    verify,
    load: () => load(trusted.keys()),
    lookups,
    keyStatus: () => [...trusted.values()].map(({ keys }) => keys.status),
    retryMissing() {
      for (const { keys } of trusted.values()) if (!keys.status.isUsable) keys.refreshIfDue();
    },
    isTrusted(caller) {
      const issuer = acceptedBy.get(caller);
      if (issuer === undefined || trusted.get(caller.issuer)?.issuer !== issuer) return false;
      return findPrefixOwner(caller, current()) === undefined;
    },
    current,
    async replace(next) {
      const before = trusted;
      setIssuers(next);
      const names = [...trusted.keys()];
      const unchangedNames = names.filter((name) => trusted.get(name) === before.get(name));
      const [haveNewKeys] = await Promise.all([
        Promise.all(unchangedNames.map((name) => trusted.get(name)!.keys.reload())),
        load(names.filter((name) => !unchangedNames.includes(name))),
      ]);
      return {
        added: names.filter((name) => !before.has(name)),
        removed: [...before.keys()].filter((name) => !names.includes(name)),
        changed: names.filter((name) => before.has(name) && !unchangedNames.includes(name)),
        newKeys: unchangedNames.filter((_name, index) => haveNewKeys[index]),
      };
    },
  };
}
