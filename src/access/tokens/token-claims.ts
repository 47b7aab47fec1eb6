// The rules for the claims of a token whose signature is valid: what each type of issuer must say, and which of its
// other JWTs, signed with the same keys, must not pass for an access token.

import type { JWTPayload } from 'jose';
import type { IssuerConfig, IssuerType } from '../../config.js';
import { expiredToken, invalidToken } from './token-errors.js';

// limit | Tokens and keys | leeway for clocks | s | `EXPIRED_TOKEN`, `INVALID_TOKEN`
/** How far the issuer's clock may be off. */
const leewaySeconds = 30;

/** Only an ID token has one of these (OpenID Connect Core 1.0, sections 2 and 3.3.2.11). */
const idTokenClaims = ['at_hash', 'c_hash', 's_hash', 'nonce'];
/** These mark an ID token too, unless a `client_id` says that it is an access token (RFC 9068 section 2.2). */
const signInClaims = ['auth_time', 'acr', 'amr', 'azp', 'rat'];

/** Of the tokens for a task alone. */
export const taskAudience = /^https:\/\/.*\/tasks\/(?<id>.*)$/is;

/** What only some types of issuers must say. */
const rules: Readonly<Record<IssuerType, (claims: JWTPayload, issuer: IssuerConfig) => void>> = {
  hydra: assertHydraAccessToken,
  kratos: assertKratosSession,
};

/**
 * Checks everything but the age of the token.
 * @throws GatewayError INVALID_TOKEN
 */
export function assertAcceptableClaims(claims: JWTPayload, issuer: IssuerConfig, nowSeconds: number): void {
  if (numericDate(claims, 'exp') === undefined) throw invalidToken('The token has no "exp".');
  if ((numericDate(claims, 'nbf') ?? 0) > nowSeconds + leewaySeconds) throw invalidToken('The token is not yet valid.');
  if ((numericDate(claims, 'iat') ?? 0) > nowSeconds + leewaySeconds)
    throw invalidToken('The "iat" lies in the future.');
  // OpenID Connect Back-Channel Logout 1.0, section 2.4.
  if ('events' in claims) throw invalidToken('The token is a logout token.');
  if (issuer.audience !== undefined && !audiences(claims).includes(issuer.audience)) {
    throw invalidToken('The token is for another audience.');
  }
  rules[issuer.type](claims, issuer);
}

/** Checked last: a token is reported as expired only when nothing else is wrong with it. */
export function assertNotExpired(expiresAt: number, nowSeconds: number): void {
  if (nowSeconds >= expiresAt + leewaySeconds) throw expiredToken('The "exp" of the token has passed.');
}

/** The `aud` claim as a list. @throws GatewayError INVALID_TOKEN when it is neither a string nor a list of strings */
export function audiences({ aud }: JWTPayload): readonly string[] {
  const list: unknown = aud ?? [];
  if (typeof list === 'string') return [list];
  if (Array.isArray(list) && list.every((entry) => typeof entry === 'string')) return list;
  throw invalidToken('The "aud" of the token is neither a string nor a list of strings.');
}

function assertHydraAccessToken(claims: JWTPayload, issuer: IssuerConfig): void {
  const hasClient = typeof claims.client_id === 'string' && claims.client_id !== '';
  if (idTokenClaims.some((claim) => claim in claims)) throw invalidToken('The token is an ID token.');
  if (!hasClient && signInClaims.some((claim) => claim in claims)) {
    throw invalidToken('The token looks like an ID token: it has claims of a sign-in and no "client_id".');
  }
  if (issuer.audience !== undefined) return;
  if (!hasClient) throw invalidToken('The token has no "client_id".');
  if (!Array.isArray(claims.scp) && typeof claims.scope !== 'string') throw invalidToken('The token has no scope.');
}

/** Kratos sets no audience by itself: one that was configured there is for whoever it names. */
function assertKratosSession(claims: JWTPayload, { audience }: IssuerConfig): void {
  if (audience === undefined && !audiences(claims).every((entry) => taskAudience.test(entry))) {
    throw invalidToken('The token is for another audience.');
  }
}

function numericDate(claims: JWTPayload, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const value: unknown = claims[name];
  // JSON can say 1e400, which is read as Infinity.
  if (value !== undefined && !Number.isFinite(value)) throw invalidToken(`The "${name}" of the token is not a number.`);
  return value as number | undefined;
}
