import type { ApolloServerPlugin } from '@apollo/server';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { publicError } from '../errors/error-presenter.js';
import { recordError, recordOperationName } from '../errors/record-error.js';
import type { HideSuggestions } from '../pipeline/introspection.js';

/** Records the operation's name and the errors that Apollo Server returns. */
export function createErrorLogPlugin(
  metrics: Metrics,
  hideSuggestions: HideSuggestions,
): ApolloServerPlugin<GatewayContext> {
  return {
    // Not a GraphQL request at all: Apollo Server rejects it before it creates a context.
    async invalidRequestWasReceived({ error }) {
      const { code, reason } = publicError(error)!.extensions;
      metrics.errors.inc({ code, reason });
    },
    // A hook or plugin threw: Apollo Server logs it, and sends one masked error for the request.
    async unexpectedErrorProcessingRequest() {
      metrics.errors.inc({ code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL_SERVER_ERROR' });
    },
    async requestDidStart() {
      return {
        async didResolveOperation({ operationName, contextValue }) {
          recordOperationName(operationName, contextValue);
        },
        async didEncounterErrors({ errors, contextValue }) {
          await hideSuggestions(errors, contextValue);
          for (const error of errors) recordError(error, contextValue);
        },
      };
    },
  };
}
