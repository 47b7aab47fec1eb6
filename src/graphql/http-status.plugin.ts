import type { ApolloServerPlugin } from '@apollo/server';
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
      async willSendResponse({ request, response }) {
        if (response.http.status !== 400 || response.body.kind !== 'single') return;
        const { errors = [] } = response.body.singleResult;
        const isWellFormed = errors.every((error) => refusalsOfWellFormedRequests.has(String(error.extensions?.code)));
        if (isWellFormed && !acceptsGraphqlResponse(request.http?.headers.get('accept'))) response.http.status = 200;
      },
    };
  },
};
