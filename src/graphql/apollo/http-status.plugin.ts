import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../context.js';
import { toRejection } from '../pipeline/http-status.js';
import { chooseResponseMediaType, jsonMediaType } from '../pipeline/media-type.js';

export const httpStatusPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, contextValue, response: { http, body } }) {
        if (body.kind !== 'single') return;
        const accept = request.http?.headers.get('accept');
        const rejection = toRejection(body.singleResult, accept);
        if (rejection) http.status = rejection.status;
        if (rejection?.mediaType) http.headers.set('content-type', rejection.mediaType);
        // Apollo Server would reject a request that accepts a stream alone.
        if (contextValue.subscriber !== null && chooseResponseMediaType(accept) === null)
          http.headers.set('content-type', jsonMediaType);
      },
    };
  },
};
