import { type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from '@apollo/server';
import { type GraphQLError, OperationTypeNode } from 'graphql';
import type { GatewayContext } from '../context.js';
import { addCostExtension } from '../cost-report.js';
import { nameArguments } from '../errors/literal-errors.js';
import { EventStream } from '../pipeline/event-stream.js';
import type { OperationRequest, OperationResponder, OperationResponse } from '../pipeline/operation-responder.js';
import { isTraced as hasTrace, traceHeader } from '../pipeline/trace-header.js';

/** Passes every operation to the responder, except those whose trace only graphql-js can make. */
export function createExecutionPlugin(
  responder: OperationResponder,
  texts: WeakMap<object, string>,
): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      let isExecutedByApollo = false;
      return {
        // Of documents that are not known yet, which may be as long as a request.
        parsingDidStart: async ({ contextValue }) => chargeTime(contextValue),
        async validationDidStart({ contextValue, document }) {
          const charge = chargeTime(contextValue);
          return async (errors) => {
            if (errors) nameArguments(document, errors as readonly GraphQLError[]);
            await charge();
          };
        },
        async responseForOperation({ document, operation, request, contextValue: context }) {
          // Apollo Server has its own error for a missing operation.
          if (!document || !operation) return null;
          const { operationName, variables } = request;
          const operationRequest = { document, operationName, variables, context };
          const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION;
          const canBeTraced = !isSubscription && context.costReport !== 'instead';
          const isTraced = canBeTraced && hasTrace(request.http?.headers.get(traceHeader));
          if (isTraced && (await responder.rejectIntrospection(document, context)) === null) {
            responder.count(operationRequest);
            const rejection = await responder.reject(operationRequest);
            isExecutedByApollo = rejection === null;
            return rejection && toApollo(rejection);
          }
          return toApollo(await (isSubscription ? subscribe : responder.respond)(operationRequest));
        },
        async willSendResponse({ response: { body }, contextValue: context }) {
          if (isExecutedByApollo && body.kind === 'single')
            body.singleResult = addCostExtension(body.singleResult, context);
        },
      };
    },
  };

  function toApollo({ result, text }: OperationResponse): GraphQLResponse {
    texts.set(result, text);
    return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: result } };
  }

  /** Apollo Server has no response for a stream: it gets an empty one, and whoever sends the response takes the stream. */
  async function subscribe(request: OperationRequest): Promise<OperationResponse> {
    const streamOrResponse = await responder.subscribe(request);
    if (!(streamOrResponse instanceof EventStream)) return streamOrResponse;
    request.context.subscriber!.events = streamOrResponse;
    return { result: { data: null }, text: '{"data":null}' };
  }
}

/** @returns what charges the processor's time until it is called */
function chargeTime({ budget }: GatewayContext): () => Promise<void> {
  const startedAt = performance.now();
  return async () => budget.cost.addProcessor(performance.now() - startedAt);
}
