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

/** The context of an operation, which ends with the response. */
export type OpenContext = (
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
  /** null unless given: the client cannot receive events. */
  subscriber?: Subscriber | null,
) => GatewayContext;

interface GraphqlRouteOptions {
  readonly server: GraphqlServer;
  readonly authenticate: (request: FastifyRequest) => Promise<Caller>;
  readonly createContext: OpenContext;
  /** Resolves when it is the caller's turn to have a document parsed. */
  readonly enterParseQueue: (callerId: string) => Promise<void>;
  /** null: this gateway has no GraphiQL. */
  readonly sendPage: ((reply: FastifyReply) => Promise<FastifyReply>) | null;
  readonly callbacks: Callbacks;
  /** The `client_id`s for which traces are made. */
  readonly traceClients: readonly string[];
}

/**
 * `POST /graphql` and `GET /graphql`: GraphiQL for a browser, GraphQL over HTTP for everyone else. HEAD is GET without the
 * body of its response. The id of a document and its operation may be in the path.
 */
export function registerGraphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): void {
  const callerOf = new WeakMap<FastifyRequest, Caller>();
  const route: Omit<RouteOptions, 'url'> = {
    method: ['GET', 'HEAD', 'POST'],
    // Before the body is read: a rejected caller costs no parsing.
    onRequest: async (request, reply) => {
      if (request.method !== 'POST' && !namesDocument(request) && prefersPage(request.headers.accept)) {
        if (options.sendPage === null) throw new GatewayError('NOT_ACCEPTABLE');
        return options.sendPage(reply);
      }
      const caller = await options.authenticate(request);
      callerOf.set(request, caller);
      // A trace costs several times what the operation does, and tells how long each resolver took.
      if (!isClientListed(caller, options.traceClients)) delete request.headers[traceHeader];
    },
    handler: async (request, reply) => {
      let context: GatewayContext | undefined;
      const caller = callerOf.get(request)!;
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
      // What is posted goes on.
      if (callback === null) reply.raw.once('close', () => context?.carrier.events?.return?.());
      // A URL has no room for as many.
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

/** How the client would receive events, if it can. */
function toEventReceiver(request: FastifyRequest, { callbackOf }: Callbacks) {
  const callback = callbackOf(request);
  const transport = callback === null ? chooseStream(request.headers.accept) : 'callback';
  const subscriber: Subscriber | null = transport === null ? null : { transport };
  return { callback, transport, subscriber };
}

function namesDocument({ params }: FastifyRequest): boolean {
  return (params as { readonly documentId?: string }).documentId !== undefined;
}

/** Pages name themselves as clients do. It is no proof, and what follows from it is for owners alone. */
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
