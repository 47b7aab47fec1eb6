import type { FastifyReply, FastifyRequest } from 'fastify';
import { entityTagOf, isKnownVersion } from '../http/entity-tag.js';
import { andThen, type MaybePromise } from '../maybe-promise.js';

/**
 * Sends JSON text with its entity tag, or 304 if the client has the same version.
 * @throws GatewayError AUDIT_UNAVAILABLE
 */
export function sendJson(request: FastifyRequest, reply: FastifyReply, text: string): MaybePromise<FastifyReply> {
  const etag = entityTagOf(text);
  const isKnown = isKnownVersion(request.headers['if-none-match'], etag);
  const recorded = request.scope.audit?.record({
    entry: 'rest',
    operation: request.routeOptions.url,
    bytes: Buffer.byteLength(text),
    isWithoutPayload: isKnown,
  });
  return andThen(recorded, () => {
    reply.header('etag', etag);
    if (isKnown) return reply.code(304).send();
    return reply.header('content-type', 'application/json; charset=utf-8').send(text);
  });
}

/** Returns the OpenAPI responses of an operation that uses `sendJson`. */
export function jsonResponses(description: string, schema: string) {
  return {
    200: {
      description,
      headers: {
        ETag: { type: 'string', description: 'The entity tag of this version, for If-None-Match.' },
      },
      content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
    },
    304: { description: 'The version in If-None-Match is still current.' },
  };
}
