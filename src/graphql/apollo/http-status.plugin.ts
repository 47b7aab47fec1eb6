import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../context.js';
import { statusOfRejection } from '../pipeline/http-status.js';

export const httpStatusPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response: { http, body } }) {
        if (body.kind !== 'single') return;
        const status = statusOfRejection(body.singleResult, request.http?.headers.get('accept'));
        if (status !== undefined) http.status = status;
      },
    };
  },
};
