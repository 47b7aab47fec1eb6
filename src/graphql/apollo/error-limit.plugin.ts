import type { ApolloServerPlugin } from '@apollo/server';
import { maxReportedErrors } from '../errors/error-presenter.js';

/** For the variables of traced operations: graphql-js executes those by its own limit. */
export const errorLimitPlugin: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body } }) {
        if (body.kind !== 'single' || body.singleResult.data !== undefined) return;
        const { errors = [] } = body.singleResult;
        if (errors.length <= maxReportedErrors + 1) return;
        // The last one says that there are others.
        body.singleResult.errors = [...errors.slice(0, maxReportedErrors), errors.at(-1)!];
      },
    };
  },
};
