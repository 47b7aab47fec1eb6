import { readPayload } from './token-claims.js';

/**
 * Rejects an ID token that is not for this client, or has other claims than the expected ones. Its signature is not verified:
 * it came from the token endpoint over TLS (OpenID Connect Core 1.0, section 3.1.3.7).
 * @throws Error
 */
export function assertIdToken(idToken: string, clientId: string, expected: Readonly<Record<string, unknown>>): void {
  const payload = readPayload(idToken) ?? {};
  const isForClient = [payload.aud].flat().includes(clientId);
  if (!isForClient || Object.entries(expected).some(([claim, value]) => payload[claim] !== value))
    throw new Error('The ID token is not for this sign-in. Sign in again.');
}

/** Returns the person's name; undefined for an ID token without one. */
export function nameIn(idToken: string): string | undefined {
  const { name, preferred_username: username, sub } = readPayload(idToken) ?? {};
  return [name, username, sub].find((claim) => typeof claim === 'string' && claim !== '') as string | undefined;
}
