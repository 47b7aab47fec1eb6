// Large JSON responses, of GraphQL and REST, are compressed for clients that accept it. Files' bytes never are: they
// are streams here, often compressed already, and ranges count their own bytes. Compressing beside attacker-chosen text
// leaks secrets (BREACH) only where a stranger can make a victim's client send requests; these need a token that no
// browser adds.

import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import Negotiator from 'negotiator';

/** Below, the packets saved are not worth the time. */
const minCharacters = 8192;
/** From here on encoding a text costs less than the buffer Node allocates to write one: three bytes a character. */
const minCharactersToEncode = 65_536;

const compressors = {
  // The default of 11 takes seconds for a megabyte.
  br: (text: string) => promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (text: string) => promisify(gzip)(text),
};

export function compressLargeResponses(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (typeof payload !== 'string' || payload.length < minCharacters) return done(null, payload);
    addVary(reply, 'accept-encoding');
    const encoding = preferredEncoding(request.headers['accept-encoding']);
    if (encoding === undefined || reply.hasHeader('content-encoding')) {
      return done(null, payload.length < minCharactersToEncode ? payload : Buffer.from(payload));
    }
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

function preferredEncoding(accepted: string | undefined): keyof typeof compressors | undefined {
  if (accepted === undefined) return undefined;
  const [encoding] = new Negotiator({ headers: { 'accept-encoding': accepted } }).encodings(['br', 'gzip', 'identity']);
  return encoding === 'br' || encoding === 'gzip' ? encoding : undefined;
}

function addVary(reply: FastifyReply, name: string): void {
  const vary = reply.getHeader('vary');
  reply.header('vary', vary === undefined ? name : `${vary}, ${name}`);
}
