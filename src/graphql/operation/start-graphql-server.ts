// Opens all components that respond to operations.

import type { GraphQLSchema } from 'graphql';
import type { ScopeSizes } from '../../admission/scope-size.js';
import type { Config } from '../../config/config.js';
import { limits } from '../../limits.js';
import { createCallerQueue } from '../../streams/caller-queue.js';
import type { OpenStreams } from '../../streams/open-streams.js';
import type { ModelPointer } from '../../task-runs/columns/json-pointer.js';
import type { Logger } from '../../telemetry/logger.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { ListedDocument } from '../../trusted-documents/parse-list.js';
import type { GatewayContext } from '../context.js';
import { ownRules } from '../documents/validation-rules.js';
import { createErrorPresenter } from '../errors/error-presenter.js';
import { createDocumentCache, type DocumentCache } from '../execution/document-cache.js';
import { Executor } from '../execution/executor.js';
import { PlannedDocuments } from '../execution/planned-documents.js';
import { createSchema } from '../schema/schema.js';
import { Admission } from './admission.js';
import { ApolloPreparer, type ServerOptions } from './apollo.js';
import { Documents } from './documents.js';
import { createIntrospectionRule, createSuggestionRule } from './introspection.js';
import { Operations } from './operations.js';
import { PersistedQueries } from './persisted-queries.js';
import { ResponseWriter, stringifyResult } from './response.js';
import { Subscriptions } from './subscriptions.js';
import { TracedExecution } from './traced.js';
import { TrustedLists } from './trusted-lists.js';

interface GraphqlServerOptions {
  readonly config: Pick<Config, 'limits' | 'introspection' | 'trustedDocuments' | 'costMode'>;
  /** Location of the model in a run's JSON; null if not configured. */
  readonly modelPointer: ModelPointer | null;
  /** Whether callers may make links to runs. */
  readonly sharesRuns: boolean;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly streams: OpenStreams;
  readonly scopeSizes: ScopeSizes;
  /** Base of absolute URLs, without a trailing slash. Called for each error. */
  readonly publicUrl: () => string;
  /** The gateway's own operations. */
  readonly ownDocuments: readonly ListedDocument[];
}

/** The GraphQL server, for requests whose token was accepted. */
export interface GraphqlServer {
  readonly operations: Operations;
  readonly documentLookups: Documents['lookups'];
  readonly schema: GraphQLSchema;
  readonly trustedLists: TrustedLists;
  stop(): Promise<void>;
}

/** @throws Error naming every fault in the trusted documents */
export async function startGraphqlServer(options: GraphqlServerOptions): Promise<GraphqlServer> {
  const { modelPointer, sharesRuns, log, metrics, streams, scopeSizes, publicUrl, ownDocuments } = options;
  const { introspection, costMode, trustedDocuments: settings } = options.config;
  const createOwnSchema = () => createSchema({ listsEnumValues: introspection === 'on', modelPointer, sharesRuns });
  const schema = await createOwnSchema();
  const presentError = createErrorPresenter(publicUrl);
  const responses = new ResponseWriter(presentError);
  const hideSuggestions = createSuggestionRule(introspection);
  const planned = new PlannedDocuments(schema, limits.documentErrors.value);
  const cache = createDocumentCache(planned);
  const executor = new Executor(planned, {
    formatError: (error, context) => responses.format(error, context as GatewayContext),
    onPlanned: (document) => cache.updateSize(document),
  });
  const server = apolloOptions({ log, formatError: presentError, cache });
  const enterParseQueue = createCallerQueue();
  const compile = { schema, prepare: planned.prepare };
  const trustedLists = await TrustedLists.open({ ownDocuments, settings, compile, cache, metrics, enterParseQueue });
  const persistedQueries = new PersistedQueries();
  const preparer = new ApolloPreparer({ schema, server, persistedQueries, planned, metrics, hideSuggestions });
  const traced = new TracedExecution({ createSchema: createOwnSchema, server, hideSuggestions, responses });
  const documents = new Documents({
    planned,
    cache,
    trustedLists,
    persistedQueries,
    preparer,
    enterParseQueue,
    responses,
  });
  const rejectIntrospection = createIntrospectionRule(introspection);
  const admission = new Admission({
    schema,
    executor,
    documents,
    responses,
    costMode,
    scopeSizes,
    rejectIntrospection,
  });
  const subscriptions = new Subscriptions({ schema, executor, streams, responses, hideSuggestions });
  await preparer.start();
  return {
    operations: new Operations({
      documents,
      executor,
      traced,
      responses,
      hideSuggestions,
      metrics,
      admission,
      subscriptions,
    }),
    schema,
    documentLookups: documents.lookups,
    trustedLists,
    async stop() {
      await Promise.all([preparer.stop(), traced.stop()]);
    },
  };
}

interface ApolloOptions extends Required<Pick<ServerOptions, 'formatError'>> {
  readonly log: Logger;
  readonly cache: DocumentCache;
}

/** Returns the options for Apollo Server, which parses and validates documents and caches the valid ones. */
function apolloOptions({ log, formatError, cache }: ApolloOptions): ServerOptions {
  return {
    logger: log,
    formatError,
    includeStacktraceInErrorResponses: false,
    // Decided by the caller's role, after validation.
    introspection: true,
    validationRules: [...ownRules],
    validationOptions: { maxErrors: limits.documentErrors.value },
    stringifyResult,
    documentStore: {
      get: async (key: string) => cache.findByKey(key),
      set: async (key: string, document: Parameters<typeof cache.add>[1]) => cache.add(key, document),
      delete: async () => false,
    },
    parseOptions: { maxTokens: limits.documentTokens.value },
    // Nested fragments expand a short document into many selections.
    maxRecursiveSelections: limits.documentTokens.value,
    // Apollo's handler ends the process while request bodies are still arriving; signals.ts waits for them.
    stopOnTerminationSignals: false,
  };
}
