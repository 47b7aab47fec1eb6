import { readPayload } from './token-claims.js';

/**
 * Rejects an ID token that is for another client, or has unexpected claims. Its signature is not verified, because it
 * came from the token endpoint over TLS (OpenID Connect Core 1.0, section 3.1.3.7).
 * @throws Error
 */
export function assertIdToken(idToken: string, clientId: string, expected: Readonly<Record<string, unknown>>): void {
  const payload = readPayload(idToken) ?? {};
  const isForClient = [payload.aud].flat().includes(clientId);
  if (!isForClient || Object.entries(expected).some(([claim, value]) => payload[claim] !== value))
    throw new Error('The ID token is not for this sign-in. Sign in again.');
}

/** Returns the user's name, or `undefined` for an ID token without one. */
export function nameIn(idToken: string): string | undefined {
  const { name, preferred_username: username, sub } = readPayload(idToken) ?? {};
  return [name, username, sub].find((claim) => typeof claim === 'string' && claim !== '') as string | undefined;
}
