import { HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { type Caller, isClientListed } from '../../access/caller.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { GraphqlServer } from '../../graphql/apollo/graphql-server.js';
import type { GatewayContext, Subscriber } from '../../graphql/context.js';
import type { DocumentSender } from '../../graphql/documents/trusted-documents.js';
import type { PostedRequest } from '../../graphql/pipeline/fast-path.js';
import { chooseStream, prefersPage, wantsEventStream } from '../../graphql/pipeline/media-type.js';
import { assertLineCount, assertVariableSize } from '../../graphql/pipeline/request-limits.js';
import { traceHeader } from '../../graphql/pipeline/trace-header.js';
import type { Transport } from '../../streams/open-streams.js';
import { registerOptions } from '../options-route.js';
import { graphqlMethods, graphqlPath, pagesClientName } from '../paths.js';
import type { Callback, Callbacks } from './callback-subscription.js';
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
  readonly authenticate: (request: FastifyRequest) => Caller | Promise<Caller>;
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
    onRequest(request, reply, done) {
      if (request.method !== 'POST' && !namesDocument(request) && prefersPage(request.headers.accept)) {
        if (options.sendPage === null) throw new GatewayError('NOT_ACCEPTABLE');
        return options.sendPage(reply);
      }
      const caller = options.authenticate(request);
      // Fastify calls the handler when the promise is resolved.
      return caller instanceof Promise ? caller : done();
    },
    handler(request, reply) {
      const { headers, body } = request;
      // A trace costs several times as much as the operation, and reveals the time of each resolver.
      if (traceHeader in headers && !isClientListed(request.logFields.caller!, options.traceClients)) {
        delete headers[traceHeader];
      }
      assertVariableSize(body);
      const given = parametersOf(request);
      const exchange = new Exchange(request, reply, options);
      const parameters = options.server.trustedDocuments.resolve(given, exchange);
      return parameters instanceof Promise
        ? parameters.then((resolved) => respond(exchange, given, resolved))
        : respond(exchange, given, parameters);
    },
  };
  for (const url of [graphqlPath, `${graphqlPath}/:documentId/:operationName`]) {
    app.route({ ...route, url });
  }
  registerOptions(app, graphqlPath, graphqlMethods);

  /** Returns the body of the response, or the reply that sends it. */
  function respond(exchange: Exchange, given: unknown, parameters: unknown): string | Promise<string | FastifyReply> {
    const body = exchange.isPost ? options.server.respondFast(parameters, exchange) : null;
    return body ?? respondByApollo(exchange, given, parameters);
  }

  async function respondByApollo(exchange: Exchange, given: unknown, parameters: unknown): Promise<FastifyReply> {
    const { request, reply, headers, isPost } = exchange;
    const { callback, transport } = exchange.eventReceiver;
    await options.enterParseQueue(exchange.caller.id);
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
      context: async () => exchange.createContext(),
    });
    for (const [name, value] of responseHeaders) reply.header(name, value);
    const { events } = exchange;
    if (events !== undefined) {
      if (callback === null) return sendEvents(reply, transport as HttpTransport, events);
      await options.callbacks.start(callback, events);
      return reply.header('subscription-protocol', 'callback/1.0').send('{"data":null}');
    }
    reply.code(status ?? 200);
    // The schema has no @defer or @stream, so a response is never incremental.
    if (body.kind !== 'complete') throw new Error('Unexpected incremental response.');
    if (reply.statusCode === 200 && wantsEventStream(headers.accept)) {
      return sendEvents(reply, 'sse', onlyEvent(body.string));
    }
    return reply.send(body.string);
  }
}

/** An authenticated request for an operation, with its reply and the context of the operation. */
class Exchange implements DocumentSender, PostedRequest {
  #context: GatewayContext | undefined;
  #eventReceiver: EventReceiver | undefined;

  constructor(
    readonly request: FastifyRequest,
    readonly reply: FastifyReply,
    private readonly options: GraphqlRouteOptions,
  ) {}

  get headers() {
    return this.request.headers;
  }

  get isPost(): boolean {
    return this.request.method === 'POST';
  }

  get caller(): Caller {
    return this.request.logFields.caller!;
  }

  /** The header is no proof, and gives rights only to owners. */
  get isOwnPage(): boolean {
    return this.headers['apollographql-client-name'] === pagesClientName;
  }

  get eventReceiver(): EventReceiver {
    this.#eventReceiver ??= toEventReceiver(this.request, this.options.callbacks);
    return this.#eventReceiver;
  }

  /** The events of a subscription that has begun. */
  get events() {
    return this.#context?.carrier.events;
  }

  /** Creates the context at the first call. */
  createContext(subscriber = this.eventReceiver.subscriber): GatewayContext {
    this.#context ??= this.options.createContext(this.caller, this.request, this.reply, subscriber);
    return this.#context;
  }

  enterParseQueue(callerId: string): Promise<void> {
    return this.options.enterParseQueue(callerId);
  }

  setHead(status: number, mediaType: string): void {
    this.reply.code(status).header('content-type', mediaType);
  }
}

interface EventReceiver {
  readonly callback: Callback | null;
  /** null: the client cannot receive events. */
  readonly transport: Transport | null;
  readonly subscriber: Subscriber | null;
}

/** Returns the transport by which the client can receive events, if any. */
function toEventReceiver(request: FastifyRequest, { callbackOf }: Callbacks): EventReceiver {
  const callback = callbackOf(request);
  const transport = callback === null ? chooseStream(request.headers.accept) : 'callback';
  return { callback, transport, subscriber: transport === null ? null : { transport } };
}

function namesDocument({ params }: FastifyRequest): boolean {
  return (params as { readonly documentId?: string }).documentId !== undefined;
}

function toHeaderMap(headers: FastifyRequest['headers']): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
