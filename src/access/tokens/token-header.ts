import type { JWTPayload, ProtectedHeaderParameters } from 'jose';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { maxTokenBytes } from './bearer-token.js';
import { invalidToken } from './token-errors.js';

/** Three non-empty base64url parts. The decoder itself would accept white space and padding. */
const compactJws = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const acceptedTypes = ['jwt', 'at+jwt'];

/** The header and claims of a token, which must not be trusted before the signature is verified. */
export interface UnverifiedToken {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  readonly claims: JWTPayload;
}

/** @throws GatewayError INVALID_TOKEN if the token cannot be an access token of any issuer */
export function parseToken(token: string): UnverifiedToken {
  if (token.length > maxTokenBytes) throw invalidToken('form', `The token is longer than ${maxTokenBytes} bytes.`);
  if (!compactJws.test(token)) throw invalidToken('form', 'The token is not a signed JWT in compact form.');
  const { header, claims } = decode(token);
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string') throw invalidToken('form', 'The "alg" of the token is not a string.');
  if (kid !== undefined && typeof kid !== 'string')
    throw invalidToken('form', 'The "kid" of the token is not a string.');
  if (typ !== undefined && !isAcceptedType(typ))
    throw invalidToken('form', 'The "typ" of the token is not that of an access token.');
  // No extensions are supported, and RFC 7519 forbids unencoded payloads (RFC 7797) in JWTs.
  if ('crit' in header) throw invalidToken('form', 'The token has critical header parameters.');
  if ('b64' in header && header.b64 !== true) throw invalidToken('form', 'The payload of the token is not encoded.');
  return { algorithm: alg, keyId: kid, claims };
}

function decode(token: string): { header: ProtectedHeaderParameters; claims: JWTPayload } {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch {
    throw invalidToken('form', 'The header or the payload of the token is not a base64url-encoded JSON object.');
  }
}

/**
 * Returns whether a `typ` is accepted. It is a media type whose `application/` may be omitted (RFC 7515 section 4.1.9).
 */
function isAcceptedType(typ: unknown): boolean {
  return typeof typ === 'string' && acceptedTypes.includes(typ.toLowerCase().replace(/^application\//, ''));
}
