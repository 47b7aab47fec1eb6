import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { GatewayContext } from './context.js';
import { acceptsGraphqlResponse } from './media-type.js';

/**
 * GraphQL over HTTP, section "application/json": a request that is well-formed but whose document does not parse,
 * validate or fit its variables is answered with 200 there; Apollo Server answers 400 under every media type.
 */
const refusalsOfWellFormedRequests = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
]);

export const httpStatusPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response: { http, body } }) {
        if (body.kind !== 'single') return;
        const { errors = [], data } = body.singleResult;
        const isRefused = errors.length > 0 && (data === undefined || data === null);
        if (!isRefused || !errors.every((error) => refusalsOfWellFormedRequests.has(codeOf(error)))) return;
        // graphql-js gets as far as execution before it notices that there is no such operation type.
        if (errors.every((error) => codeOf(error) === 'OPERATION_RESOLUTION_FAILURE')) delete body.singleResult.data;
        const isWithoutData = body.singleResult.data === undefined;
        http.status = isWithoutData && acceptsGraphqlResponse(request.http?.headers.get('accept')) ? 400 : 200;
      },
    };
  },
};

function codeOf({ extensions }: GraphQLFormattedError): string {
  return String(extensions?.code);
}
