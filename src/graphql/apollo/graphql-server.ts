import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import type { Config } from '../../config.js';
import type { Logger } from '../../telemetry/logger.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { presentError } from '../errors/error-presenter.js';
import { createErrorRecorder } from '../errors/record-error.js';
import { createFastPath, type RespondFast } from '../pipeline/fast-path.js';
import { createOperationResponder, stringifyResult } from '../pipeline/operation-responder.js';
import { createSchema } from '../schema/schema.js';
import { createErrorLogPlugin } from './error-log.plugin.js';
import { createExecutionPlugin } from './execution.plugin.js';
import { httpStatusPlugin } from './http-status.plugin.js';
import { boundIntrospection } from './introspection.rule.js';
import { allowServiceFieldOnce, rejectServiceField } from './service-field.rule.js';

interface GraphqlServerOptions {
  readonly config: Pick<Config, 'limits' | 'introspection'>;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The HTTP door hands requests over once their token was accepted. */
export interface GraphqlServer {
  /** Started. */
  readonly apollo: ApolloServer<GatewayContext>;
  /** Asked before Apollo Server is. */
  readonly respondFast: RespondFast;
}

export async function startGraphqlServer(options: GraphqlServerOptions): Promise<GraphqlServer> {
  const { limits, introspection } = options.config;
  const recordError = createErrorRecorder(options.metrics);
  // A schema of its own: the first traced request makes Apollo Server wrap every resolver of the other, for good.
  const responder = createOperationResponder(await createSchema(), recordError, options.metrics);
  const { documents } = responder;
  const texts = new WeakMap<object, string>();
  const apollo = new ApolloServer<GatewayContext>({
    schema: await createSchema(),
    logger: options.log,
    formatError: presentError,
    includeStacktraceInErrorResponses: false,
    // "Did you mean" would tell a schema to those who may not introspect it.
    hideSchemaDetailsFromClientErrors: true,
    // No operation runs without a bearer token, which no browser adds by itself: the header is as good as a preflight.
    csrfPrevention: { requestHeaders: ['authorization', 'apollo-require-preflight', 'x-apollo-operation-name'] },
    introspection,
    validationRules: introspection ? [allowServiceFieldOnce, boundIntrospection] : [rejectServiceField],
    stringifyResult: (result) => texts.get(result) ?? stringifyResult(result),
    documentStore: {
      get: async (key) => documents.findByKey(key),
      set: async (key, document) => documents.add(key, document),
      delete: async () => false,
    },
    parseOptions: { maxTokens: limits.documentTokens },
    // Fragments that spread others under many names make much of a short document.
    maxRecursiveSelections: limits.documentTokens,
    // Apollo's handler ends the process under requests whose body is still arriving; main.ts has the one that waits.
    stopOnTerminationSignals: false,
    plugins: [
      createErrorLogPlugin(recordError, options.metrics),
      createExecutionPlugin(responder, texts, options.metrics),
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
  await apollo.start();
  return { apollo, respondFast: createFastPath(responder) };
}
