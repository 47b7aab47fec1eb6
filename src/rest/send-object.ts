// Sends a file's bytes, and closes the object on every path.

import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ByteRange, type StoredObject, storageUnavailable } from '../files/storage.js';
import { isKnownVersion } from '../http/entity-tag.js';

interface ObjectSending {
  readonly headers: Readonly<Record<string, string>>;
  /** Awaited, with the object's size, before anything that depends on the object is sent. */
  readonly beforeResponse: ((response: { bytes: number; isWithoutPayload: boolean }) => Promise<void>) | undefined;
}

/** Evaluates the conditions of RFC 9110 in its order: If-None-Match, then Range with If-Range. */
export async function sendObject(
  request: FastifyRequest,
  reply: FastifyReply,
  object: StoredObject,
  { headers, beforeResponse }: ObjectSending,
): Promise<FastifyReply> {
  const { etag, size } = object;
  const isKnown = isKnownVersion(request.headers['if-none-match'], etag);
  const range = mayUseRange(request, etag) ? parseByteRange(request.headers.range, size) : 'whole';
  const isWithoutPayload = isKnown || range === 'unsatisfiable' || request.method === 'HEAD';
  try {
    await beforeResponse?.({ bytes: size, isWithoutPayload });
  } catch (error) {
    await object.close();
    throw error;
  }
  if (isWithoutPayload) await object.close();
  if (etag !== undefined) reply.header('etag', etag);
  if (isKnown) return reply.code(304).header('cache-control', headers['cache-control']).send();
  if (range === 'unsatisfiable') {
    return reply.code(416).header('content-range', `bytes */${size}`).header('cache-control', 'no-store').send();
  }
  if (request.method === 'HEAD') return reply.headers(headers).header('content-length', size).send();
  if (range === 'whole') {
    const bytes = recordFailure(request, await object.read());
    return reply.headers(headers).header('content-length', size).send(bytes);
  }
  const bytes = recordFailure(request, await object.read(range));
  reply.code(206).headers(headers).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
  return reply.header('content-length', range.end - range.start + 1).send(bytes);
}

/** Records a download that the store interrupted. A stream that ended because its client disconnected has no error. */
function recordFailure({ incoming }: FastifyRequest, bytes: Readable): Readable {
  return bytes.once('error', (cause) => {
    incoming.isCut = true;
    incoming.recordError(storageUnavailable(cause));
    incoming.log.warn({ err: cause }, 'the file store aborted a download');
  });
}

/**
 * Returns whether the range refers to the client's version. If not, the whole object is sent, so that versions are not
 * mixed.
 */
function mayUseRange({ method, headers }: FastifyRequest, etag: string | undefined): boolean {
  const ifRange = headers['if-range'];
  return method === 'GET' && (ifRange === undefined || ifRange === etag);
}

/**
 * Parses a Range header (RFC 9110 §14). A header that is malformed, or that has another unit or several ranges, is
 * ignored, as the RFC allows, and the whole object is returned. Ranges of an empty object are ignored as well.
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first, last] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '' || size === 0) return 'whole';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? Number.POSITIVE_INFINITY : Number(last);
  if (end < start) return 'whole';
  return start >= size ? 'unsatisfiable' : { start, end: Math.min(end, size - 1) };
}
