// Executes one operation of a WebSocket, by the same steps as an HTTP request, and yields its responses.

import type { ExecutionResult } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { Reason } from '../../errors/catalogue.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { GraphqlServer } from '../../graphql/apollo/graphql-server.js';
import type { GatewayContext } from '../../graphql/context.js';
import { EventStreamError } from '../../graphql/pipeline/event-stream.js';
import { assertLineCount, assertVariableSize } from '../../graphql/pipeline/request-limits.js';
import { stringifyResult } from '../../graphql/pipeline/stringify-result.js';

/** A response as graphql-ws passes it on. */
export interface ResponseText extends ExecutionResult {
  text: string;
}

interface OperationOptions {
  readonly server: GraphqlServer;
  /** Resolves when a document of the caller may be parsed. */
  readonly enterParseQueue: (callerId: string) => Promise<void>;
  readonly context: GatewayContext;
  readonly payload: SubscribePayload;
  /** The reason for rejecting the operation unexecuted; null: it is executed. */
  readonly rejection: Reason | null;
  readonly onEnd: () => void;
}

/** The responses of an operation. The next one is made when the client has taken the previous one. */
export class WebSocketOperation implements AsyncIterableIterator<ResponseText, undefined> {
  readonly #responses: AsyncGenerator<ResponseText, undefined>;

  constructor(private readonly options: OperationOptions) {
    this.#responses = this.#respond();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws EventStreamError instead of a response without data */
  next(): Promise<IteratorResult<ResponseText, undefined>> {
    return this.#responses.next();
  }

  /** Abandons the operation, because the client does not wait for it any more. */
  return(): Promise<IteratorResult<ResponseText, undefined>> {
    const { context } = this.options;
    context.budget.abandon();
    context.carrier.events?.return?.();
    return this.#responses.return(undefined);
  }

  async *#respond(): AsyncGenerator<ResponseText, undefined> {
    const { context, onEnd } = this.options;
    try {
      const events = await this.#execute();
      if (typeof events !== 'string') for await (const text of events) yield { text };
      else {
        // From now on, the unsent bytes of the connection count.
        context.budget.end();
        yield { text: events };
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      context.request.recordError(error);
      const { message, extensions } = error;
      throw new EventStreamError([{ message, extensions }]);
    } finally {
      context.budget.end();
      onEnd();
    }
  }

  /** @returns the text of the response, or the texts of events */
  async #execute(): Promise<string | AsyncIterable<string>> {
    const { server, enterParseQueue, context, payload, rejection } = this.options;
    if (rejection !== null) throw new GatewayError(rejection, rejection === 'QUEUE_TIMEOUT' ? { retryAfter: 1 } : {});
    assertVariableSize(payload);
    const { caller } = context;
    const sender = { caller, isOwnPage: false, createContext: () => context, enterParseQueue };
    const parameters = (await server.trustedDocuments.resolve(payload, sender)) as SubscribePayload;
    await enterParseQueue(caller.id);
    assertLineCount(parameters);
    const { query, operationName, variables, extensions } = parameters;
    const { body } = await server.apollo.executeOperation(
      {
        query,
        ...(operationName == null ? {} : { operationName }),
        ...(variables == null ? {} : { variables }),
        ...(extensions == null ? {} : { extensions }),
      },
      { contextValue: context },
    );
    if (body.kind !== 'single') throw new Error('Unexpected incremental response.');
    const { text, events } = context.carrier;
    if (events !== undefined) return events;
    const { data, errors } = body.singleResult;
    if (data === undefined) throw new EventStreamError(errors!);
    return text ?? stringifyResult(body.singleResult);
  }
}
