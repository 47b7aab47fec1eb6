// Executes operations over any schema like graphql-js, but plans each operation only once.

import {
  assertValidSchema,
  type DocumentNode,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  locatedError,
} from 'graphql';
import { andThen, type MaybePromise } from '../../maybe-promise.js';
import { executeSelection } from './complete-value.js';
import { Execution } from './execution.js';
import { type PlannedDocuments, planFor, rootTypeOf } from './planned-documents.js';
import type { PlannedOperation } from './planned-operation.js';

export interface ExecutionArguments {
  readonly operation: PlannedOperation;
  /** The variables as sent by the client. */
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly rootValue?: unknown;
  readonly contextValue?: unknown;
}

export interface ExecutionResponse {
  /** The members in the order in which they are written, without `data` if nothing was executed. */
  readonly result: FormattedExecutionResult;
  /** The errors in order of occurrence. */
  readonly errors: readonly GraphQLError[];
  /** Time that this process spent calling resolvers and completing their values. */
  readonly processorMs: number;
}

export interface ExecutorOptions {
  /** Formats an error in the response. Defaults to graphql-js' format. */
  readonly formatError?: (error: GraphQLError, contextValue: unknown) => GraphQLFormattedError;
  /** Called after an execution that extended the document's plans. */
  readonly onPlanned?: (document: DocumentNode) => void;
}

/** Executes the operations of planned documents. */
export class Executor {
  readonly #documents: PlannedDocuments;
  readonly #formatError: NonNullable<ExecutorOptions['formatError']>;
  readonly #onPlanned: ExecutorOptions['onPlanned'];

  /** @param documents the documents that contain the executable operations */
  constructor(documents: PlannedDocuments, { formatError = toJSON, onPlanned }: ExecutorOptions = {}) {
    this.#documents = documents;
    this.#formatError = formatError;
    this.#onPlanned = onPlanned;
  }

  /**
   * Executes an operation, synchronously if all resolvers are synchronous.
   * @throws like graphql-js' `execute`, for an invalid schema or variables that are not an object
   */
  execute(args: ExecutionArguments): MaybePromise<ExecutionResponse> {
    const { operation, variables, rootValue, contextValue } = args;
    const { schema } = this.#documents;
    assertValidSchema(schema);
    const rootType = rootTypeOf(operation.node, schema);
    // Uses graphql-js' messages for requests that cannot be executed.
    if (!rootType || !isObjectOrAbsent(variables)) return this.#executeByGraphqlJs(args);

    const startedAt = performance.now();
    const { coerced: variableValues, errors } = operation.coerceVariables(variables ?? {});
    if (variableValues === undefined) return this.#respond(errors, contextValue);
    const { node, fragments } = operation;
    const inputs = { schema, fragments, rootValue, operation: node, variableValues, contextValue };
    const execution = new Execution(inputs);
    const plannedBefore = operation.size.fields;
    try {
      const plan = planFor(operation, execution, rootType);
      execution.result.data = executeSelection(plan, rootValue, execution, execution.root);
    } catch (error) {
      execution.failRoot(error);
    }
    execution.processorMs = performance.now() - startedAt;
    return execution.whenSettled(() => {
      if (operation.size.fields !== plannedBefore) this.#onPlanned?.(operation.document);
      return this.#respond(execution.errors, contextValue, execution.result, execution.processorMs);
    });
  }

  #executeByGraphqlJs({ operation, variables, rootValue, contextValue }: ExecutionArguments) {
    const { schema, maxVariableErrors } = this.#documents;
    const { document, node } = operation;
    const executed = execute({
      schema,
      document,
      operationName: node.name?.value,
      rootValue,
      contextValue,
      variableValues: variables,
      options: { maxCoercionErrors: maxVariableErrors },
    });
    return andThen(executed, ({ errors = [], ...result }) => this.#respond(errors, contextValue, result));
  }

  #respond(
    thrown: readonly GraphQLError[] = [],
    contextValue: unknown,
    result: FormattedExecutionResult = {},
    processorMs = 0,
  ): ExecutionResponse {
    if (thrown.length === 0) return { result, errors: thrown, processorMs };
    const errors = thrown.map(toGraphqlError);
    const formatted = errors.map((error) => this.#formatError(error, contextValue));
    return { result: { errors: formatted, ...result }, errors, processorMs };
  }
}

/** graphql-js passes on anything thrown while it coerces variables, such as a RangeError. */
function toGraphqlError(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : locatedError(error, undefined);
}

function toJSON(error: GraphQLError): GraphQLFormattedError {
  return error.toJSON();
}

function isObjectOrAbsent(value: unknown): boolean {
  return typeof value === 'object' || value === undefined;
}
