import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import { GraphQLError } from 'graphql';
import type { Config } from '../config.js';
import { validationFailed } from '../errors/validation.js';
import { stringifyJson } from '../json/raw-json.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import { createCompiledExecutionPlugin } from './compiled-execution.plugin.js';
import type { GatewayContext } from './context.js';
import { createErrorLogPlugin, createErrorNote } from './error-log.plugin.js';
import { presentError } from './error-presenter.js';
import { refuseServiceField } from './federation/service-field.rule.js';
import { httpStatusPlugin } from './http-status.plugin.js';
import { createSchema } from './schema.js';

/** @throws GraphQLError VALIDATION_FAILED for an answer beyond the longest string there can be, half a gigabyte. */
export function stringifyAnswer(answer: object): string {
  try {
    return stringifyJson(answer);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const refusal = validationFailed(['query'], 'asks for a larger answer than can be written', 'too_long');
    throw new GraphQLError(refusal.message, { originalError: refusal, extensions: { http: { status: 200 } } });
  }
}

interface ApolloParts {
  readonly config: Pick<Config, 'limits' | 'introspection'>;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Apollo Server, started; the HTTP door hands requests to it once their token was accepted. */
export async function startApolloServer(parts: ApolloParts): Promise<ApolloServer<GatewayContext>> {
  const { limits, introspection } = parts.config;
  const noteError = createErrorNote(parts.metrics);
  const server = new ApolloServer<GatewayContext>({
    schema: await createSchema(),
    logger: parts.log,
    formatError: presentError,
    includeStacktraceInErrorResponses: false,
    // "Did you mean" would tell a schema to those who may not introspect it.
    hideSchemaDetailsFromClientErrors: true,
    // No operation runs without a bearer token, which no browser adds by itself: the header is as good as a preflight.
    csrfPrevention: { requestHeaders: ['authorization', 'apollo-require-preflight', 'x-apollo-operation-name'] },
    introspection,
    validationRules: introspection ? [] : [refuseServiceField],
    stringifyResult: stringifyAnswer,
    parseOptions: { maxTokens: limits.documentTokens },
    // Apollo's handler ends the process under requests whose body is still arriving; main.ts has the one that waits.
    stopOnTerminationSignals: false,
    plugins: [
      createErrorLogPlugin(noteError),
      // A schema of its own: the first traced request makes Apollo Server wrap every resolver of the other, for good.
      createCompiledExecutionPlugin({ ...parts, schema: await createSchema(), noteError }),
      httpStatusPlugin,
      // For gateways that ask for it by `apollo-federation-include-trace: ftv1`. Messages of errors stay out of it.
      ApolloServerPluginInlineTrace({ includeErrors: { masked: true } }),
      // What runs here is not told to anybody else, whatever APOLLO_KEY the environment happens to hold.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      // Nothing here declares cache hints, and the plugin would instrument every field to look for them.
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  await server.start();
  return server;
}
