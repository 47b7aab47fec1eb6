// Verifies a bearer token and returns its caller. The exact `iss` string selects the issuer, and only that issuer's
// keys and rules apply.

import { type CryptoKey, compactVerify, errors } from 'jose';
import type { IssuerConfig } from '../../config/values.js';
import type { Logger } from '../../telemetry/logger.js';
import type { Caller } from '../caller.js';
import { toCaller } from './caller-claims.js';
import { IssuerKeys } from './issuer-keys.js';
import type { KeptKeys } from './kept-keys.js';
import { findPrefixOwner } from './subject-prefixes.js';
import { assertAcceptableClaims, assertNotExpired } from './token-claims.js';
import { invalidToken } from './token-errors.js';
import { parseToken } from './token-header.js';

export interface TokenVerifier {
  /**
   * @throws GatewayError INVALID_TOKEN or EXPIRED_TOKEN with the reason as `cause`; AUTHENTICATION_UNAVAILABLE if the
   * issuer has no usable keys
   */
  verify(token: string): Promise<Caller>;
}

/** A verifier that returns cached callers synchronously, and promises only for new tokens. */
export interface CachedTokenVerifier {
  /** @throws GatewayError as {@link TokenVerifier.verify} does, but as the promise's rejection */
  verify(token: string): Caller | Promise<Caller>;
}

/** A verifier whose results can be cached until a key changes. */
export interface KeyedTokenVerifier extends TokenVerifier {
  /**
   * A counter that is incremented whenever a key of any issuer changes. Tokens verified before that must be verified
   * again.
   */
  keysVersion(): number;
  /** Refreshes the keys of the caller's issuer if due. Called when a cached verification is used. */
  refreshKeysIfDue(caller: Caller): void;
}

export interface TokenVerifierOptions {
  readonly issuers: readonly IssuerConfig[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  readonly kept?: KeptKeys;
}

export interface TrustedIssuer {
  readonly issuer: IssuerConfig;
  readonly keys: IssuerKeys;
}

export function createTokenVerifier({ issuers, ...options }: TokenVerifierOptions): KeyedTokenVerifier {
  const trusted = issuers.map((issuer) => ({ issuer, keys: new IssuerKeys({ issuer, ...options }) }));
  return createVerifierFor(new Map(trusted.map((entry) => [entry.issuer.issuer, entry])), options.now);
}

/** @param trusted issuers by name */
export function createVerifierFor(trusted: ReadonlyMap<string, TrustedIssuer>, now: () => number): KeyedTokenVerifier {
  const allKeys = [...trusted.values()].map(({ keys }) => keys);
  const issuers = [...trusted.values()].map(({ issuer }) => issuer);
  return {
    keysVersion: () => allKeys.reduce((sum, { version }) => sum + version, 0),
    refreshKeysIfDue: ({ issuer }) => trusted.get(issuer)?.keys.refreshIfDue(),
    async verify(token) {
      const { algorithm, keyId, claims } = parseToken(token);
      const { issuer, keys } = trusted.get(claims.iss as string) ?? unknownIssuer(claims.iss, [...trusted.keys()]);
      if (!(await isSigned(token, await keys.find(algorithm, keyId), algorithm))) {
        const refreshedKey = await keys.findRefreshed(algorithm, keyId);
        if (refreshedKey === null || !(await isSigned(token, refreshedKey, algorithm))) {
          throw invalidToken('signature', 'The signature of the token is not valid.');
        }
      }

      const nowSeconds = now() / 1000;
      assertAcceptableClaims(claims, issuer, nowSeconds);
      const caller = toCaller(claims, issuer);
      const owner = findPrefixOwner(caller, issuers);
      if (owner !== undefined) {
        throw invalidToken(
          'claim',
          `The subject or client of the token begins with "${owner.subjectPrefix}", the "subjectPrefix" of ${owner.issuer}.`,
        );
      }
      assertNotExpired(caller.expiresAt, nowSeconds);
      return caller;
    },
  };
}

async function isSigned(token: string, key: CryptoKey, algorithm: string): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
    return true;
  } catch (fault) {
    // Any error that is not the library's own is a fault of this program, not of the token.
    if (fault instanceof errors.JOSEError) return false;
    throw fault;
  }
}

function unknownIssuer(iss: unknown, issuers: readonly string[]): never {
  const similarIssuer = issuers.find(
    (issuer) => iss === `${issuer}/` || (typeof iss === 'string' && issuer === `${iss}/`),
  );
  if (similarIssuer)
    throw invalidToken(
      'issuer',
      `The "iss" of the token differs from the issuer ${similarIssuer} in the trailing slash.`,
    );
  throw invalidToken('issuer', 'The "iss" of the token is not a trusted issuer.');
}
