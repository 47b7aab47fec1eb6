import { isUtf8 } from 'node:buffer';
import { gunzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { declareLimit } from '../limits.js';

/** The encodings of bodies, which a 415 lists. */
export const acceptedEncodings = 'gzip, identity';

const maxExpansion = declareLimit(100, {
  section: 'HTTP',
  name: 'decompressed bytes per compressed byte of a body, from 65,536 bytes on',
  beyond: '`PAYLOAD_TOO_LARGE`',
});
const minExpandedBytes = 65_536;

/** Parses bodies: JSON in UTF-8, optionally compressed with gzip. Ignores a byte order mark. */
export function parseJsonBodies(app: FastifyInstance, maxBytes: number): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const parse = (bytes: Buffer) => {
      request.countedBody?.countText(bytes);
      // Decoding would substitute replacement characters for invalid bytes.
      if (!isUtf8(bytes)) return done(new GatewayError('MALFORMED_REQUEST'));
      parseJson(request, bytes.toString(), done);
    };
    const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
    if (encoding === 'identity') return parse(body);
    if (encoding !== 'gzip') return done(new GatewayError('UNSUPPORTED_MEDIA_TYPE'));
    const maxOutputLength = Math.min(maxBytes, Math.max(minExpandedBytes, maxExpansion * body.length));
    gunzip(body, { maxOutputLength }, (error: NodeJS.ErrnoException | null, bytes) => {
      if (error === null) return parse(bytes);
      done(new GatewayError(error.code === 'ERR_BUFFER_TOO_LARGE' ? 'PAYLOAD_TOO_LARGE' : 'MALFORMED_REQUEST'));
    });
  });
}
