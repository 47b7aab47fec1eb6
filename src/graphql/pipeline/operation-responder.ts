// From a valid document to the response, in the same way for every request, whether its document was cached or not.

import { type FormattedExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { validationFailed } from '../../errors/validation.js';
import { stringifyJson } from '../../json/raw-json.js';
import { limits } from '../../limits.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { presentError } from '../errors/error-presenter.js';
import { recordError } from '../errors/record-error.js';
import { createDocumentCache, type DocumentCache } from '../execution/document-cache.js';
import { createExecutor, type ExecutionArguments } from '../execution/executor.js';

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
}

export function createOperationResponder(schema: GraphQLSchema, metrics: Metrics): OperationResponder {
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
  };

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

/** @throws GraphQLError VALIDATION_FAILED for a result beyond the maximum length of a string, half a gigabyte. */
export function stringifyResult(result: object): string {
  try {
    return stringifyJson(result);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const originalError = validationFailed(['query'], 'selects more than one response can hold', 'too_long');
    throw new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 200 } } });
  }
}
