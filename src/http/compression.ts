// Compresses large JSON responses, of GraphQL and REST, and exports for clients that accept it. Files' bytes are never
// compressed: they often are already, and ranges count their own bytes. Compressing secrets together with text of an
// attacker leaks them (BREACH) only where the attacker can make a victim's client send requests. Here every request
// needs a token that no browser adds.

import { pipeline, Readable, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import Negotiator from 'negotiator';
import { processorTime } from '../admission/request-cost.js';

// limit | HTTP | smallest JSON response that is compressed | characters | smaller ones are not compressed
/** Compressing smaller responses would save no packet worth the time. */
const minCharacters = 8192;
/** From this size on, encoding a text costs less than the buffer of three bytes a character that Node would make. */
const minCharactersToEncode = 65_536;

// The default of 11 takes seconds for a megabyte.
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const compressors = {
  br: (text: string) => promisify(brotliCompress)(text, brotli),
  gzip: (text: string) => promisify(gzip)(text),
};
const streamCompressors = { br: () => createBrotliCompress(brotli), gzip: () => createGzip() };

/** The types of responses that are made while they are sent, and that clients need complete. */
const streamedTypes = /^(?:application\/x-ndjson|application\/jsonl|text\/csv)\b/;

export function compressLargeResponses(app: FastifyInstance): void {
  app.addHook<string | Readable>('onSend', (request, reply, payload, done) => {
    const isCompressible =
      payload instanceof Readable
        ? isStreamedText(reply)
        : typeof payload === 'string' && payload.length >= minCharacters;
    if (typeof payload === 'string' && reply.hasHeader('content-encoding')) withdrawEncoding(reply);
    if (!isCompressible) return done(null, payload);
    addVary(reply, 'accept-encoding');
    const encoding = reply.hasHeader('content-encoding')
      ? undefined
      : preferredEncoding(request.headers['accept-encoding']);
    if (typeof payload !== 'string') {
      if (encoding === undefined) return done(null, payload);
      reply.header('content-encoding', encoding);
      return done(null, compressed(payload, streamCompressors[encoding]()));
    }
    if (encoding === undefined) {
      return done(null, payload.length < minCharactersToEncode ? payload : Buffer.from(payload));
    }
    request.budget?.cost.addProcessor(payload.length * processorTime.compressedCharacter);
    compressors[encoding](payload).then(
      (bytes) => {
        // The length of the text is not that of the compressed bytes.
        reply.header('content-encoding', encoding).removeHeader('content-length');
        done(null, bytes);
      },
      (error: Error) => done(error),
    );
  });
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

/** Returns the compressed source. If the source fails, the response is destroyed, so that it does not look complete. */
function compressed(source: Readable, compressor: Transform): Readable {
  return pipeline(source, compressor, () => {});
}

function preferredEncoding(accepted: string | undefined): keyof typeof compressors | undefined {
  if (accepted === undefined) return undefined;
  const [encoding] = new Negotiator({ headers: { 'accept-encoding': accepted } }).encodings(['br', 'gzip', 'identity']);
  return encoding === 'br' || encoding === 'gzip' ? encoding : undefined;
}

function addVary(reply: FastifyReply, name: string): void {
  const vary = reply.getHeader('vary');
  reply.header('vary', vary === undefined ? name : `${vary}, ${name}`);
}
