// Reads the document behind an issuer's `jwks` URL, bounded in time and size: an endpoint that hangs, redirects or
// never stops sending must not take the gateway down with it.

import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// limit | Tokens and keys | key set of an issuer | bytes | the keys fetched before stay in use
const maxDocumentBytes = 262_144;

export interface KeyDocument {
  /** Parsed JSON of any form. */
  readonly document: unknown;
  /** How long its source says it may be kept; 0 where it says nothing. */
  readonly maxAgeMs: number;
}

/** @throws Error when there is no whole JSON document within the limits. */
export async function readKeyDocument(url: string, timeoutMs: number): Promise<KeyDocument> {
  const { bytes, maxAgeMs } = url.startsWith('file:')
    ? { bytes: await readKeyFile(fileURLToPath(url)), maxAgeMs: 0 }
    : await download(url, timeoutMs);
  try {
    return { document: JSON.parse(bytes.toString('utf8')), maxAgeMs };
  } catch {
    // The parser's own message quotes the document, which need not be the public one that was meant.
    throw new Error('The key set is not JSON.');
  }
}

async function readKeyFile(path: string): Promise<Buffer> {
  const status = await stat(path);
  if (!status.isFile()) throw new Error('The key set is not a regular file.');
  if (status.size > maxDocumentBytes) throw tooLarge();
  return readFile(path);
}

async function download(url: string, timeoutMs: number): Promise<{ bytes: Buffer; maxAgeMs: number }> {
  const response = await fetch(url, {
    // A redirect could lead to a host, or a scheme, the configuration never named.
    redirect: 'error',
    // A kept connection may have been closed by a server that restarted, and fail this request.
    headers: { accept: 'application/jwk-set+json, application/json', connection: 'close' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`The key set request returned status ${response.status}.`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxDocumentBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), maxAgeMs: maxAgeMsOf(response.headers) };
}

/** RFC 9111: what is left of `max-age` after the time the response spent in caches on its way. */
function maxAgeMsOf(headers: Headers): number {
  const cacheControl = headers.get('cache-control') ?? '';
  if (/\bno-(?:store|cache)\b/i.test(cacheControl)) return 0;
  const [, seconds = '0'] = /(?:^|[\s,])max-age="?(\d{1,9})/i.exec(cacheControl) ?? [];
  return (Number(seconds) - (Number(headers.get('age')) || 0)) * 1000;
}

function tooLarge(): Error {
  return new Error(`The key set is larger than ${maxDocumentBytes} bytes.`);
}
