import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { EventStream } from '../pipeline/event-stream.js';
import type { OperationRequest, OperationResponder, OperationResponse } from '../pipeline/operation-responder.js';
import { isTraced, traceHeader } from '../pipeline/trace-header.js';

/** Passes every operation to the responder, except those whose trace only graphql-js can make. */
export function createExecutionPlugin(
  responder: OperationResponder,
  texts: WeakMap<object, string>,
  metrics: Metrics,
): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async responseForOperation({ document, operation, request, contextValue: context }) {
          // Apollo Server has its own error for a missing operation.
          if (!document || !operation) return null;
          const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION;
          if (!isSubscription && isTraced(request.http?.headers.get(traceHeader))) {
            metrics.operations.inc();
            return null;
          }
          const { operationName, variables } = request;
          const operationRequest = { document, operationName, variables, context };
          const { result, text } = await (isSubscription ? subscribe : responder.respond)(operationRequest);
          texts.set(result, text);
          return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: result } };
        },
      };
    },
  };

  /** Apollo Server has no response for a stream: it gets an empty one, and whoever sends the response takes the stream. */
  async function subscribe(request: OperationRequest): Promise<OperationResponse> {
    const subscribed = await responder.subscribe(request);
    if (!(subscribed instanceof EventStream)) return subscribed;
    request.context.subscriber!.events = subscribed;
    return { result: { data: null }, text: '{"data":null}' };
  }
}
