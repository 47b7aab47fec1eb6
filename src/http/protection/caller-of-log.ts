import type { FastifyRequest } from 'fastify';

/** The caller of the request's token or link. */
export function callerOfLog({ logFields: { caller, linkSubject } }: FastifyRequest): string {
  return caller?.id ?? linkSubject ?? 'nobody';
}
