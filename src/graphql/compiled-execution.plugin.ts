import { type ApolloServerPlugin, type GraphQLRequestContext, type GraphQLResponse, HeaderMap } from '@apollo/server';
import type { Metrics } from '../telemetry/metrics.js';
import type { ExecuteCompiled } from './compiled-execution.js';
import type { GatewayContext } from './context.js';
import type { KnownDocuments } from './known-documents.js';
import { traceHeader } from './trace-header.js';

interface CompiledExecutionParts {
  readonly execute: ExecuteCompiled;
  /** Told of every document whose operation could be executed so. */
  readonly known: KnownDocuments;
  readonly metrics: Metrics;
}

/** Compiled execution behind Apollo Server's pipeline. */
export function createCompiledExecutionPlugin(parts: CompiledExecutionParts): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async responseForOperation(request) {
          const response = await respond(request, parts);
          parts.metrics.operations.inc({ execution: response === null ? 'plain' : 'compiled' });
          return response;
        },
      };
    },
  };
}

async function respond(
  { document, operation, source, request, contextValue }: GraphQLRequestContext<GatewayContext>,
  { execute, known }: CompiledExecutionParts,
): Promise<GraphQLResponse | null> {
  if (!document || !operation || request.http?.headers.has(traceHeader)) return null;
  const answer = await execute({ document, operation, variables: request.variables }, contextValue);
  if (answer === null) return null;
  if (source !== undefined) known.remember(source, document);
  return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: answer } };
}
