// Reads the document behind an issuer's `jwks` URL, bounded in time and size: an endpoint that hangs, redirects or
// never stops sending must not take the gateway down with it.

import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const maxDocumentBytes = 262_144;

/** @throws Error when there is no whole JSON document within the limits. */
export async function readKeyDocument(url: string, timeoutMs: number): Promise<unknown> {
  const bytes = url.startsWith('file:') ? await readKeyFile(fileURLToPath(url)) : await download(url, timeoutMs);
  try {
    return JSON.parse(bytes.toString('utf8'));
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

async function download(url: string, timeoutMs: number): Promise<Buffer> {
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
  return Buffer.concat(chunks);
}

function tooLarge(): Error {
  return new Error(`The key set is larger than ${maxDocumentBytes} bytes.`);
}
