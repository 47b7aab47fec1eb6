import type { FormattedExecutionResult } from 'graphql';
import { documentCatalogue } from '../../errors/catalogue.js';
import { acceptsGraphqlResponse, acceptsJson, chooseResponseMediaType, jsonMediaType } from './media-type.js';

/**
 * According to GraphQL over HTTP, section "application/json", a well-formed request with an invalid document or
 * variables gets status 200. Apollo Server returns 400 with every media type.
 */
const errorsOfWellFormedRequests = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
]);

/**
 * Statuses for codes that routers have to pass on. Routers replace a 4xx response in plain JSON with their own error.
 */
const statusByHandledCode: Readonly<Record<string, number>> = {
  RATE_LIMITED: 429,
  COST_ESTIMATED_TOO_EXPENSIVE: 422,
  PERSISTED_QUERY_NOT_FOUND: 404,
  ...Object.fromEntries(Object.values(documentCatalogue).map(({ code, status }) => [code, status])),
};

/**
 * Whether a rejection with this code has status 200 for clients that accept plain JSON, and its own status for others.
 */
export function keepsStatus200ForPlainJson(code: string): boolean {
  return Object.hasOwn(statusByHandledCode, code);
}

export interface Rejection {
  readonly status: number;
  /** The response's media type, or undefined for the one that the client prefers. */
  readonly mediaType?: string;
}

/** Returns the response head for a result that rejects a well-formed request, or undefined for any other result. */
export function toRejection(
  { errors, data }: FormattedExecutionResult,
  accept: string | undefined,
): Rejection | undefined {
  if (errors === undefined) return undefined;
  const isRejected = errors.length > 0 && (data === undefined || data === null);
  const code = String(errors[0]?.extensions?.code);
  const status = statusByHandledCode[code];
  if (status !== undefined && data === undefined) {
    return acceptsJson(accept) ? { status: 200, mediaType: jsonMediaType } : { status };
  }
  if (code === 'NOT_ACCEPTABLE') return { status: chooseResponseMediaType(accept) === null ? 406 : 200 };
  if (!isRejected || !errors.every(({ extensions }) => errorsOfWellFormedRequests.has(String(extensions?.code)))) {
    return undefined;
  }
  return { status: data === undefined && acceptsGraphqlResponse(accept) ? 400 : 200 };
}
