import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import type { GraphQLSchema } from 'graphql';
import type { ScopeSizes } from '../../admission/scope-size.js';
import type { Config } from '../../config/config.js';
import { limits } from '../../limits.js';
import type { OpenStreams } from '../../streams/open-streams.js';
import type { Logger } from '../../telemetry/logger.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { ListedDocument } from '../../trusted-documents/parse-list.js';
import type { GatewayContext } from '../context.js';
import { compileDocuments, type TrustedDocument } from '../documents/compile-documents.js';
import { type CompiledLists, loadDocuments } from '../documents/load-documents.js';
import {
  createTrustedDocuments,
  type DocumentSettings,
  type TrustedDocuments,
} from '../documents/trusted-documents.js';
import { ownRules } from '../documents/validation-rules.js';
import { createErrorPresenter } from '../errors/error-presenter.js';
import { createFastPath, type RespondFast } from '../pipeline/fast-path.js';
import { createIntrospectionRule, createSuggestionRule } from '../pipeline/introspection.js';
import { createOperationResponder, type OperationResponder } from '../pipeline/operation-responder.js';
import { stringifyResult } from '../pipeline/stringify-result.js';
import { createSchema } from '../schema/schema.js';
import { createOperationPlugin } from './operation.plugin.js';
import { createPersistedQueries } from './persisted-queries.js';

interface GraphqlServerOptions {
  readonly config: Pick<Config, 'limits' | 'introspection' | 'trustedDocuments' | 'costMode'>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly streams: OpenStreams;
  readonly scopeSizes: ScopeSizes;
  /** Base of absolute URLs, without a trailing slash; called for each error. */
  readonly publicUrl: () => string;
  /** Operations of the gateway itself. */
  readonly ownDocuments: readonly ListedDocument[];
}

/** The GraphQL server, for requests whose token was accepted. */
export interface GraphqlServer {
  /** Started. */
  readonly apollo: ApolloServer<GatewayContext>;
  /** Tried before Apollo Server. */
  readonly respondFast: RespondFast;
  readonly schema: GraphQLSchema;
  /** Finds and executes operations of documents that were compiled here. */
  readonly operations: Pick<OperationResponder, 'findOperation' | 'respond'>;
  readonly ownDocuments: readonly TrustedDocument[];
  readonly trustedDocuments: TrustedDocuments & {
    /** Returns the trusted documents, as the same list until they are replaced. */
    listed(): readonly TrustedDocument[];
    /** The files and folders of the lists at the start. */
    readonly paths: readonly string[];
    /** Reads lists and compiles their documents for `replace`. */
    load(settings: DocumentSettings): Promise<LoadedDocuments>;
    /** Replaces all trusted documents. */
    replace(loaded: LoadedDocuments): void;
  };
}

export interface LoadedDocuments extends CompiledLists {
  readonly settings: DocumentSettings;
}

/** @throws Error that names every fault of the trusted documents */
export async function startGraphqlServer(options: GraphqlServerOptions): Promise<GraphqlServer> {
  const { metrics, streams, publicUrl } = options;
  const {
    limits: { documentTokens },
    introspection,
    costMode,
  } = options.config;
  const presentError = createErrorPresenter(publicUrl);
  const hideSuggestions = createSuggestionRule(introspection);
  const schemaOptions = { listsEnumValues: introspection === 'on' };
  // A separate schema, because the first traced request makes Apollo Server wrap all resolvers of its own permanently.
  const schema = await createSchema(schemaOptions);
  const responder = createOperationResponder({
    schema,
    rejectIntrospection: createIntrospectionRule(introspection),
    hideSuggestions,
    metrics,
    streams,
    presentError,
    costs: { costMode, sizes: options.scopeSizes },
  });
  const { documents, prepare } = responder;
  const compileOptions = { schema, maxTokens: documentTokens, prepare };
  const load: GraphqlServer['trustedDocuments']['load'] = async (settings) => {
    const loaded = await loadDocuments(settings.paths, compileOptions);
    return { ...loaded, settings };
  };
  const own = await compileDocuments(options.ownDocuments, compileOptions);
  if (own.faults.length > 0) throw new Error(own.faults.join('\n'));
  let trusted: TrustedDocuments;
  let listed: readonly TrustedDocument[];
  const replace: GraphqlServer['trustedDocuments']['replace'] = (loaded) => {
    trusted = createTrustedDocuments(loaded.documents, loaded.settings, metrics);
    listed = loaded.documents;
    responder.pin([...own.documents, ...listed].map(({ document }) => document));
  };
  const loaded = await load(options.config.trustedDocuments);
  if (loaded.faults.length > 0) throw new Error(`Trusted documents are invalid:\n- ${loaded.faults.join('\n- ')}`);
  replace(loaded);
  const apollo = new ApolloServer<GatewayContext>({
    schema: await createSchema(schemaOptions),
    logger: options.log,
    formatError: presentError,
    includeStacktraceInErrorResponses: false,
    // Every operation needs a bearer token, which no browser adds by itself, so the header protects like a preflight.
    csrfPrevention: { requestHeaders: ['authorization', 'apollo-require-preflight', 'x-apollo-operation-name'] },
    // Decided by the caller, after validation.
    introspection: true,
    validationRules: [...ownRules],
    validationOptions: { maxErrors: limits.documentErrors.value },
    stringifyResult,
    documentStore: {
      get: async (key) => documents.findByKey(key),
      set: async (key, document) => documents.add(key, document),
      delete: async () => false,
    },
    persistedQueries: { cache: createPersistedQueries(), ttl: null },
    parseOptions: { maxTokens: documentTokens },
    // Nested fragments expand a short document into many selections.
    maxRecursiveSelections: documentTokens,
    // Apollo's handler ends the process while request bodies are still arriving; graceful-end.ts waits for them.
    stopOnTerminationSignals: false,
    plugins: [
      createOperationPlugin({ responder, metrics, hideSuggestions }),
      // For gateways that send `apollo-federation-include-trace: ftv1`. It has no error messages.
      ApolloServerPluginInlineTrace({ includeErrors: { masked: true } }),
      // Nothing is reported to Apollo, even if the environment has an APOLLO_KEY.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      // A browser that follows a link to a document gets the response.
      ApolloServerPluginLandingPageDisabled(),
      // The schema has no cache hints, for which the plugin would instrument every field.
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  await apollo.start();
  return {
    apollo,
    respondFast: createFastPath(responder),
    schema,
    operations: responder,
    ownDocuments: own.documents,
    trustedDocuments: {
      resolve: (parameters, sender) => trusted.resolve(parameters, sender),
      listed: () => listed,
      paths: loaded.paths,
      load,
      replace,
    },
  };
}
