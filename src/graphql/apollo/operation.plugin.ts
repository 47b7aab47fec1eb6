// The gateway's hooks for the stages of Apollo Server, in one plugin.

import {
  type ApolloServerPlugin,
  type GraphQLRequestContextWillSendResponse,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import { type FormattedExecutionResult, type GraphQLError, OperationTypeNode } from 'graphql';
import { addCostExtension } from '../../admission/cost-report.js';
import { limits } from '../../limits.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { publicError } from '../errors/error-presenter.js';
import { nameArguments } from '../errors/literal-errors.js';
import { recordError, recordOperationName } from '../errors/record-error.js';
import { EventStream } from '../pipeline/event-stream.js';
import { toRejection } from '../pipeline/http-status.js';
import type { HideSuggestions } from '../pipeline/introspection.js';
import { chooseResponseMediaType, jsonMediaType } from '../pipeline/media-type.js';
import type { OperationResponder } from '../pipeline/operation-responder.js';
import { isTraced as hasTrace, traceHeader } from '../pipeline/trace-header.js';

interface OperationPluginOptions {
  readonly responder: OperationResponder;
  readonly metrics: Metrics;
  readonly hideSuggestions: HideSuggestions;
}

const maxErrors = limits.documentErrors.value;

/**
 * Passes every operation to the responder, except traced ones, which graphql-js executes. Records the names of
 * operations and the errors that Apollo Server returns.
 */
export function createOperationPlugin({
  responder,
  metrics,
  hideSuggestions,
}: OperationPluginOptions): ApolloServerPlugin<GatewayContext> {
  return {
    // The request is no GraphQL request. Apollo Server rejects it before it creates a context.
    async invalidRequestWasReceived({ error }) {
      const { code, reason } = publicError(error)!.extensions;
      metrics.errors.inc({ code, reason });
    },
    // A hook or plugin threw. Apollo Server logs the error, and sends a masked one for the request.
    async unexpectedErrorProcessingRequest() {
      metrics.errors.inc({ code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL_SERVER_ERROR' });
    },
    async requestDidStart() {
      let isExecutedByApollo = false;
      return {
        // Parsing of unknown documents, which may be as long as a request, is charged.
        parsingDidStart: async ({ contextValue }) => chargeTime(contextValue),
        async validationDidStart({ contextValue, document }) {
          const charge = chargeTime(contextValue);
          return async (errors) => {
            if (errors) nameArguments(document, errors as readonly GraphQLError[]);
            await charge();
          };
        },
        async didResolveOperation({ operationName, contextValue }) {
          recordOperationName(operationName, contextValue);
        },
        async didEncounterErrors({ errors, contextValue }) {
          await hideSuggestions(errors, contextValue);
          for (const error of errors) recordError(error, contextValue);
        },
        async responseForOperation({ document, request: { http, operationName, variables }, contextValue: context }) {
          const operation = document && responder.findOperation(document, operationName);
          // Apollo Server has its own error for a missing operation.
          if (!operation) return null;
          const operationRequest = { operation, variables, context };
          const isSubscription = operation.node.operation === OperationTypeNode.SUBSCRIPTION;
          const canBeTraced = !isSubscription && context.costReport !== 'instead';
          const isTraced = canBeTraced && hasTrace(http?.headers.get(traceHeader));
          if (isTraced && (await responder.rejectIntrospection(document, context)) === null) {
            responder.count(operation);
            const rejection = await responder.reject(operationRequest);
            isExecutedByApollo = rejection === null;
            return rejection && toApollo(rejection.result);
          }
          const { carrier } = context;
          const response = await (isSubscription ? responder.subscribe : responder.respond)(operationRequest);
          if (response instanceof EventStream) {
            carrier.events = response;
            return toApollo({});
          }
          carrier.text = response.text;
          return toApollo(response.result);
        },
        async willSendResponse(sent) {
          const { body } = sent.response;
          if (body.kind !== 'single') return;
          if (isExecutedByApollo) body.singleResult = addCostExtension(body.singleResult, sent.contextValue);
          setHttpStatus(sent);
          limitErrors(sent);
        },
      };
    },
  };
}

function toApollo(singleResult: FormattedExecutionResult): GraphQLResponse {
  return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
}

/** @returns a function that charges the processor's time until its call */
function chargeTime({ cost }: GatewayContext): () => Promise<void> {
  const startedAt = performance.now();
  return async () => cost.addProcessor(performance.now() - startedAt);
}

type SentResponse = GraphQLRequestContextWillSendResponse<GatewayContext>;

function setHttpStatus({ request, contextValue, response: { http, body } }: SentResponse): void {
  if (body.kind !== 'single') return;
  const accept = request.http?.headers.get('accept');
  const rejection = toRejection(body.singleResult, accept);
  if (rejection) http.status = rejection.status;
  if (rejection?.mediaType) http.headers.set('content-type', rejection.mediaType);
  // Apollo Server would reject a request that accepts only a stream.
  if (contextValue.subscriber !== null && chooseResponseMediaType(accept) === null)
    http.headers.set('content-type', jsonMediaType);
}

/** Limits the errors of variables in traced operations, for which graphql-js has its own limit. */
function limitErrors({ response: { body } }: SentResponse): void {
  if (body.kind !== 'single' || body.singleResult.data !== undefined) return;
  const { errors = [] } = body.singleResult;
  if (errors.length <= maxErrors + 1) return;
  // The last error states that there are more.
  body.singleResult.errors = [...errors.slice(0, maxErrors), errors.at(-1)!];
}
