// Reads the document with an issuer's keys, limited in time and size: an endpoint that hangs, redirects or sends
// endless data must not affect the gateway.

import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { IssuerConfig } from '../../config/values.js';
import { faultOfKeySource, networkProtocols } from '../../config/values.js';
import { declareLimit } from '../../limits.js';

const maxDocumentBytes = declareLimit(262_144, {
  section: 'Tokens and keys',
  name: 'key set of an issuer',
  unit: 'bytes',
  beyond: 'the previous keys remain in use',
});

export interface KeyDocument {
  /** Parsed JSON of any form. */
  readonly document: unknown;
  /** The `max-age` of the response, or 0 if it has none. */
  readonly maxAgeMs: number;
}

/** @throws Error if the key set, or the discovery document that refers to it, cannot be read within the limits */
export async function readKeyDocument({ issuer, jwks }: IssuerConfig, timeoutMs: number): Promise<KeyDocument> {
  if (jwks?.startsWith('file:')) return toDocument('key set', await readKeyFile(fileURLToPath(jwks)), 0);
  const signal = AbortSignal.timeout(timeoutMs);
  return download('key set', jwks ?? (await discoverKeys(issuer, signal)), signal);
}

/** Returns the URL of an issuer's discovery document (OpenID Connect Discovery 1.0, section 4). */
export function discoveryUrlOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** An issuer's discovery document. Each endpoint is checked when it is used. */
export interface Discovery {
  readonly document: Readonly<Record<string, unknown>>;
  readonly maxAgeMs: number;
  /** @throws Error unless the endpoint is a URL that may be requested */
  endpoint(name: string): string;
}

/** @throws Error if the document cannot be read within the limits, or belongs to another issuer */
export async function readDiscovery(issuer: string, signal: AbortSignal): Promise<Discovery> {
  const read = await download('discovery document', discoveryUrlOf(issuer), signal);
  const document = Object(read.document) as Record<string, unknown>;
  if (document.issuer !== issuer)
    throw new Error('The "issuer" of the discovery document differs from the configured issuer.');
  return {
    document,
    maxAgeMs: read.maxAgeMs,
    endpoint(name) {
      const fault = faultOfKeySource(document[name], networkProtocols);
      if (fault !== null) throw new Error(`The "${name}" of the discovery document is ${fault}.`);
      return document[name] as string;
    },
  };
}

async function discoverKeys(issuer: string, signal: AbortSignal): Promise<string> {
  return (await readDiscovery(issuer, signal)).endpoint('jwks_uri');
}

function toDocument(what: string, bytes: Buffer, maxAgeMs: number): KeyDocument {
  try {
    return { document: JSON.parse(bytes.toString('utf8')), maxAgeMs };
  } catch {
    // The parser's own message would quote the document, which might not be the public one that was meant.
    throw new Error(`The ${what} is not JSON.`);
  }
}

async function readKeyFile(path: string): Promise<Buffer> {
  const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Error(`${path} does not exist.`) : error;
  });
  if (!status.isFile()) throw new Error('The key set is not a regular file.');
  if (status.size > maxDocumentBytes) throw tooLarge('key set');
  return readFile(path);
}

async function download(what: string, url: string, signal: AbortSignal): Promise<KeyDocument> {
  const response = await fetch(url, {
    // A redirect could lead to a host or scheme that was never configured.
    redirect: 'error',
    // A server that has restarted may have closed a kept-alive connection, which would make this request fail.
    headers: { accept: 'application/jwk-set+json, application/json', connection: 'close' },
    signal,
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`The ${what} request returned status ${response.status}.`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxDocumentBytes) throw tooLarge(what);
    chunks.push(chunk);
  }
  return toDocument(what, Buffer.concat(chunks), maxAgeMsOf(response.headers));
}

/** Returns what remains of `max-age` after the time that the response spent in caches (RFC 9111). */
function maxAgeMsOf(headers: Headers): number {
  const cacheControl = headers.get('cache-control') ?? '';
  if (/\bno-(?:store|cache)\b/i.test(cacheControl)) return 0;
  const [, seconds = '0'] = /(?:^|[\s,])max-age="?(\d{1,9})/i.exec(cacheControl) ?? [];
  return (Number(seconds) - (Number(headers.get('age')) || 0)) * 1000;
}

function tooLarge(what: string): Error {
  return new Error(`The ${what} is larger than ${maxDocumentBytes} bytes.`);
}
