import { type FormattedExecutionResult, GraphQLError, locatedError } from 'graphql';
import { addCostExtension } from '../../admission/cost-report.js';
import { validationFailed } from '../../errors/validation.js';
import { stringifyJson } from '../../json/raw-json.js';
import type { GatewayContext } from '../context.js';
import type { PresentError } from '../errors/error-presenter.js';
import { recordError } from '../errors/record-error.js';
import type { ExecutionResponse } from '../execution/executor.js';

/** The response to an operation that is not a stream. */
export interface OperationResponse {
  /** The result, which is empty if Apollo Server wrote the response. */
  readonly result: FormattedExecutionResult;
  /** The JSON text. */
  readonly text: string;
  /** The response head if Apollo Server rejected an HTTP request. */
  readonly head?: ResponseHead;
}

export interface ResponseHead {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
}

type ExecutedResult = Pick<ExecutionResponse, 'result'> & Partial<Pick<ExecutionResponse, 'processorMs'>>;

/** Records errors in operations, and writes their responses. */
export class ResponseWriter {
  constructor(private readonly presentError: PresentError) {}

  /** Records an error and returns its form for the client. */
  format(error: GraphQLError, context: GatewayContext) {
    recordError(error, context);
    return this.present(error);
  }

  /** Returns the form of an error that has already been recorded. */
  present(error: GraphQLError) {
    return this.presentError(error.toJSON(), error);
  }

  /** Returns the response to an operation that is not executed. */
  reject(error: unknown, context: GatewayContext): OperationResponse {
    return this.write({ result: { errors: [this.format(toGraphqlError(error), context)] } }, context);
  }

  /** Charges the time for execution and writing, and adds the cost if the client requests it. */
  write({ result, processorMs = 0 }: ExecutedResult, context: GatewayContext): OperationResponse {
    const startedAt = performance.now();
    const { budget } = context;
    const { cost } = budget;
    cost.addProcessor(processorMs);
    const response = this.toResponse(addCostExtension(result, context), context);
    const ms = performance.now() - startedAt;
    cost.addProcessor(ms);
    if (budget.trace !== undefined) budget.trace.timing.encodeMs += ms;
    return response;
  }

  toResponse(result: FormattedExecutionResult, context: GatewayContext): OperationResponse {
    // graphql-js detects a missing operation type only during execution, so its result contains data.
    if (result.errors?.every(({ extensions }) => extensions?.code === 'OPERATION_RESOLUTION_FAILURE'))
      delete result.data;
    try {
      return { result, text: stringifyResult(result) };
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const tooLarge = { errors: [this.format(error, context)] };
      return { result: tooLarge, text: stringifyResult(tooLarge) };
    }
  }
}

export function toGraphqlError(error: unknown): GraphQLError {
  return locatedError(error, undefined);
}

/** @throws GraphQLError VALIDATION_FAILED for a result beyond the maximum string length, half a gigabyte. */
export function stringifyResult(result: object): string {
  try {
    return stringifyJson(result);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const originalError = validationFailed(
      ['query'],
      'must not select more than a response can hold, half a gigabyte',
      'too_long',
    );
    throw new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 200 } } });
  }
}
