export interface TokenClaims {
  readonly subject: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** Returns the unverified claims of a token, for display, or `undefined` for a token that cannot be parsed. */
export function readClaims(token: string): TokenClaims | undefined {
  const { sub, exp } = readPayload(token) ?? {};
  return typeof sub === 'string' && typeof exp === 'number' ? { subject: sub, expires: exp } : undefined;
}

/** Returns the unverified payload of a JWT, or `undefined` for any other text. */
export function readPayload(jwt: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const payload = (jwt.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return Object(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** Returns false for a token that cannot be parsed, because the gateway decides about it. */
export function isExpired(token: string): boolean {
  const claims = readClaims(token);
  return claims !== undefined && claims.expires * 1000 <= Date.now();
}

/** Returns the token in a pasted text, which may be a complete header. */
export function tokenIn(text: string): string {
  return text.trim().replace(/^(authorization:\s*)?bearer\s+/i, '');
}
