import type { FormattedExecutionResult } from 'graphql';
import { acceptsGraphqlResponse, chooseResponseMediaType } from './media-type.js';

/**
 * GraphQL over HTTP, section "application/json": a request that is well-formed but whose document does not parse,
 * validate or fit its variables gets status 200; Apollo Server returns 400 with every media type.
 */
const errorsOfWellFormedRequests = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** Routers hand on what comes as JSON, and replace a 4xx with an error of their own. */
const statusWithoutJson: Readonly<Record<string, number>> = { RATE_LIMITED: 429, NOT_ACCEPTABLE: 406 };

/** The status of a result that only rejects a well-formed request; undefined for any other. */
export function statusOfRejection(
  { errors = [], data }: FormattedExecutionResult,
  accept: string | undefined,
): number | undefined {
  const isRejected = errors.length > 0 && (data === undefined || data === null);
  const status = statusWithoutJson[String(errors[0]?.extensions?.code)];
  if (status !== undefined && data === undefined) return chooseResponseMediaType(accept) === null ? status : 200;
  if (!isRejected || !errors.every(({ extensions }) => errorsOfWellFormedRequests.has(String(extensions?.code)))) {
    return undefined;
  }
  return data === undefined && acceptsGraphqlResponse(accept) ? 400 : 200;
}
