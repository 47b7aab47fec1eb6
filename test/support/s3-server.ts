// An in-memory store that implements the part of S3 that the gateway uses. It checks every signature, and can be made
// to fail.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { type S3Credentials, signatureFault } from './s3-signature.js';

/** `silent`: never responds. `stalling`: sends only half of a body. `broken`: responds to everything with 500. */
type Behaviour = 'well' | 'silent' | 'stalling' | 'broken';

export interface S3Server {
  readonly url: string;
  /** Stored objects by key. */
  readonly objects: Map<string, Buffer>;
  readonly requests: { readonly method: string; readonly path: string; readonly fault: string | null }[];
  behaviour: Behaviour;
  /** The number of body bytes that were written to connections. */
  sentBytes: number;
  /** Whether the bucket exists. */
  hasBucket: boolean;
  /** Returns the number of open connections. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

export const s3Credentials: S3Credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** Starts the server. The bucket is called `bucket`, and is in the path of URLs. */
export async function startS3Server(credentials = s3Credentials, now = Date.now): Promise<S3Server> {
  const http = createServer((request, response) => void answer(request, response));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const store: S3Server = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    objects: new Map(),
    requests: [],
    behaviour: 'well',
    sentBytes: 0,
    hasBucket: true,
    connections: () => promisify(http.getConnections.bind(http))(),
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return store;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      // The client gave up, so nothing is stored.
      return;
    }
    const body = Buffer.concat(chunks);
    const url = new URL(request.url!, store.url);
    const [, bucket, ...parts] = url.pathname.split('/').map(decodeURIComponent);
    const key = parts.join('/');
    const fault = signatureFault(request, body, credentials, now());
    store.requests.push({ method: request.method!, path: url.pathname, fault });
    if (store.behaviour === 'silent') return;
    if (store.behaviour === 'broken') return reject(response, 500, 'InternalError');
    if (fault !== null) return reject(response, 403, fault);
    if (bucket !== 'bucket' || !store.hasBucket) return reject(response, 404, 'NoSuchBucket');
    if (request.method === 'PUT') {
      store.objects.set(key, body);
      response.writeHead(200, { etag: etagOf(body) }).end();
      return;
    }
    if (key === '') return void response.writeHead(200).end();
    const object = store.objects.get(key);
    if (object === undefined) return reject(response, 404, 'NoSuchKey');
    const ifMatch = request.headers['if-match'];
    if (ifMatch !== undefined && ifMatch !== etagOf(object)) return reject(response, 412, 'PreconditionFailed');
    await send(request, response, object, url.searchParams);
  }

  async function send(
    { method, headers }: IncomingMessage,
    response: ServerResponse,
    object: Buffer,
    query: URLSearchParams,
  ) {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    const bytes = first === undefined ? object : object.subarray(Number(first), Number(last) + 1);
    response.writeHead(first === undefined ? 200 : 206, {
      etag: etagOf(object),
      'content-length': bytes.length,
      'content-type': query.get('response-content-type') ?? 'binary/octet-stream',
      ...(query.has('response-content-disposition')
        ? { 'content-disposition': query.get('response-content-disposition')! }
        : {}),
    });
    if (method === 'HEAD') response.end();
    else if (store.behaviour === 'stalling') response.write(bytes.subarray(0, bytes.length / 2));
    else await sendSlowly(response, bytes);
  }

  /** Sends no faster than the reader receives. */
  async function sendSlowly(response: ServerResponse, bytes: Buffer): Promise<void> {
    for (let start = 0; start < bytes.length && !response.destroyed; start += 65_536) {
      const chunk = bytes.subarray(start, start + 65_536);
      store.sentBytes += chunk.length;
      if (response.write(chunk)) continue;
      await new Promise<void>((resolve) => {
        const sendNext = () => {
          response.off('drain', sendNext).off('close', sendNext);
          resolve();
        };
        response.once('drain', sendNext).once('close', sendNext);
      });
    }
    response.end();
  }
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

function reject(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
