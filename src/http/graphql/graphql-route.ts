import { HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { type Caller, isClientListed } from '../../access/caller.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { GraphqlServer } from '../../graphql/apollo/graphql-server.js';
import type { GatewayContext, Subscriber } from '../../graphql/context.js';
import { chooseStream, prefersPage, wantsEventStream } from '../../graphql/pipeline/media-type.js';
import { assertLineCount, assertVariableSize } from '../../graphql/pipeline/request-limits.js';
import { traceHeader } from '../../graphql/pipeline/trace-header.js';
import { lazy } from '../../task-runs/batching/lazy.js';
import { registerOptions } from '../options-route.js';
import { graphqlMethods, graphqlPath, pagesClientName } from '../paths.js';
import type { Callbacks } from './callback-subscription.js';
import { type HttpTransport, onlyEvent, sendEvents } from './graphql-events.js';
import { isStreamedGet, parametersOf, searchOf, toSearch } from './graphql-parameters.js';

/** Creates the context of an operation, which ends with the response. */
export type OpenContext = (
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
  /** null, the default: the client cannot receive events. */
  subscriber?: Subscriber | null,
) => GatewayContext;

interface GraphqlRouteOptions {
  readonly server: GraphqlServer;
  readonly authenticate: (request: FastifyRequest) => Promise<Caller>;
  readonly createContext: OpenContext;
  /** Resolves when a document of the caller may be parsed. */
  readonly enterParseQueue: (callerId: string) => Promise<void>;
  /** null: this gateway has no GraphiQL. */
  readonly sendPage: ((reply: FastifyReply) => Promise<FastifyReply>) | null;
  readonly callbacks: Callbacks;
  /** The `client_id`s for which traces are made. */
  readonly traceClients: readonly string[];
}

/**
 * Registers `POST /graphql` and `GET /graphql`: GraphiQL for a browser, GraphQL over HTTP for every other client. HEAD
 * is GET without the body of its response. The id of a document and its operation may be in the path.
 */
export function registerGraphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): void {
  const route: Omit<RouteOptions, 'url'> = {
    method: ['GET', 'HEAD', 'POST'],
    // Before the body is read: a rejected caller costs no parsing.
    onRequest: async (request, reply) => {
      if (request.method !== 'POST' && !namesDocument(request) && prefersPage(request.headers.accept)) {
        if (options.sendPage === null) throw new GatewayError('NOT_ACCEPTABLE');
        return options.sendPage(reply);
      }
      const caller = await options.authenticate(request);
      // A trace costs several times as much as the operation, and reveals the time of each resolver.
      if (!isClientListed(caller, options.traceClients)) delete request.headers[traceHeader];
    },
    handler: async (request, reply) => {
      let context: GatewayContext | undefined;
      const caller = request.logFields.caller!;
      const createContext = (subscriber: Subscriber | null = null) => {
        context ??= options.createContext(caller, request, reply, subscriber);
        return context;
      };
      const eventReceiver = lazy(() => toEventReceiver(request, options.callbacks));
      assertVariableSize(request.body);
      const given = parametersOf(request);
      const parameters = await options.server.trustedDocuments.resolve(given, {
        caller,
        isOwnPage: isOwnPage(request.headers),
        createContext: () => createContext(eventReceiver().subscriber),
        enterParseQueue: options.enterParseQueue,
      });
      const { headers } = request;
      const isPost = request.method === 'POST';
      const fastResponse = isPost
        ? await options.server.respondFast({ headers, body: parameters }, createContext)
        : null;
      if (fastResponse !== null)
        return reply.code(fastResponse.status).header('content-type', fastResponse.mediaType).send(fastResponse.text);
      const { callback, transport, subscriber } = eventReceiver();
      // Events that are posted to a router go on.
      if (callback === null) reply.raw.once('close', () => context?.carrier.events?.return?.());
      await options.enterParseQueue(caller.id);
      assertLineCount(parameters);
      const {
        status,
        headers: responseHeaders,
        body,
      } = await options.server.apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          ...(isPost || isStreamedGet(request)
            ? { method: 'POST', search: '', body: parameters }
            : {
                method: 'GET',
                search: parameters === given ? searchOf(request.url) : toSearch(parameters as Record<string, unknown>),
                body: undefined,
              }),
          headers: toHeaderMap(headers),
        },
        context: async () => createContext(subscriber),
      });
      for (const [name, value] of responseHeaders) reply.header(name, value);
      const events = context?.carrier.events;
      if (events !== undefined) {
        if (callback === null) return sendEvents(reply, transport as HttpTransport, events);
        await options.callbacks.start(callback, events);
        return reply.header('subscription-protocol', 'callback/1.0').send('{"data":null}');
      }
      reply.code(status ?? 200);
      // The schema has no @defer or @stream, so a response is never incremental.
      if (body.kind !== 'complete') throw new Error('Unexpected incremental response.');
      if (reply.statusCode === 200 && wantsEventStream(request.headers.accept)) {
        return sendEvents(reply, 'sse', onlyEvent(body.string));
      }
      return reply.send(body.string);
    },
  };
  for (const url of [graphqlPath, `${graphqlPath}/:documentId/:operationName`]) {
    app.route({ ...route, url });
  }
  registerOptions(app, graphqlPath, graphqlMethods);
}

/** Returns the transport by which the client can receive events, if any. */
function toEventReceiver(request: FastifyRequest, { callbackOf }: Callbacks) {
  const callback = callbackOf(request);
  const transport = callback === null ? chooseStream(request.headers.accept) : 'callback';
  const subscriber: Subscriber | null = transport === null ? null : { transport };
  return { callback, transport, subscriber };
}

function namesDocument({ params }: FastifyRequest): boolean {
  return (params as { readonly documentId?: string }).documentId !== undefined;
}

/** Whether a page of the gateway sent the request. The header is no proof, and gives rights only to owners. */
function isOwnPage({ 'apollographql-client-name': name }: FastifyRequest['headers']): boolean {
  return name === pagesClientName;
}

function toHeaderMap(headers: FastifyRequest['headers']): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
