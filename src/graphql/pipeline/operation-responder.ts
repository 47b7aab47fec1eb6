// From a valid document to the response, in the same way for every request, whether its document was cached or not.

import {
  createSourceEventStream,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  locatedError,
} from 'graphql';
import { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import { stringifyJson } from '../../json/raw-json.js';
import { limits } from '../../limits.js';
import type { OpenStreams } from '../../streams/open-streams.js';
import type { FollowedChange } from '../../task-runs/changes/follow-changes.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { deriveContext } from '../create-context.js';
import type { PresentError } from '../errors/error-presenter.js';
import { recordError } from '../errors/record-error.js';
import { createDocumentCache, type DocumentCache } from '../execution/document-cache.js';
import { createExecutor, type ExecutionArguments } from '../execution/executor.js';
import { EventStream } from './event-stream.js';

export interface OperationRequest extends Pick<ExecutionArguments, 'document' | 'operationName' | 'variables'> {
  readonly context: GatewayContext;
}

export interface OperationResponse {
  readonly result: FormattedExecutionResult;
  readonly text: string;
}

export interface OperationResponder {
  /** Valid documents; add those that are not there. */
  readonly documents: DocumentCache;
  respond(request: OperationRequest): OperationResponse | Promise<OperationResponse>;
  /** Of a subscription: its stream, or the response that rejects it. */
  subscribe(request: OperationRequest): Promise<EventStream | OperationResponse>;
}

interface OperationResponderOptions {
  readonly schema: GraphQLSchema;
  readonly metrics: Metrics;
  readonly streams: OpenStreams;
  readonly presentError: PresentError;
}

export function createOperationResponder({
  schema,
  metrics,
  streams,
  presentError,
}: OperationResponderOptions): OperationResponder {
  const format = (error: GraphQLError, context: GatewayContext) => {
    recordError(error, context);
    return presentError(error.toJSON(), error);
  };
  const executor = createExecutor(schema, {
    formatError: (error, context) => format(error, context as GatewayContext),
    maxVariableErrors: limits.documentErrors.value,
    onPlanned: (document) => documents.recount(document),
  });
  const documents = createDocumentCache(executor.plannedFields);

  return {
    documents,
    respond({ document, operationName, variables, context }) {
      metrics.operations.inc();
      const executed = executor.execute({ document, operationName, variables, contextValue: context });
      return executed instanceof Promise
        ? executed.then(({ result }) => write(result, context))
        : write(executed.result, context);
    },
    async subscribe(request) {
      metrics.operations.inc();
      try {
        return await openStream(request);
      } catch (error) {
        return write({ errors: [format(toGraphqlError(error), request.context)] }, request.context);
      }
    },
  };

  /** @throws GatewayError NOT_ACCEPTABLE where the client cannot receive one, or as `OpenStreams.open` */
  async function openStream({ document, operationName, variables, context }: OperationRequest) {
    if (context.subscriber === null) throw new GatewayError('NOT_ACCEPTABLE');
    const stream = streams.open(context.caller.id, context.subscriber.transport);
    try {
      const source = await createSourceEventStream({
        schema,
        document,
        operationName,
        variableValues: variables,
        contextValue: deriveContext(context, { signal: stream.signal }),
        options: { maxCoercionErrors: limits.documentErrors.value },
      });
      if ('errors' in source) {
        stream.end();
        const errors = source.errors!.map((error) => format(error, context));
        return write({ errors }, context);
      }
      return new EventStream({
        source: (source as AsyncIterable<unknown>)[Symbol.asyncIterator](),
        stream,
        respond: async (event) => {
          const { taskRuns, budget } = event as FollowedChange;
          const contextValue = deriveContext(context, { taskRuns, budget });
          const { result } = await executor.execute({
            document,
            operationName,
            variables,
            rootValue: event,
            contextValue,
          });
          return write(result, contextValue).text;
        },
        formatError: (error) => format(toGraphqlError(error), context),
      });
    } catch (error) {
      stream.end();
      throw error;
    }
  }

  function write(result: FormattedExecutionResult, context: GatewayContext): OperationResponse {
    // graphql-js gets as far as execution before it notices that there is no such operation type.
    if (result.errors?.every(({ extensions }) => extensions?.code === 'OPERATION_RESOLUTION_FAILURE'))
      delete result.data;
    try {
      return { result, text: stringifyResult(result) };
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const tooLarge = { errors: [format(error, context)] };
      return { result: tooLarge, text: stringifyResult(tooLarge) };
    }
  }
}

function toGraphqlError(error: unknown): GraphQLError {
  return locatedError(error, undefined);
}

/** @throws GraphQLError VALIDATION_FAILED for a result beyond the maximum length of a string, half a gigabyte. */
export function stringifyResult(result: object): string {
  try {
    return stringifyJson(result);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const originalError = validationFailed(
      ['query'],
      'must select no more than one response can hold, half a gigabyte',
      'too_long',
    );
    throw new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 200 } } });
  }
}
