import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../context.js';
import { type RecordError, recordOperationName } from '../errors/record-error.js';

/** Notes the operation's name and the errors Apollo Server answers. */
export function createErrorLogPlugin(recordError: RecordError): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operationName, contextValue }) {
          recordOperationName(operationName, contextValue);
        },
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) recordError(error, contextValue);
        },
      };
    },
  };
}
