// Executes operations over any schema like graphql-js, but plans each once.

import {
  assertValidSchema,
  type DocumentNode,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLObjectType,
  type GraphQLSchema,
  locatedError,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { declareLimit } from '../../limits.js';
import { andThen, type MaybePromise } from '../../maybe-promise.js';
import { executeSelection } from './complete-value.js';
import { Execution } from './execution.js';
import type { SelectionPlan } from './field-plan.js';
import { planOperation } from './plan.js';
import { findOperation, type PlannedOperation, planDocument } from './planned-operation.js';

export interface ExecutionArguments {
  readonly operation: PlannedOperation;
  /** The variables as the client sent them. */
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly rootValue?: unknown;
  readonly contextValue?: unknown;
}

export interface ExecutionResponse {
  /** The members in the order in which they are written; without `data` if nothing was executed. */
  readonly result: FormattedExecutionResult;
  /** In the order of occurrence. */
  readonly errors: readonly GraphQLError[];
  /** The time that this process took to call resolvers and complete their values. */
  readonly processorMs: number;
}

export interface ExecutorOptions {
  /** Formats an error of the response; by default like graphql-js. */
  readonly formatError?: (error: GraphQLError, contextValue: unknown) => GraphQLFormattedError;
  /** The most errors of variables; one more states that there are others. By default graphql-js' limit. */
  readonly maxVariableErrors?: number;
  /** Called after an execution that planned more of the document. */
  readonly onPlanned?: (document: DocumentNode) => void;
}

/** Beyond this number of fields, an operation's plans for other conditions are discarded, and remade when needed. */
const maxPlannedFields = declareLimit(20_000, {
  section: 'Inside',
  name: 'planned fields of an operation',
  beyond: 'planned again for other conditions',
});

/** Executes the operations of one schema, and holds their plans as long as their documents. */
export class Executor {
  readonly #schema: GraphQLSchema;
  readonly #formatError: NonNullable<ExecutorOptions['formatError']>;
  readonly #maxVariableErrors: number;
  readonly #onPlanned: ExecutorOptions['onPlanned'];
  /** Plans are garbage-collected with their document. */
  readonly #operationsByDocument = new WeakMap<DocumentNode, readonly PlannedOperation[]>();

  constructor(
    schema: GraphQLSchema,
    { formatError = toJSON, maxVariableErrors = 50, onPlanned }: ExecutorOptions = {},
  ) {
    this.#schema = schema;
    this.#formatError = formatError;
    this.#maxVariableErrors = maxVariableErrors;
    this.#onPlanned = onPlanned;
  }

  /**
   * Returns an operation with its plans; undefined for a missing one, or without a name for several.
   * @param document valid. Operations of an invalid one are executed as far as graphql-js would.
   */
  findOperation(document: DocumentNode, name: string | null | undefined): PlannedOperation | undefined {
    return findOperation(this.#plannedOperations(document), name);
  }

  /**
   * Executes an operation, synchronously if all resolvers are synchronous.
   * @throws like graphql-js' `execute`: for an invalid schema, or for variables that are no object
   */
  execute(args: ExecutionArguments): MaybePromise<ExecutionResponse> {
    const { operation, variables, rootValue, contextValue } = args;
    const schema = this.#schema;
    assertValidSchema(schema);
    const rootType = rootTypeOf(operation.node, schema);
    // graphql-js has the messages for requests that cannot be executed.
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

  /** Returns the number of fields in the plans of the document's operations, and in the formulas of their costs. */
  plannedFields(document: DocumentNode): number {
    const operations = this.#operationsByDocument.get(document) ?? [];
    return operations.reduce((fields, { size, cost }) => fields + size.fields + (cost?.fields ?? 0), 0);
  }

  /** Plans its operations as far as plans do not depend on a request. Bound, to be passed as a function. */
  readonly prepare = (document: DocumentNode): void => {
    const schema = this.#schema;
    for (const operation of this.#plannedOperations(document)) {
      const { node, fragments, conditions } = operation;
      const rootType = rootTypeOf(node, schema);
      if (!rootType || conditions.length > 0) continue;
      const inputs = { schema, fragments, operation: node, variableValues: {}, rootValue: null, contextValue: null };
      planFor(operation, new Execution(inputs), rootType);
    }
  };

  /** Discards its plans and formulas, which are remade when needed. */
  forget(document: DocumentNode): void {
    this.#operationsByDocument.delete(document);
  }

  #plannedOperations(document: DocumentNode): readonly PlannedOperation[] {
    let operations = this.#operationsByDocument.get(document);
    if (operations === undefined) {
      operations = planDocument(document, this.#schema, this.#maxVariableErrors);
      this.#operationsByDocument.set(document, operations);
    }
    return operations;
  }

  #executeByGraphqlJs({ operation, variables, rootValue, contextValue }: ExecutionArguments) {
    const { document, node } = operation;
    const executed = execute({
      schema: this.#schema,
      document,
      operationName: node.name?.value,
      rootValue,
      contextValue,
      variableValues: variables,
      options: { maxCoercionErrors: this.#maxVariableErrors },
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

/** graphql-js passes on anything that is thrown while it coerces variables, such as a RangeError. */
function toGraphqlError(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : locatedError(error, undefined);
}

function toJSON(error: GraphQLError): GraphQLFormattedError {
  return error.toJSON();
}

function isObjectOrAbsent(value: unknown): boolean {
  return typeof value === 'object' || value === undefined;
}

/**
 * Returns the root type. For an event, a subscription is executed like a query. Mutations, which are serial, have none.
 */
function rootTypeOf(
  { operation }: OperationDefinitionNode,
  schema: GraphQLSchema,
): GraphQLObjectType | undefined | null {
  if (operation === OperationTypeNode.MUTATION) return undefined;
  return schema.getRootType(operation);
}

function planFor(operation: PlannedOperation, execution: Execution, rootType: GraphQLObjectType): SelectionPlan {
  const { variableValues } = execution.inputs;
  let key = '';
  for (const name of operation.conditions) key += conditionKey(variableValues[name]);
  let plan = operation.plans.get(key);
  if (plan === undefined) {
    if (operation.size.fields > maxPlannedFields) {
      operation.plans.clear();
      operation.size = { fields: 0 };
    }
    plan = planOperation(execution, rootType, operation.size);
    operation.plans.set(key, plan);
  }
  return plan;
}

/** Returns a key for each value that `@skip` and `@include` distinguish, even in invalid documents. */
function conditionKey(value: unknown): string {
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return value === null || value === undefined ? '-' : '?';
}
