// Uses Apollo Server to prepare documents that are not cached. Apollo Server parses and validates them, looks up and
// registers persisted queries, and applies its rules for CSRF and GET, but executes nothing. An accepted document is
// processed like a cached one; a rejection is the response.

import {
  ApolloServer,
  type ApolloServerOptionsWithSchema,
  type ApolloServerPlugin,
  type BaseContext,
  type GraphQLRequestContextWillSendResponse,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { FormattedExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { limits } from '../../limits.js';
import type { Metrics } from '../../telemetry/metrics.js';
import type { GatewayContext } from '../context.js';
import { publicError } from '../errors/error-presenter.js';
import { nameArguments } from '../errors/literal-errors.js';
import { recordError } from '../errors/record-error.js';
import type { PlannedDocuments } from '../execution/planned-documents.js';
import { toRejection } from './http-status.js';
import type { HideSuggestions } from './introspection.js';
import { chooseResponseMediaType, jsonMediaType } from './media-type.js';
import type { FoundOperation, OperationTransport } from './operation-transport.js';
import type { PersistedQueries } from './persisted-queries.js';
import { type OperationResponse, stringifyResult } from './response.js';

/** The options common to every use of Apollo Server. */
export type ServerOptions = Pick<
  ApolloServerOptionsWithSchema<BaseContext>,
  | 'documentStore'
  | 'formatError'
  | 'includeStacktraceInErrorResponses'
  | 'introspection'
  | 'logger'
  | 'maxRecursiveSelections'
  | 'parseOptions'
  | 'stopOnTerminationSignals'
  | 'stringifyResult'
  | 'validationOptions'
  | 'validationRules'
>;

interface PreparerOptions {
  readonly schema: GraphQLSchema;
  readonly server: ServerOptions;
  readonly persistedQueries: PersistedQueries;
  readonly planned: PlannedDocuments;
  readonly metrics: Metrics;
  readonly hideSuggestions: HideSuggestions;
}

/** The context that Apollo Server passes to the hooks. It copies the context object, but not `accepted`. */
interface Preparation {
  readonly context: GatewayContext;
  readonly accepted: { operation?: FoundOperation };
}

export class ApolloPreparer {
  readonly #server: ApolloServer<Preparation>;

  constructor({ schema, server, persistedQueries, ...hooks }: PreparerOptions) {
    this.#server = new ApolloServer<Preparation>({
      ...server,
      schema,
      persistedQueries: { cache: persistedQueries.cache, ttl: null },
      // Every operation needs a bearer token, which browsers never add on their own, so the header protects as well as
      // a preflight does.
      csrfPrevention: { requestHeaders: ['authorization', 'apollo-require-preflight', 'x-apollo-operation-name'] },
      // Apollo Server traces subgraphs by default.
      plugins: [createPlugin(hooks), ApolloServerPluginInlineTraceDisabled(), ...silentPlugins()],
    });
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Returns the operation in a valid document, or the response that rejects the request. */
  async prepare(parameters: unknown, transport: OperationTransport): Promise<FoundOperation | OperationResponse> {
    const preparation: Preparation = { context: transport.context, accepted: {} };
    const httpGraphQLRequest = transport.toHttpRequest(parameters);
    const response =
      httpGraphQLRequest === null
        ? await this.#prepareOperation(parameters as OperationParameters, preparation)
        : await this.#prepareHttp(httpGraphQLRequest, preparation);
    return preparation.accepted.operation ?? response;
  }

  async #prepareOperation(
    { query, operationName, variables, extensions }: OperationParameters,
    contextValue: Preparation,
  ): Promise<OperationResponse> {
    const { body } = await this.#server.executeOperation(
      {
        ...(query != null && { query }),
        ...(operationName != null && { operationName }),
        ...(variables != null && { variables }),
        ...(extensions != null && { extensions }),
      },
      { contextValue },
    );
    if (body.kind !== 'single') throw new Error('Unexpected incremental response.');
    return { result: body.singleResult, text: stringifyResult(body.singleResult) };
  }

  async #prepareHttp(
    httpGraphQLRequest: NonNullable<ReturnType<OperationTransport['toHttpRequest']>>,
    preparation: Preparation,
  ): Promise<OperationResponse> {
    const context = async () => preparation;
    const {
      status = 200,
      headers,
      body,
    } = await this.#server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context });
    // The schema has no @defer or @stream, so a response is never incremental.
    if (body.kind !== 'complete') throw new Error('Unexpected incremental response.');
    return { result: {}, text: body.string, head: { status, headers } };
  }
}

/** The parameters of an operation not received over HTTP, checked by its protocol. */
interface OperationParameters {
  readonly query?: string | null;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
  readonly extensions?: Record<string, unknown> | null;
}

/** Plugins that keep Apollo Server from reporting to Apollo and from adding pages and headers. */
export function silentPlugins(): ApolloServerPlugin<object>[] {
  return [
    // Disables all reports to Apollo, even if the environment contains an APOLLO_KEY.
    ApolloServerPluginUsageReportingDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    // A browser that follows a link to a document gets the response.
    ApolloServerPluginLandingPageDisabled(),
    // The schema has no cache hints, for which the plugin would instrument every field.
    ApolloServerPluginCacheControlDisabled(),
  ];
}

function createPlugin({
  planned,
  metrics,
  hideSuggestions,
}: Pick<PreparerOptions, 'planned' | 'metrics' | 'hideSuggestions'>): ApolloServerPlugin<Preparation> {
  return {
    // The request is not a GraphQL request. Apollo Server rejects it before it creates a context.
    async invalidRequestWasReceived({ error }) {
      const { code, reason } = publicError(error)!.extensions;
      metrics.errors.inc({ entry: 'graphql', code, reason });
    },
    // A hook or plugin threw an error. Apollo Server logs it and sends a masked error for the request.
    async unexpectedErrorProcessingRequest() {
      metrics.errors.inc({ entry: 'graphql', code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL_SERVER_ERROR' });
    },
    requestDidStart: async () => ({
      // Parsing of unknown documents, which may be as long as a request, is charged.
      parsingDidStart: async ({ contextValue }) => chargeTime(contextValue),
      async validationDidStart({ contextValue, document }) {
        const charge = chargeTime(contextValue);
        return async (errors) => {
          if (errors) nameArguments(document, errors as readonly GraphQLError[]);
          await charge();
        };
      },
      async didEncounterErrors({ errors, contextValue: { context } }) {
        await hideSuggestions(errors, context);
        for (const error of errors) recordError(error, context);
      },
      async responseForOperation({ document, request: { operationName, variables }, contextValue }) {
        const operation = planned.findOperation(document, operationName);
        // Apollo Server has its own error for a missing operation.
        if (operation === undefined) return null;
        contextValue.accepted.operation = { operation, variables };
        return emptyResponse();
      },
      willSendResponse: async (sent) => setHttpHead(sent),
    }),
  };
}

/** @returns a function that charges the processor time elapsed until it is called */
function chargeTime({ context: { budget } }: Preparation): () => Promise<void> {
  const startedAt = performance.now();
  return async () => budget.cost.addProcessor(performance.now() - startedAt);
}

function emptyResponse(): GraphQLResponse {
  return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: {} } };
}

function setHttpHead({ request, response: { http, body } }: GraphQLRequestContextWillSendResponse<Preparation>): void {
  if (body.kind !== 'single' || request.http === undefined) return;
  const accept = request.http.headers.get('accept');
  const rejection = toRejection(body.singleResult, accept);
  if (rejection) http.status = rejection.status;
  if (rejection?.mediaType) http.headers.set('content-type', rejection.mediaType);
  // Apollo Server would reject a request that accepts only a stream.
  if (chooseResponseMediaType(accept) === null) http.headers.set('content-type', jsonMediaType);
}

const maxErrors = limits.documentErrors.value;

/** Limits the variable errors found by graphql-js, which applies its own limit to them. */
export function limitErrors(result: FormattedExecutionResult): void {
  const { errors = [], data } = result;
  // The last error states that there are more.
  if (data === undefined && errors.length > maxErrors + 1) {
    Object.assign(result, { errors: [...errors.slice(0, maxErrors), errors.at(-1)!] });
  }
}
