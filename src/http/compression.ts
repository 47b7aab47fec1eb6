// Compresses large JSON responses, of GraphQL and REST, and exports for clients that accept it. Files' bytes are never
// compressed: they often are already, and ranges count their own bytes. Compressing secrets together with text of an
// attacker leaks them (BREACH) only where the attacker can make a victim's client send requests. Here every request
// needs a token that no browser adds.

import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { processorTime } from '../admission/request-cost.js';
import { declareLimit } from '../limits.js';
import { addVary } from './response-headers.js';

/** Compressing smaller responses would save no packet worth the time. */
export const minCharacters = declareLimit(8192, {
  section: 'HTTP',
  name: 'smallest JSON response that is compressed',
  unit: 'characters',
  beyond: 'smaller ones are not compressed',
});
/** From this size on, encoding a text costs less than the buffer of three bytes a character that Node would make. */
const minCharactersToEncode = 65_536;

// The default of 11 takes seconds for a megabyte.
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

export const compressors = {
  br: (text: string | Buffer) => promisify(brotliCompress)(text, brotli),
  gzip: (text: string | Buffer) => promisify(gzip)(text),
};
const streamCompressors = { br: () => createBrotliCompress(brotli), gzip: () => createGzip() };

/** The types of responses that are made while they are sent, and that clients need complete. */
const streamedTypes = /^(?:application\/x-ndjson|application\/jsonl|text\/csv)\b/;

/** The body of a response before it is sent. */
export type Payload = string | Buffer | Readable | null;

/**
 * Compresses a JSON response or an export that is large, if the client accepts that.
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
  // The length of the text is not that of the compressed bytes.
  reply.header('content-encoding', encoding).removeHeader('content-length');
  return bytes;
}

/** Withdraws the encoding of a stream that failed before its first byte was sent: an error is sent instead. */
function withdrawEncoding(reply: FastifyReply): void {
  reply.removeHeader('content-encoding');
  // Fastify passed the headers to Node when the stream began.
  reply.raw.removeHeader('content-encoding');
}

/** Whether the response is an export. A file may have such a type as well, but has a length. */
function isStreamedText(reply: FastifyReply): boolean {
  return !reply.hasHeader('content-length') && streamedTypes.test(String(reply.getHeader('content-type')));
}

function compressExport(request: FastifyRequest, reply: FastifyReply, source: Readable): Readable {
  if (!isStreamedText(reply)) return source;
  addVary(reply, 'accept-encoding');
  const encoding = reply.hasHeader('content-encoding') ? undefined : preferredEncoding(request);
  if (encoding === undefined) return source;
  reply.header('content-encoding', encoding);
  // If the source fails, the response is destroyed, so that it does not look complete.
  return pipeline(source, streamCompressors[encoding](), () => {});
}

export function preferredEncoding({ headers }: FastifyRequest): keyof typeof compressors | undefined {
  const accepted = headers['accept-encoding'];
  if (accepted === undefined) return undefined;
  const [encoding] = new Negotiator({ headers: { 'accept-encoding': accepted } }).encodings(['br', 'gzip', 'identity']);
  return encoding === 'br' || encoding === 'gzip' ? encoding : undefined;
}
