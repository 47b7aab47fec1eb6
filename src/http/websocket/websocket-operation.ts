// Executes one operation of a WebSocket in the same steps as an HTTP request, and yields its responses.

import type { ExecutionResult } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { Reason } from '../../errors/catalogue.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { GatewayContext } from '../../graphql/context.js';
import { EventStream, EventStreamError } from '../../graphql/operation/event-stream.js';
import { otherProtocol } from '../../graphql/operation/operation-transport.js';
import type { Operations } from '../../graphql/operation/operations.js';

/** A response in the form that graphql-ws passes on. */
export interface ResponseText extends ExecutionResult {
  text: string;
}

interface OperationOptions {
  readonly operations: Operations;
  readonly context: GatewayContext;
  readonly payload: SubscribePayload;
  /** The reason for rejecting the operation without executing it; `null` if it is executed. */
  readonly rejection: Reason | null;
  /** Called with the signal of a stream that begins. */
  readonly onStream: (signal: AbortSignal) => void;
  readonly onEnd: () => void;
}

/** The responses of an operation. Each is generated after the client has received the previous one. */
export class WebSocketOperation implements AsyncIterableIterator<ResponseText, undefined> {
  readonly #responses: AsyncGenerator<ResponseText, undefined>;
  #events: EventStream | undefined;

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

  /** Abandons the operation, because the client no longer waits for it. */
  return(): Promise<IteratorResult<ResponseText, undefined>> {
    const { context } = this.options;
    context.budget.deadline.abandon();
    this.#events?.return();
    return this.#responses.return(undefined);
  }

  async *#respond(): AsyncGenerator<ResponseText, undefined> {
    const { context, onEnd } = this.options;
    try {
      const events = await this.#execute();
      if (typeof events !== 'string') for await (const text of events) yield { text };
      else {
        // From here on, the connection's unsent bytes are counted instead.
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

  /** @returns the text of the response, or of each event @throws EventStreamError for a response without data */
  async #execute(): Promise<string | EventStream> {
    const { operations, context, payload, rejection, onStream } = this.options;
    if (rejection !== null) throw new GatewayError(rejection, rejection === 'QUEUE_TIMEOUT' ? { retryAfter: 1 } : {});
    const transport = {
      ...otherProtocol,
      context,
      entry: 'websocket' as const,
      streamTransport: () => 'websocket' as const,
    };
    const response = await operations.respond(payload, transport);
    if (response instanceof EventStream) {
      this.#events = response;
      onStream(response.signal);
      // The client may have disconnected in the meantime.
      if (context.budget.deadline.isAbandoned) await response.return();
      return response;
    }
    if (response.result.data === undefined) throw new EventStreamError(response.result.errors!);
    return response.text;
  }
}
