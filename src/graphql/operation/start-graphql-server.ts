// Opens all that answers operations.

import type { GraphQLSchema } from 'graphql';
import type { ScopeSizes } from '../../admission/scope-size.js';
import type { Config } from '../../config/config.js';
import { limits } from '../../limits.js';
import { createCallerQueue } from '../../streams/caller-queue.js';
import type { OpenStreams } from '../../streams/open-streams.js';
import type { ModelPointer } from '../../task-runs/record/json-pointer.js';
import type { Logger } from '../../telemetry/logger.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { ListedDocument } from '../../trusted-documents/parse-list.js';
import type { GatewayContext } from '../context.js';
import {
  type CompiledLists,
  compileDocuments,
  loadDocuments,
  type TrustedDocument,
} from '../documents/compile-documents.js';
import { ownRules } from '../documents/validation-rules.js';
import { createErrorPresenter } from '../errors/error-presenter.js';
import { createDocumentCache } from '../execution/document-cache.js';
import { Executor } from '../execution/executor.js';
import { createSchema } from '../schema/schema.js';
import { Admission } from './admission.js';
import { Operations } from './answer-operation.js';
import { ApolloPreparer, type ServerOptions } from './apollo.js';
import { Documents } from './documents.js';
import { createIntrospectionRule, createSuggestionRule } from './introspection.js';
import { PersistedQueries } from './persisted-queries.js';
import { ResponseWriter, stringifyResult } from './response.js';
import { Subscriptions } from './subscriptions.js';
import { TracedExecution } from './traced.js';
import { type DocumentSettings, TrustedDocuments } from './trusted-documents.js';

interface GraphqlServerOptions {
  readonly config: Pick<Config, 'limits' | 'introspection' | 'trustedDocuments' | 'costMode'>;
  /** The place of the model in the JSON of runs; null: none is configured. */
  readonly modelPointer: ModelPointer | null;
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
  readonly operations: Operations;
  readonly documentLookups: Documents['lookups'];
  readonly schema: GraphQLSchema;
  readonly ownDocuments: readonly TrustedDocument[];
  readonly trustedDocuments: {
    /** Returns the trusted documents, as the same list until they are replaced. */
    listed(): readonly TrustedDocument[];
    /** The files and folders of the lists at the start. */
    readonly paths: readonly string[];
    /** Reads lists and compiles their documents for `replace`. */
    load(settings: DocumentSettings): Promise<LoadedDocuments>;
    /** Replaces all trusted documents. */
    replace(loaded: LoadedDocuments): void;
  };
  stop(): Promise<void>;
}

export interface LoadedDocuments extends CompiledLists {
  readonly settings: DocumentSettings;
}

/** @throws Error that names every fault of the trusted documents */
export async function startGraphqlServer(options: GraphqlServerOptions): Promise<GraphqlServer> {
  const { modelPointer, log, metrics, streams, scopeSizes, publicUrl } = options;
  const { introspection, costMode } = options.config;
  const { documentTokens: maxTokens } = options.config.limits;
  const createOwnSchema = () => createSchema({ listsEnumValues: introspection === 'on', modelPointer });
  const schema = await createOwnSchema();
  const presentError = createErrorPresenter(publicUrl);
  const responses = new ResponseWriter(presentError);
  const hideSuggestions = createSuggestionRule(introspection);
  const executor: Executor = new Executor(schema, {
    formatError: (error, context) => responses.format(error, context as GatewayContext),
    maxVariableErrors: limits.documentErrors.value,
    onPlanned: (document) => cache.updateSize(document),
  });
  const cache = createDocumentCache(executor);
  const server: ServerOptions = {
    logger: log,
    formatError: presentError,
    includeStacktraceInErrorResponses: false,
    // Decided by the caller, after validation.
    introspection: true,
    validationRules: [...ownRules],
    validationOptions: { maxErrors: limits.documentErrors.value },
    stringifyResult,
    documentStore: {
      get: async (key: string) => cache.findByKey(key),
      set: async (key: string, document: Parameters<typeof cache.add>[1]) => cache.add(key, document),
      delete: async () => false,
    },
    parseOptions: { maxTokens },
    // Nested fragments expand a short document into many selections.
    maxRecursiveSelections: maxTokens,
    // Apollo's handler ends the process while request bodies are still arriving; signals.ts waits for them.
    stopOnTerminationSignals: false,
  };
  const enterParseQueue = createCallerQueue();
  const persistedQueries = new PersistedQueries();
  const preparer = new ApolloPreparer({ schema, server, persistedQueries, executor, metrics, hideSuggestions });
  const traced = new TracedExecution({ createSchema: createOwnSchema, server, hideSuggestions, responses });
  const documents = new Documents({
    executor,
    cache,
    persistedQueries,
    preparer,
    enterParseQueue,
    responses,
    maxTokens,
  });
  const admission = new Admission({
    schema,
    executor,
    documents,
    responses,
    costMode,
    scopeSizes,
    rejectIntrospection: createIntrospectionRule(introspection),
  });
  const compileOptions = { schema, maxTokens, prepare: executor.prepare };
  const load = async (settings: DocumentSettings) => {
    const loaded = await loadDocuments(settings.paths, compileOptions);
    return { ...loaded, settings };
  };
  const own = await compileDocuments(options.ownDocuments, compileOptions);
  if (own.faults.length > 0) throw new Error(own.faults.join('\n'));
  let listed: readonly TrustedDocument[];
  const replace = (loaded: LoadedDocuments) => {
    const { settings } = loaded;
    documents.trusted = new TrustedDocuments(loaded.documents, settings, { metrics, enterParseQueue });
    listed = loaded.documents;
    cache.pin([...own.documents, ...listed].map(({ document }) => document));
  };
  const loaded = await load(options.config.trustedDocuments);
  if (loaded.faults.length > 0) throw new Error(`Trusted documents are invalid:\n- ${loaded.faults.join('\n- ')}`);
  replace(loaded);
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
      subscriptions: new Subscriptions({ schema, executor, streams, responses, hideSuggestions }),
    }),
    schema,
    documentLookups: documents.lookups,
    ownDocuments: own.documents,
    trustedDocuments: { listed: () => listed, paths: loaded.paths, load, replace },
    async stop() {
      await Promise.all([preparer.stop(), traced.stop()]);
    },
  };
}
