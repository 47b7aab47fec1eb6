import type { IncomingMessage, Server } from 'node:http';
import { GatewayError } from '../errors/gateway-error.js';
import { declareLimit } from '../limits.js';

/**
 * Node limits the total length of URL and headers, and reports a long URL as a header overflow. This limit has its own
 * error. Node's URLs are Latin-1, so one character is one byte.
 */
export const maxUrlBytes = declareLimit(8192, {
  section: 'HTTP',
  name: 'URL',
  unit: 'bytes',
  beyond: '`URI_TOO_LONG`',
});

export function isUrlTooLong(url: string): boolean {
  return url.length > maxUrlBytes;
}

/** Rejects invalid requests that Node's parser accepts. @throws GatewayError URI_TOO_LONG or MALFORMED_REQUEST */
export function assertAcceptable(request: IncomingMessage): void {
  if (isUrlTooLong(request.url!)) throw new GatewayError('URI_TOO_LONG');
  if (!hasValidHost(request)) throw new GatewayError('MALFORMED_REQUEST');
}

/** Ignores unknown expectations, as RFC 9110 §10.1.1 allows. Node would respond with 417 and no body. */
export function ignoreExpectations(server: Server): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/**
 * Returns whether there is exactly one Host header (RFC 9112 §3.2). Node keeps the first, but a proxy in front may have
 * used another.
 */
function hasValidHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}
