import { tryParseJSONC } from '@graphiql/react';

/** The headers editor's text that carries a token. */
export function toHeadersText(token: string): string {
  return JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2);
}

/** The bearer token in the headers editor's text: '' when it holds none, undefined while it is not JSON. */
export function bearerTokenIn(headersText: string): string | undefined {
  try {
    const headers = Object.entries(tryParseJSONC(headersText) ?? {});
    const authorization = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1];
    return /^Bearer +(\S+)$/i.exec(String(authorization))?.[1] ?? '';
  } catch {
    return undefined;
  }
}

export interface TokenClaims {
  readonly subject: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** What a token says of itself, unverified: for people's eyes. Undefined when it cannot be read. */
export function readClaims(token: string): TokenClaims | undefined {
  try {
    const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const { sub, exp } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof sub === 'string' && typeof exp === 'number' ? { subject: sub, expires: exp } : undefined;
  } catch {
    return undefined;
  }
}
