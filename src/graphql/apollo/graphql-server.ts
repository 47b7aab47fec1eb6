import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import type { Config } from '../../config.js';
import { limits } from '../../limits.js';
import type { OpenStreams } from '../../streams/open-streams.js';
import type { Logger } from '../../telemetry/logger.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { createErrorPresenter } from '../errors/error-presenter.js';
import { createFastPath, type RespondFast } from '../pipeline/fast-path.js';
import { createOperationResponder, stringifyResult } from '../pipeline/operation-responder.js';
import { createSchema } from '../schema/schema.js';
import { errorLimitPlugin } from './error-limit.plugin.js';
import { createErrorLogPlugin } from './error-log.plugin.js';
import { createExecutionPlugin } from './execution.plugin.js';
import { httpStatusPlugin } from './http-status.plugin.js';
import { boundIntrospection } from './introspection.rule.js';
import { allowServiceFieldOnce, rejectServiceField } from './service-field.rule.js';

interface GraphqlServerOptions {
  readonly config: Pick<Config, 'limits' | 'introspection'>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly streams: OpenStreams;
  /** Base of absolute URLs, without a trailing slash; called for each error. */
  readonly publicUrl: () => string;
}

/** The HTTP route passes requests on once their token was accepted. */
export interface GraphqlServer {
  /** Started. */
  readonly apollo: ApolloServer<GatewayContext>;
  /** Tried before Apollo Server. */
  readonly respondFast: RespondFast;
  /** The JSON text of a result that Apollo Server has returned. */
  textOf(result: object): string;
}

export async function startGraphqlServer(options: GraphqlServerOptions): Promise<GraphqlServer> {
  const { metrics, streams, publicUrl } = options;
  const {
    limits: { documentTokens },
    introspection,
  } = options.config;
  const presentError = createErrorPresenter(publicUrl);
  // A schema of its own: the first traced request makes Apollo Server wrap every resolver of the other, for good.
  const responder = createOperationResponder({ schema: await createSchema(), metrics, streams, presentError });
  const { documents } = responder;
  const texts = new WeakMap<object, string>();
  const textOf = (result: object) => texts.get(result) ?? stringifyResult(result);
  const apollo = new ApolloServer<GatewayContext>({
    schema: await createSchema(),
    logger: options.log,
    formatError: presentError,
    includeStacktraceInErrorResponses: false,
    // "Did you mean" would reveal the schema to callers who may not introspect it.
    hideSchemaDetailsFromClientErrors: true,
    // No operation runs without a bearer token, which no browser adds by itself: the header protects as well as a
    // preflight.
    csrfPrevention: { requestHeaders: ['authorization', 'apollo-require-preflight', 'x-apollo-operation-name'] },
    introspection,
    validationRules: introspection ? [allowServiceFieldOnce, boundIntrospection] : [rejectServiceField],
    validationOptions: { maxErrors: limits.documentErrors.value },
    stringifyResult: textOf,
    documentStore: {
      get: async (key) => documents.findByKey(key),
      set: async (key, document) => documents.add(key, document),
      delete: async () => false,
    },
    parseOptions: { maxTokens: documentTokens },
    // Fragments that spread others under many names expand a short document into many selections.
    maxRecursiveSelections: documentTokens,
    // Apollo's handler ends the process while request bodies are still arriving; main.ts has one that waits.
    stopOnTerminationSignals: false,
    plugins: [
      createErrorLogPlugin(metrics),
      createExecutionPlugin(responder, texts, metrics),
      httpStatusPlugin,
      errorLimitPlugin,
      // For gateways that send `apollo-federation-include-trace: ftv1`. It has no error messages.
      ApolloServerPluginInlineTrace({ includeErrors: { masked: true } }),
      // Nothing is reported to Apollo, whatever APOLLO_KEY the environment happens to hold.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      // Nothing here declares cache hints, and the plugin would instrument every field to find them.
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  await apollo.start();
  return { apollo, respondFast: createFastPath(responder), textOf };
}
