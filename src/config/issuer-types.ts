// The types of token issuers, one row each, with the members that an entry of AUTH_ISSUERS must have, and the claims
// that its tokens must have.

import type { JWTPayload } from 'jose';

export interface TokenAudiences {
  /** The audience that the issuer's tokens must contain. */
  readonly required: string | undefined;
  /** The audiences of this token. */
  readonly named: readonly string[];
}

export interface IssuerRules {
  readonly requiresAudience: boolean;
  /** Whether the issuer has a discovery document, so that `jwks` may be omitted. */
  readonly hasDiscovery: boolean;
  /**
   * Whether users can sign in there with OpenID Connect according to its discovery document, which need not contain
   * keys.
   */
  readonly allowsSignIn: boolean;
  /** Whether an entry may specify the claim of the subject. */
  readonly allowsSubjectClaim: boolean;
  /** The claims that may identify the client. The first one that is present is used. */
  readonly clientClaims: readonly string[];
  /** Returns the reason to reject a token with a valid signature, or `null` for an access token of such an issuer. */
  readonly faultOf: (claims: JWTPayload, audiences: TokenAudiences) => string | null;
  /**
   * Returns whether tokens of such issuers look like this. If so, the log line for a rejected token names the type.
   */
  readonly isTypical: (claims: JWTPayload) => boolean;
  /** Whether top-level claims confine a token as those in `ext` do: always, if they are ids, or never. */
  readonly topLevelConfinement: 'always' | 'ids' | 'never';
}

/** The audience of tokens for a single task. */
export const taskAudience = /^https:\/\/.*\/tasks\/(?<id>.*)$/is;

/** Only ID tokens have one of these (OpenID Connect Core 1.0, sections 2 and 3.3.2.11). */
const idTokenClaims = ['at_hash', 'c_hash', 's_hash', 'nonce'];
/** These also indicate an ID token, unless a `client_id` shows that it is an access token (RFC 9068 section 2.2). */
const signInClaims = ['auth_time', 'acr', 'amr', 'azp', 'rat'];
const openIdClientClaims = ['client_id', 'azp', 'cid', 'appid'];

const idTokenFault = 'The token is an ID token.';
export const otherAudienceFault = 'The token is for another audience.';

export const issuerRules = {
  hydra: {
    requiresAudience: false,
    hasDiscovery: false,
    allowsSignIn: true,
    allowsSubjectClaim: false,
    clientClaims: ['client_id'],
    faultOf: hydraFault,
    isTypical: (claims) => hasText(claims, 'client_id') && hasScope(claims),
    // Hydra can be configured to mirror the claims of `ext` to the top level.
    topLevelConfinement: 'always',
  },
  kratos: {
    requiresAudience: false,
    hasDiscovery: false,
    allowsSignIn: false,
    allowsSubjectClaim: false,
    clientClaims: ['client_id'],
    faultOf: kratosFault,
    isTypical: (claims) =>
      hasText(claims, 'sid') &&
      ![...openIdClientClaims, ...idTokenClaims, ...signInClaims, 'typ', 'scp', 'scope'].some((name) => name in claims),
    topLevelConfinement: 'never',
  },
  oidc: {
    requiresAudience: true,
    hasDiscovery: true,
    allowsSignIn: true,
    allowsSubjectClaim: true,
    clientClaims: openIdClientClaims,
    faultOf: openIdFault,
    isTypical: (claims) =>
      openIdClientClaims.some((name) => hasText(claims, name)) &&
      (claims.typ === 'Bearer' || !idTokenClaims.some((name) => name in claims)),
    // Some issuers have a top-level `org_id` for their own organizations.
    topLevelConfinement: 'ids',
  },
} as const satisfies Readonly<Record<string, IssuerRules>>;

export type IssuerType = keyof typeof issuerRules;
export const issuerTypes = Object.keys(issuerRules) as IssuerType[];

function hydraFault(claims: JWTPayload, { required }: TokenAudiences): string | null {
  const hasClient = hasText(claims, 'client_id');
  if (idTokenClaims.some((claim) => claim in claims)) return idTokenFault;
  if (!hasClient && signInClaims.some((claim) => claim in claims)) {
    return 'The token looks like an ID token: it has claims of a sign-in and no "client_id".';
  }
  if (required !== undefined) return null;
  if (!hasClient) return 'The token has no "client_id".';
  return Array.isArray(claims.scp) || typeof claims.scope === 'string' ? null : 'The token has no scope.';
}

/** Kratos sets no audience by default. If one is configured there, it specifies the only recipients. */
function kratosFault(_claims: JWTPayload, { required, named }: TokenAudiences): string | null {
  return required === undefined && !named.every((entry) => taskAudience.test(entry)) ? otherAudienceFault : null;
}

/** In Keycloak, the payload contains the kind of token. */
function openIdFault(claims: JWTPayload): string | null {
  if (claims.typ !== undefined) return claims.typ === 'Bearer' ? null : 'The "typ" in the payload is not "Bearer".';
  const hasSignInNonce = 'nonce' in claims && !hasScope(claims);
  return 'at_hash' in claims || 'c_hash' in claims || hasSignInNonce ? idTokenFault : null;
}

function hasText(claims: JWTPayload, name: string): boolean {
  return typeof claims[name] === 'string' && claims[name] !== '';
}

function hasScope({ scp, scope }: JWTPayload): boolean {
  return Array.isArray(scp) || typeof scp === 'string' || typeof scope === 'string';
}
