import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Config } from '../config.js';
import { stringifyJson } from '../json/raw-json.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import { createCompiledExecutionPlugin } from './compiled-execution.plugin.js';
import type { GatewayContext } from './context.js';
import { createErrorLogPlugin, createErrorNote } from './error-log.plugin.js';
import { presentError } from './error-presenter.js';
import { httpStatusPlugin } from './http-status.plugin.js';

interface ApolloParts {
  readonly schema: GraphQLSchema;
  readonly limits: Config['limits'];
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Apollo Server, started; the HTTP door hands requests to it once their token was accepted. */
export async function startApolloServer(parts: ApolloParts): Promise<ApolloServer<GatewayContext>> {
  const noteError = createErrorNote(parts.metrics);
  const server = new ApolloServer<GatewayContext>({
    schema: parts.schema,
    logger: parts.log,
    formatError: presentError,
    includeStacktraceInErrorResponses: false,
    // "Did you mean" would tell a schema to those who may not introspect it.
    hideSchemaDetailsFromClientErrors: true,
    // No operation runs without a bearer token, which no browser adds by itself: the header is as good as a preflight.
    csrfPrevention: { requestHeaders: ['authorization', 'apollo-require-preflight', 'x-apollo-operation-name'] },
    introspection: true,
    stringifyResult: stringifyJson,
    parseOptions: { maxTokens: parts.limits.documentTokens },
    // Apollo's handler ends the process under requests whose body is still arriving; main.ts has the one that waits.
    stopOnTerminationSignals: false,
    plugins: [
      createErrorLogPlugin(noteError),
      createCompiledExecutionPlugin({ ...parts, noteError }),
      httpStatusPlugin,
      // Nothing here declares cache hints, and the plugin would instrument every field to look for them.
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  await server.start();
  return server;
}
