import type { ApolloServerPlugin } from '@apollo/server';
import { limits } from '../../limits.js';

const maxErrors = limits.documentErrors.value;

/** For the variables of traced operations: graphql-js executes those by its own limit. */
export const errorLimitPlugin: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body } }) {
        if (body.kind !== 'single' || body.singleResult.data !== undefined) return;
        const { errors = [] } = body.singleResult;
        if (errors.length <= maxErrors + 1) return;
        // The last one says that there are others.
        body.singleResult.errors = [...errors.slice(0, maxErrors), errors.at(-1)!];
      },
    };
  },
};
