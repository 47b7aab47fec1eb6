// The issuers whose tokens are accepted. They may be replaced while the gateway runs: from then on no token counts that
// one of the withdrawn has signed, remembered or not, while the keys of those that stay are kept.

import { isDeepStrictEqual } from 'node:util';
import type { IssuerConfig } from '../../config/values.js';
import type { Caller } from '../caller.js';
import { createIssuerKeys } from './issuer-keys.js';
import { issuersSharingSubjects } from './shared-subjects.js';
import {
  createVerifierFor,
  type TokenVerifier,
  type TokenVerifierOptions,
  type TrustedIssuer,
} from './token-verifier.js';
import { createVerifiedTokenCache } from './verified-token-cache.js';

export interface TrustedIssuers extends TokenVerifier {
  /** Whether the caller's issuer is still trusted, by the same rules. */
  isTrusted(caller: Caller): boolean;
  /** Those that are trusted now. */
  current(): readonly IssuerConfig[];
  /** Trusts these and no other, and fetches the keys of those that stay. */
  replace(issuers: readonly IssuerConfig[]): Promise<IssuersChange>;
}

/** Each a list of names. */
export interface IssuersChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Trusted by other rules, or with keys from elsewhere. */
  readonly changed: readonly string[];
  /** With other keys than before. */
  readonly newKeys: readonly string[];
}

export function createTrustedIssuers(
  issuers: TokenVerifierOptions['issuers'],
  options: Omit<TokenVerifierOptions, 'issuers'>,
): TrustedIssuers {
  let trusted = new Map<string, TrustedIssuer>();
  let verifier: TokenVerifier;
  const acceptedBy = new WeakMap<Caller, IssuerConfig>();
  setIssuers(issuers);

  function setIssuers(next: readonly IssuerConfig[]): void {
    const known = trusted;
    trusted = new Map(
      next.map((issuer) => {
        const unchanged = known.get(issuer.issuer);
        if (isDeepStrictEqual(unchanged?.issuer, issuer)) return [issuer.issuer, unchanged!];
        return [issuer.issuer, { issuer, keys: createIssuerKeys({ issuer, ...options }) }];
      }),
    );
    verifier = createVerifiedTokenCache(createVerifierFor(trusted, options.now), options);
    const sharedSubjectIssuers = issuersSharingSubjects(next);
    if (sharedSubjectIssuers.length > 0)
      options.log.warn({ issuers: sharedSubjectIssuers }, 'These issuers share one space of subjects.');
  }

  return {
    async verify(token) {
      for (;;) {
        const verifierAtStart = verifier;
        const caller = await verifierAtStart.verify(token);
        // Otherwise its issuer may have been withdrawn in the meantime.
        if (verifierAtStart !== verifier) continue;
        acceptedBy.set(caller, trusted.get(caller.issuer)!.issuer);
        return caller;
      }
    },
    isTrusted(caller) {
      const issuer = acceptedBy.get(caller);
      return issuer !== undefined && trusted.get(caller.issuer)?.issuer === issuer;
    },
    current: () => [...trusted.values()].map(({ issuer }) => issuer),
    async replace(next) {
      const before = trusted;
      setIssuers(next);
      const names = [...trusted.keys()];
      const unchangedNames = names.filter((name) => trusted.get(name) === before.get(name));
      const haveNewKeys = await Promise.all(unchangedNames.map((name) => trusted.get(name)!.keys.reload()));
      return {
        added: names.filter((name) => !before.has(name)),
        removed: [...before.keys()].filter((name) => !names.includes(name)),
        changed: names.filter((name) => before.has(name) && !unchangedNames.includes(name)),
        newKeys: unchangedNames.filter((_name, index) => haveNewKeys[index]),
      };
    },
  };
}
