import { HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { isClientListed } from '../../access/caller.js';
import type { TrustedIssuers } from '../../access/tokens/trusted-issuers.js';
import { costReportOf } from '../../admission/cost-report.js';
import type { Config } from '../../config/config.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { GatewayContext } from '../../graphql/context.js';
import { EventStream } from '../../graphql/operation/event-stream.js';
import { toRejection } from '../../graphql/operation/http-status.js';
import {
  chooseResponseMediaType,
  chooseStream,
  jsonMediaType,
  limitAccept,
  prefersPage,
  wantsEventStream,
} from '../../graphql/operation/media-type.js';
import type { OperationTransport } from '../../graphql/operation/operation-transport.js';
import type { Operations, ResponseOrStream } from '../../graphql/operation/operations.js';
import { traceFormat, traceHeader } from '../../graphql/operation/traced.js';
import { andThen } from '../../maybe-promise.js';
import type { Scopes } from '../../request/scope.js';
import type { Transport } from '../../streams/open-streams.js';
import type { AuditEntry } from '../../task-runs/audit/response-audit.js';
import { authenticate, openScope } from '../authenticate.js';
import { followStream } from '../connections.js';
import { registerOptions } from '../options-route.js';
import { graphqlMethods, graphqlPath, pagesClientName } from '../paths.js';
import type { Callback, Callbacks } from './callback-subscription.js';
import { onlyEvent, sendEvents } from './graphql-events.js';
import { isStreamedGet, parametersOf, searchOf } from './graphql-parameters.js';

interface GraphqlRouteOptions {
  readonly operations: Operations;
  readonly issuers: Pick<TrustedIssuers, 'verify'>;
  readonly scopes: Pick<Scopes, 'openScope'>;
  readonly costMode: Config['costMode'];
  /** Sends GraphiQL; `null` if this gateway does not serve it. */
  readonly sendPage: ((reply: FastifyReply) => Promise<FastifyReply>) | null;
  readonly callbacks: Callbacks;
  /** The `client_id`s for which traces are created. */
  readonly traceClients: readonly string[];
}

/**
 * Registers `POST /graphql` and `GET /graphql`: GraphiQL for browsers, GraphQL over HTTP for all other clients. HEAD is
 * GET without a response body. The path may contain the id of a document and its operation.
 */
export function registerGraphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): void {
  const route: Omit<RouteOptions, 'url'> = {
    method: ['GET', 'HEAD', 'POST'],
    // Runs before the body is read, so that rejected callers do not cause any parsing.
    onRequest(request, reply, done) {
      if (request.method !== 'POST' && !namesDocument(request) && prefersPage(request.headers.accept)) {
        if (options.sendPage === null) throw new GatewayError('NOT_ACCEPTABLE');
        return options.sendPage(reply);
      }
      const caller = authenticate(request, options.issuers);
      // Fastify calls the handler when the promise is resolved.
      return caller instanceof Promise ? caller : done();
    },
    handler(request, reply) {
      const { accept } = request.headers;
      if (chooseResponseMediaType(accept) === null && chooseStream(accept) === null) {
        throw new GatewayError('NOT_ACCEPTABLE');
      }
      const operation = new HttpOperation(request, reply, options);
      return andThen(options.operations.respond(operation.parameters, operation), (response) =>
        operation.send(response),
      );
    },
  };
  for (const url of [graphqlPath, `${graphqlPath}/:documentId/:operationName`]) {
    app.route({ ...route, url });
  }
  registerOptions(app, graphqlPath, graphqlMethods);
}

/** An operation of an authenticated HTTP request, and its reply. */
class HttpOperation implements OperationTransport {
  readonly parameters: unknown;
  readonly context: GatewayContext;
  readonly #callback: Callback | null;

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly options: GraphqlRouteOptions,
  ) {
    this.parameters = parametersOf(request);
    this.#callback = options.callbacks.callbackOf(request);
    this.context = openScope(request, reply, options.scopes, costReportOf(request, options.costMode));
  }

  /**
   * Whether the gateway's own pages sent the request. The header proves nothing, and gives more rights only to owners.
   */
  get isOwnPage(): boolean {
    return this.request.headers['apollographql-client-name'] === pagesClientName;
  }

  /** A trace costs several times as much as the operation, and reveals the time of each resolver. */
  get isTraced(): boolean {
    return (
      this.request.headers[traceHeader] === traceFormat &&
      isClientListed(this.context.caller, this.options.traceClients)
    );
  }

  get entry(): AuditEntry {
    return this.#callback === null ? 'graphql' : 'callback';
  }

  get isGet(): boolean {
    return this.request.method !== 'POST' && !isStreamedGet(this.request);
  }

  /** Whether Apollo Server has not checked the type of the body yet. The body of a GET may be absent or JSON. */
  get needsApolloCheck(): boolean {
    return this.isGet && this.request.headers['content-type'] !== undefined;
  }

  toHttpRequest(parameters: unknown): HTTPGraphQLRequest {
    const { accept, 'content-type': contentType } = this.request.headers;
    // Apollo Server does not get the token, but only learns that there is one, which browsers do not add automatically.
    const headers = new HeaderMap([['authorization', 'Bearer']]);
    if (accept !== undefined) headers.set('accept', limitAccept(accept));
    if (contentType !== undefined) headers.set('content-type', contentType);
    return this.isGet && this.parameters === parameters
      ? { method: 'GET', search: searchOf(this.request.url), body: undefined, headers }
      : { method: 'POST', search: '', body: parameters, headers };
  }

  streamTransport(): Transport | null {
    return this.#callback === null ? chooseStream(this.request.headers.accept) : 'callback';
  }

  /** Returns the body of the response, or the reply that sends it. */
  send(response: ResponseOrStream): string | FastifyReply | Promise<FastifyReply> {
    const { reply } = this;
    const { accept } = this.request.headers;
    reply.header('content-type', chooseResponseMediaType(accept) ?? jsonMediaType);
    if (response instanceof EventStream) return this.#sendEvents(response);
    const { head, result, text } = response;
    if (head === undefined) {
      const rejection = toRejection(result, accept);
      reply.code(rejection?.status ?? 200);
      if (rejection?.mediaType) reply.header('content-type', rejection.mediaType);
    } else {
      reply.code(head.status);
      for (const [name, value] of head.headers) reply.header(name, value);
    }
    const isOnlyEvent = reply.statusCode === 200 && wantsEventStream(accept);
    return isOnlyEvent ? sendEvents(reply, 'sse', onlyEvent(text)) : text;
  }

  async #sendEvents(events: EventStream): Promise<FastifyReply> {
    const { request, reply } = this;
    if (this.#callback === null) {
      followStream(request.raw.socket, events.signal);
      return sendEvents(reply, chooseStream(request.headers.accept)!, events);
    }
    // Events that are posted to a router continue after the response.
    await this.options.callbacks.start(this.#callback, events);
    return reply.header('subscription-protocol', 'callback/1.0').send('{"data":null}');
  }
}

function namesDocument({ params }: FastifyRequest): boolean {
  return (params as { readonly documentId?: string }).documentId !== undefined;
}
