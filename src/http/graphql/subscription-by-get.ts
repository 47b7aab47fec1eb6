import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';

/**
 * Routers subscribe by GET, by which Apollo Server executes nothing but queries.
 * @returns the body of the same request by POST; null for any other request
 * @throws GatewayError MALFORMED_REQUEST
 */
export function bodyOfStreamedGet({ method, headers, query }: FastifyRequest): object | null {
  if (method !== 'GET' || !headers.accept?.includes('text/event-stream')) return null;
  const parameters = query as Readonly<Record<string, unknown>>;
  return {
    query: parameters.query,
    operationName: parameters.operationName ?? null,
    variables: parseJson(parameters.variables),
    extensions: parseJson(parameters.extensions),
  };
}

function parseJson(text: unknown): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(String(text));
  } catch (cause) {
    throw new GatewayError('MALFORMED_REQUEST', {}, { cause });
  }
}
