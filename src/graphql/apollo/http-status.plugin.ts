import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../context.js';
import { statusOfRejection } from '../pipeline/http-status.js';
import { chooseResponseMediaType } from '../pipeline/media-type.js';

export const httpStatusPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, contextValue, response: { http, body } }) {
        if (body.kind !== 'single') return;
        const accept = request.http?.headers.get('accept');
        const status = statusOfRejection(body.singleResult, accept);
        if (status !== undefined) http.status = status;
        // Apollo Server would reject a request that accepts a stream alone.
        if (contextValue.subscriber !== null && chooseResponseMediaType(accept) === null)
          http.headers.set('content-type', 'application/json; charset=utf-8');
      },
    };
  },
};
