// Runs operations that come again and again as compiled functions instead of walking their document for each request.
// The answers are the same: whatever a compiled operation cannot answer just as graphql-js would is left to graphql-js.

import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { GatewayError } from '../errors/gateway-error.js';
import { createCompiledOperations } from './compiled-operations.js';
import type { GatewayContext, RequestFacts } from './context.js';
import type { NoteError } from './error-log.plugin.js';
import { presentError } from './error-presenter.js';

export interface AskedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** In the order in which Apollo Server writes them. */
export interface CompiledAnswer {
  readonly errors?: readonly GraphQLFormattedError[];
  readonly data: Record<string, unknown>;
}

/** The answer to a valid operation; null where Apollo Server has to make it, by graphql-js. */
export type ExecuteCompiled = (asked: AskedOperation, context: GatewayContext) => Promise<CompiledAnswer | null>;

/** @param noteError told of every error that is answered */
export function createCompiledExecution(schema: GraphQLSchema, noteError: NoteError): ExecuteCompiled {
  const compiledOperations = createCompiledOperations(schema);
  // A request whose operation was tried in vain before Apollo Server was asked is not tried again. By what stays the same
  // of a context, which Apollo Server copies.
  const triedInVain = new WeakSet<RequestFacts>();

  return async (asked, context) => {
    if (triedInVain.has(context.request)) return null;
    const answer = await execute(asked, context);
    if (answer === null) triedInVain.add(context.request);
    return answer;
  };

  async function execute(
    { document, operation, variables }: AskedOperation,
    context: GatewayContext,
  ): Promise<CompiledAnswer | null> {
    if (operation.operation !== OperationTypeNode.QUERY) return null;
    const compiled = compiledOperations(document, operation, variables ?? {});
    if (compiled === null) return null;
    const { data, errors } = await compiled(undefined, context, variables);
    if (data == null) return null;
    if (errors === undefined) return { data };
    const refusals = errors.map((error) => toRefusal(error, data));
    if (refusals.includes(null)) return null;
    const formatted = (refusals as GraphQLError[]).map((error) => {
      noteError(error, context);
      return presentError(error.toJSON(), error);
    });
    return { errors: formatted, data };
  }
}

/**
 * A refusal of one field, as graphql-js would report it; null for any other error. Those are rare, and so are refusals that
 * null a parent as well: the two executors may differ in which errors they tell then, so graphql-js shall answer.
 */
function toRefusal({ message, path, locations, originalError }: GraphQLError, data: object): GraphQLError | null {
  if (!(originalError instanceof GatewayError) || valueAt(data, path!.slice(0, -1)) == null) return null;
  const error = new GraphQLError(message, { path, originalError });
  return Object.defineProperty(error, 'locations', { value: locations, enumerable: true });
}

/** null or undefined where the path leads through a null as well. */
function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | null)?.[key], data);
}
