// Compresses large JSON responses (GraphQL and REST) and exports for clients that accept it. The bytes of files are
// never compressed: they often are already, and ranges refer to the original bytes. Compressing secrets together with
// an attacker's text leaks them (BREACH) only if the attacker can make a victim's client send requests. Here, every
// request needs a token that browsers do not add automatically.

import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { processorTime } from '../admission/request-cost.js';
import { declareLimit } from '../limits.js';
import { addVary } from './response-headers.js';

/** Compressing smaller responses would not save enough packets to be worth the time. */
export const minCharacters = declareLimit(8192, {
  section: 'HTTP',
  name: 'smallest JSON response that is compressed',
  unit: 'characters',
  beyond: 'smaller ones are not compressed',
});
/**
 * Above this size, encoding a string costs less than the buffer of three bytes per character that Node would allocate.
 */
const minCharactersToEncode = 65_536;

// The default of 11 takes seconds per megabyte.
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

export const compressors = {
  br: (text: string | Buffer) => promisify(brotliCompress)(text, brotli),
  gzip: (text: string | Buffer) => promisify(gzip)(text),
};
const streamCompressors = { br: () => createBrotliCompress(brotli), gzip: () => createGzip() };

/** The types of responses that are generated while they are sent, and that clients must receive completely. */
const streamedTypes = /^(?:application\/x-ndjson|application\/jsonl|text\/csv)\b/;

/** The body of a response before it is sent. */
export type Payload = string | Buffer | Readable | null;

/**
 * Compresses a large JSON response or export if the client accepts that.
 * @returns the body to send
 */
export function compressIfLarge(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: Payload,
): Payload | Promise<Payload> {
  if (payload instanceof Readable) return compressExport(request, reply, payload);
  if (typeof payload !== 'string') return payload;
  if (reply.hasHeader('content-encoding')) withdrawEncoding(reply);
  if (payload.length < minCharacters) return payload;
  addVary(reply, 'accept-encoding');
  const encoding = preferredEncoding(request);
  if (encoding === undefined) return payload.length < minCharactersToEncode ? payload : Buffer.from(payload);
  request.budget?.cost.addProcessor(payload.length * processorTime.compressedCharacter);
  return compressText(payload, reply, encoding);
}

async function compressText(text: string, reply: FastifyReply, encoding: keyof typeof compressors): Promise<Buffer> {
  const bytes = await compressors[encoding](text);
  // The length of the text differs from that of the compressed bytes.
  reply.header('content-encoding', encoding).removeHeader('content-length');
  return bytes;
}

/** Removes the encoding from a stream that failed before its first byte was sent, because an error is sent instead. */
function withdrawEncoding(reply: FastifyReply): void {
  reply.removeHeader('content-encoding');
  // Fastify passed the headers to Node when the stream began.
  reply.raw.removeHeader('content-encoding');
}

/** Returns whether the response is an export. A file may have such a type as well, but it has a length. */
function isStreamedText(reply: FastifyReply): boolean {
  return !reply.hasHeader('content-length') && streamedTypes.test(String(reply.getHeader('content-type')));
}

function compressExport(request: FastifyRequest, reply: FastifyReply, source: Readable): Readable {
  if (!isStreamedText(reply)) return source;
  addVary(reply, 'accept-encoding');
  const encoding = reply.hasHeader('content-encoding') ? undefined : preferredEncoding(request);
  if (encoding === undefined) return source;
  reply.header('content-encoding', encoding);
  // If the source fails, the response is destroyed, so that it does not appear to be complete.
  return pipeline(source, streamCompressors[encoding](), () => {});
}

export function preferredEncoding({ headers }: FastifyRequest): keyof typeof compressors | undefined {
  const accepted = headers['accept-encoding'];
  if (accepted === undefined) return undefined;
  const [encoding] = new Negotiator({ headers: { 'accept-encoding': accepted } }).encodings(['br', 'gzip', 'identity']);
  return encoding === 'br' || encoding === 'gzip' ? encoding : undefined;
}
