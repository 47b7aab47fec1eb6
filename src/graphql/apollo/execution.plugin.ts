import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import type { OperationResponder } from '../pipeline/operation-responder.js';
import { isTraced, traceHeader } from '../pipeline/trace-header.js';

/** Passes every operation to the responder, except those whose trace only graphql-js can make. */
export function createExecutionPlugin(
  { respond }: OperationResponder,
  texts: WeakMap<object, string>,
  metrics: Metrics,
): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async responseForOperation({ document, operation, request, contextValue: context }) {
          // Apollo Server has its own error for a missing operation.
          if (!document || !operation) return null;
          if (isTraced(request.http?.headers.get(traceHeader))) {
            metrics.operations.inc();
            return null;
          }
          const { operationName, variables } = request;
          const { result, text } = await respond({ document, operationName, variables, context });
          texts.set(result, text);
          return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: result } };
        },
      };
    },
  };
}
