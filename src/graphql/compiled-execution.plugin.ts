// Runs operations that come again and again as compiled functions instead of walking their document for each request.
// The answers are the same: whatever a compiled operation cannot answer just as graphql-js would is left to graphql-js.

import { type ApolloServerPlugin, type GraphQLRequestContext, type GraphQLResponse, HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { CompiledQuery } from 'graphql-jit';
import { GatewayError } from '../errors/gateway-error.js';
import type { Metrics } from '../telemetry/metrics.js';
import { createCompiledOperations } from './compiled-operations.js';
import type { GatewayContext } from './context.js';
import type { NoteError } from './error-log.plugin.js';
import { presentError } from './error-presenter.js';

type RequestContext = GraphQLRequestContext<GatewayContext>;

interface CompiledExecutionParts {
  readonly schema: GraphQLSchema;
  readonly metrics: Metrics;
  /** Told of every error that is answered. */
  readonly noteError: NoteError;
}

export function createCompiledExecutionPlugin({
  schema,
  metrics,
  noteError,
}: CompiledExecutionParts): ApolloServerPlugin<GatewayContext> {
  const compiledOperations = createCompiledOperations(schema);

  return {
    async requestDidStart() {
      return {
        async responseForOperation(request) {
          const response = await executeCompiled(request);
          metrics.operations.inc({ execution: response === null ? 'plain' : 'compiled' });
          return response;
        },
      };
    },
  };

  async function executeCompiled(request: RequestContext): Promise<GraphQLResponse | null> {
    const compiled = compiledOperation(request);
    if (!compiled) return null;
    const { data, errors } = await compiled.query(undefined, request.contextValue, request.request.variables);
    const refusals = errors?.map(toRefusal);
    // Where a refusal leaves no data at all, the two executors differ in which further refusals they tell.
    if (data == null || refusals?.includes(null)) return null;
    const formatted = (refusals as GraphQLError[] | undefined)?.map((error) => {
      noteError(error, request.contextValue);
      return presentError(error.toJSON(), error);
    });
    const singleResult = { data, ...(formatted ? { errors: formatted } : {}) };
    return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
  }

  function compiledOperation({ document, operation, request }: RequestContext): CompiledQuery | null {
    if (!document || operation?.operation !== 'query') return null;
    // A trace is made of the resolvers' calls as graphql-js makes them.
    if (request.http?.headers.has('apollo-federation-include-trace')) return null;
    return compiledOperations(document, operation, request.variables ?? {});
  }
}

/**
 * A refusal thrown by a resolver, as graphql-js would report it; null for any other error. Those are rare, and where
 * they null a parent the two executors may differ in which error they name, so graphql-js shall answer then.
 */
function toRefusal({ message, path, locations, originalError }: GraphQLError): GraphQLError | null {
  if (!(originalError instanceof GatewayError)) return null;
  const error = new GraphQLError(message, { path, originalError });
  return Object.defineProperty(error, 'locations', { value: locations, enumerable: true });
}
