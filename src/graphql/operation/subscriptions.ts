import { createSourceEventStream, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../../errors/gateway-error.js';
import { limits } from '../../limits.js';
import { scopeOfChange } from '../../request/scope.js';
import type { OpenStream, OpenStreams } from '../../streams/open-streams.js';
import type { AuditEntry } from '../../task-runs/audit/response-audit.js';
import type { FollowedChange } from '../../task-runs/changes/follow-changes.js';
import type { Executor } from '../execution/executor.js';
import { EventStream } from './event-stream.js';
import type { HideSuggestions } from './introspection.js';
import { traceEvent } from './operation-span.js';
import type { OperationRequest, OperationTransport } from './operation-transport.js';
import { type OperationResponse, type ResponseWriter, toGraphqlError } from './response.js';

interface SubscriptionOptions {
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
  readonly streams: OpenStreams;
  readonly responses: ResponseWriter;
  readonly hideSuggestions: HideSuggestions;
}

export class Subscriptions {
  constructor(private readonly options: SubscriptionOptions) {}

  /** Returns a subscription's stream, or the response that rejects it. */
  async open(
    request: OperationRequest,
    transport: Pick<OperationTransport, 'streamTransport' | 'entry'>,
  ): Promise<EventStream | OperationResponse> {
    const { responses, streams } = this.options;
    const { context } = request;
    let stream: OpenStream | undefined;
    try {
      const streamTransport = transport.streamTransport();
      if (streamTransport === null) throw new GatewayError('NOT_ACCEPTABLE');
      stream = streams.open(context.caller.id, streamTransport);
      return await this.#subscribe(request, stream, transport.entry ?? 'graphql');
    } catch (error) {
      stream?.end();
      return responses.reject(error, context);
    }
  }

  async #subscribe(
    request: OperationRequest,
    stream: OpenStream,
    entry: AuditEntry,
  ): Promise<EventStream | OperationResponse> {
    const { schema, responses, hideSuggestions } = this.options;
    const { operation, variables, context } = request;
    const source = await createSourceEventStream({
      schema,
      document: operation.document,
      operationName: operation.node.name?.value,
      variableValues: variables,
      contextValue: { ...context, signal: stream.signal },
      options: { maxCoercionErrors: limits.documentErrors.value },
    });
    if ('errors' in source) {
      stream.end();
      await hideSuggestions(source.errors!, context);
      const errors = source.errors!.map((error) => responses.format(error, context));
      return responses.write({ result: { errors } }, context);
    }
    return new EventStream({
      source: (source as AsyncIterable<unknown>)[Symbol.asyncIterator](),
      stream,
      respond: (event) => this.#respondTraced(event as FollowedChange, request, stream, entry),
      formatError: (error) => responses.format(toGraphqlError(error), context),
    });
  }

  #respondTraced(event: FollowedChange, ...rest: [OperationRequest, OpenStream, AuditEntry]): Promise<string> {
    const { trace } = rest[0].context.budget;
    const isHeartbeat = event.run === null && event.deleted === null;
    if (trace?.span === undefined || isHeartbeat) return this.#respond(event, ...rest);
    return traceEvent(event.budget, trace, () => this.#respond(event, ...rest));
  }

  /** Returns the JSON text of the response to an event. */
  async #respond(
    event: FollowedChange,
    { operation, variables, context }: OperationRequest,
    stream: OpenStream,
    entry: AuditEntry,
  ): Promise<string> {
    await stream.enterWriteQueue();
    const contextValue = scopeOfChange(context, event);
    const executed = await this.options.executor.execute({ operation, variables, rootValue: event, contextValue });
    const { text } = this.options.responses.write(executed, contextValue);
    if (executed.result.data == null) context.audit?.discard();
    await context.audit?.record({ entry, bytes: Buffer.byteLength(text) });
    event.startSending();
    return text;
  }
}
