// Extracts the bearer token from a request (RFC 6750 section 2.1). Uses the raw header list, because Node.js keeps only
// the first of several Authorization headers, while a proxy in front may have checked another one.

import { GatewayError } from '../../errors/gateway-error.js';
import { declareLimit } from '../../limits.js';
import { invalidToken } from './token-errors.js';

/** Longer tokens (in bytes) are rejected without parsing. */
export const maxTokenBytes = declareLimit(8192, {
  section: 'HTTP',
  name: 'bearer token',
  unit: 'bytes',
  beyond: '`INVALID_TOKEN`',
});

/** The scheme and the token. */
const credentials = /^([^ ]*)(?: +(.*))?$/s;
/** RFC 6750's `b64token`. */
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * @param rawHeaders alternating names and values, as in Node's `IncomingMessage.rawHeaders`
 * @throws GatewayError MISSING_AUTHENTICATION if there are no bearer credentials, INVALID_TOKEN if they are not a single
 * token
 */
export function bearerToken(rawHeaders: readonly string[]): string {
  const at = indexOfAuthorization(rawHeaders);
  if (at === -1) throw new GatewayError('MISSING_AUTHENTICATION');
  if (indexOfAuthorization(rawHeaders, at + 2) !== -1)
    throw invalidToken('form', 'The request has more than one Authorization header.');
  const [, scheme = '', token = ''] = credentials.exec(rawHeaders[at + 1]!) ?? [];
  if (scheme === '') throw invalidToken('form', 'The Authorization header is empty.');
  if (scheme.toLowerCase() !== 'bearer') throw new GatewayError('MISSING_AUTHENTICATION');
  if (token.length > maxTokenBytes) throw invalidToken('form', `The token is longer than ${maxTokenBytes} bytes.`);
  if (!b64token.test(token))
    throw invalidToken('form', 'The Authorization header does not hold exactly one bearer token.');
  return token;
}

/**
 * Returns the token of a connection, which clients may send in several places.
 * @param sources the headers of each place, in the form that {@link bearerToken} takes
 * @throws GatewayError as {@link bearerToken} does, and INVALID_TOKEN for different tokens
 */
export function commonBearerToken(sources: readonly (readonly string[])[]): string {
  const given = sources.filter((headers) => indexOfAuthorization(headers) !== -1);
  const [token, ...others] = new Set(given.map(bearerToken));
  if (token === undefined) throw new GatewayError('MISSING_AUTHENTICATION');
  if (others.length > 0) throw invalidToken('form', 'The connection has different tokens in several places.');
  return token;
}

/** Returns the index of the header's name, or -1. */
function indexOfAuthorization(rawHeaders: readonly string[], from = 0): number {
  for (let index = from; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === 13 && name.toLowerCase() === 'authorization') return index;
  }
  return -1;
}
