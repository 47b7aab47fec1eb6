import { HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.js';
import type { GraphqlServer } from '../../graphql/apollo/graphql-server.js';
import type { GatewayContext, Subscriber } from '../../graphql/context.js';
import { chooseStream, prefersPage, wantsEventStream } from '../../graphql/pipeline/media-type.js';
import { rejectManyLines, rejectManyMembers } from '../../graphql/pipeline/request-limits.js';
import { traceHeader } from '../../graphql/pipeline/trace-header.js';
import { graphqlMethods, graphqlPath } from '../paths.js';
import type { Callbacks } from './callback-subscription.js';
import { type HttpTransport, onlyEvent, sendEvents } from './graphql-events.js';
import { bodyOfStreamedGet } from './subscription-by-get.js';

interface GraphqlRouteOptions {
  readonly server: GraphqlServer;
  readonly authenticate: (request: FastifyRequest) => Promise<Caller>;
  readonly createContext: (
    caller: Caller,
    request: FastifyRequest,
    reply: FastifyReply,
    subscriber: Subscriber | null,
  ) => GatewayContext;
  /** Resolves when it is the caller's turn to have a document parsed. */
  readonly turn: (callerId: string) => Promise<void>;
  readonly sendPage: (reply: FastifyReply) => Promise<FastifyReply>;
  readonly callbacks: Callbacks;
  /** The `client_id`s for which traces are made. */
  readonly traceClients: readonly string[];
}

/**
 * `POST /graphql` and `GET /graphql`: GraphiQL for a browser, GraphQL over HTTP for everyone else. HEAD is GET without the
 * body of its response.
 */
export function registerGraphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): void {
  const callerOf = new WeakMap<FastifyRequest, Caller>();
  app.route({
    method: ['GET', 'HEAD', 'POST'],
    url: graphqlPath,
    // Before the body is read: a rejected caller costs no parsing.
    onRequest: async (request, reply) => {
      if (request.method !== 'POST' && prefersPage(request.headers.accept)) return options.sendPage(reply);
      const caller = await options.authenticate(request);
      callerOf.set(request, caller);
      const isTraceClient = caller.clientId !== undefined && options.traceClients.includes(caller.clientId);
      // A trace costs several times what the operation does, and tells how long each resolver took.
      if (!isTraceClient) delete request.headers[traceHeader];
    },
    handler: async (request, reply) => {
      let context: GatewayContext | undefined;
      let subscriber: Subscriber | null = null;
      const createContext = () => {
        context ??= options.createContext(callerOf.get(request)!, request, reply, subscriber);
        return context;
      };
      rejectManyMembers(request.body);
      const fast = request.method === 'POST' ? await options.server.respondFast(request, createContext) : null;
      if (fast !== null) return reply.code(fast.status).header('content-type', fast.mediaType).send(fast.text);
      const callback = options.callbacks.callbackOf(request);
      const transport = callback === null ? chooseStream(request.headers.accept) : 'callback';
      if (transport !== null) subscriber = { transport };
      // What is posted goes on.
      if (callback === null) reply.raw.once('close', () => subscriber?.events?.return?.());
      // A URL has no room for as many.
      await options.turn(callerOf.get(request)!.id);
      const streamedGet = bodyOfStreamedGet(request);
      rejectManyLines(streamedGet ?? request.body);
      const { status, headers, body } = await options.server.apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: streamedGet !== null || request.method === 'POST' ? 'POST' : 'GET',
          headers: toHeaderMap(request.headers),
          search: request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '',
          body: streamedGet ?? request.body,
        },
        context: async () => createContext(),
      });
      for (const [name, value] of headers) reply.header(name, value);
      if (subscriber?.events) {
        if (callback === null) return sendEvents(reply, transport as HttpTransport, subscriber.events);
        await options.callbacks.begin(callback, subscriber.events);
        reply.header('subscription-protocol', 'callback/1.0');
      }
      reply.code(status ?? 200);
      // The schema has no @defer or @stream, so a response is never incremental.
      if (body.kind !== 'complete') throw new Error('Unexpected incremental response.');
      if (reply.statusCode === 200 && wantsEventStream(request.headers.accept)) {
        return sendEvents(reply, 'sse', onlyEvent(body.string));
      }
      return reply.send(body.string);
    },
  });
  app.options(graphqlPath, (_request, reply) => reply.code(204).header('allow', graphqlMethods).send());
}

function toHeaderMap(headers: FastifyRequest['headers']): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
