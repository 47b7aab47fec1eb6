import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

/** Appended to types of texts: a type without a charset does not match an Accept header that has one. */
export const charset = '; charset=utf-8';

/** Returns the type that the client prefers, the first of equals; undefined if it accepts none. */
export function preferredMediaType<Type extends string>(
  { headers: { accept } }: FastifyRequest,
  offered: readonly Type[],
): Type | undefined {
  const preferred = new Negotiator({ headers: { accept } }).mediaType(offered.map((type) => type + charset));
  return offered.find((type) => type + charset === preferred);
}
