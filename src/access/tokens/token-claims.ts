// The rules for the claims of a token with a valid signature: those for all tokens, and those for the issuer's type,
// which reject other JWTs that the issuer signs with the same keys.

import type { JWTPayload } from 'jose';
import { issuerRules, issuerTypes, otherAudienceFault, type TokenAudiences } from '../../config/issuer-types.js';
import type { IssuerConfig } from '../../config/values.js';
import { declareLimit } from '../../limits.js';
import { expiredToken, invalidToken } from './token-errors.js';

/** Maximum accepted error of an issuer's clock. */
const leewaySeconds = declareLimit(30, {
  section: 'Tokens and keys',
  name: 'leeway for clocks',
  unit: 's',
  beyond: '`EXPIRED_TOKEN`, `INVALID_TOKEN`',
});

/**
 * Checks everything except the token's age.
 * @throws GatewayError INVALID_TOKEN
 */
export function assertAcceptableClaims(claims: JWTPayload, issuer: IssuerConfig, nowSeconds: number): void {
  if (numericDate(claims, 'exp') === undefined) throw invalidToken('claim', 'The token has no "exp".');
  if ((numericDate(claims, 'nbf') ?? 0) > nowSeconds + leewaySeconds)
    throw invalidToken('time', 'The token is not yet valid.');
  if ((numericDate(claims, 'iat') ?? 0) > nowSeconds + leewaySeconds)
    throw invalidToken('time', 'The "iat" of the token is in the future.');
  // OpenID Connect Back-Channel Logout 1.0, section 2.4.
  if ('events' in claims) throw invalidToken('claim', 'The token is a logout token.');
  const tokenAudiences = { required: issuer.audience, named: audiences(claims) };
  if (issuer.audience !== undefined && !tokenAudiences.named.includes(issuer.audience))
    throw invalidToken('audience', otherAudienceFault);
  const fault = issuerRules[issuer.type].faultOf(claims, tokenAudiences);
  if (fault !== null) throw invalidToken('audience', fault + hintFor(claims, tokenAudiences));
}

/** Names the issuer type whose tokens look like this one, for operators who configured another type. */
function hintFor(claims: JWTPayload, tokenAudiences: TokenAudiences): string {
  const type = issuerTypes.find((name) => {
    const { faultOf, isTypical } = issuerRules[name];
    return isTypical(claims) && faultOf(claims, tokenAudiences) === null;
  });
  if (type === undefined) return '';
  const isComplete = tokenAudiences.required !== undefined || !issuerRules[type].requiresAudience;
  return ` An issuer of the type "${type}"${isComplete ? '' : ' with an "audience"'} would accept it.`;
}

/**
 * Rejects an expired token. Called last, so that a token is reported as expired only if nothing else is wrong with it.
 */
export function assertNotExpired(expiresAt: number, nowSeconds: number): void {
  if (nowSeconds >= expiresAt + leewaySeconds) throw expiredToken('The "exp" of the token is in the past.');
}

/** Returns the `aud` claim as a list. @throws GatewayError INVALID_TOKEN unless it is a string or a list of strings */
export function audiences({ aud }: JWTPayload): readonly string[] {
  const list: unknown = aud ?? [];
  if (typeof list === 'string') return [list];
  if (Array.isArray(list) && list.every((entry) => typeof entry === 'string')) return list;
  throw invalidToken('audience', 'The "aud" of the token is neither a string nor a list of strings.');
}

function numericDate(claims: JWTPayload, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const value: unknown = claims[name];
  // JSON may contain 1e400, which is parsed as Infinity.
  if (value !== undefined && !Number.isFinite(value))
    throw invalidToken('claim', `The "${name}" of the token is not a number.`);
  return value as number | undefined;
}
