// One operation of a WebSocket: the same road as a request's, its responses one after another.

import type { ExecutionResult } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { GatewayError } from '../../errors/gateway-error.js';
import type { GraphqlServer } from '../../graphql/apollo/graphql-server.js';
import type { GatewayContext } from '../../graphql/context.js';
import { EventStreamError } from '../../graphql/pipeline/event-stream.js';
import { rejectManyLines, rejectManyMembers } from '../../graphql/pipeline/request-limits.js';

/** What graphql-ws passes on of a response. */
export interface ResponseText extends ExecutionResult {
  readonly text: string;
}

interface OperationOptions {
  readonly server: GraphqlServer;
  /** Resolves when it is the caller's turn to have a document parsed. */
  readonly turn: (callerId: string) => Promise<void>;
  readonly context: GatewayContext;
  readonly payload: SubscribePayload;
  /** Of its connection. */
  readonly isOneTooMany: boolean;
  readonly onEnd: () => void;
}

/** The responses of an operation, of which the client takes the next once it has the one before. */
export class WebSocketOperation implements AsyncIterableIterator<ResponseText, undefined> {
  readonly #responses: AsyncGenerator<ResponseText, undefined>;

  constructor(private readonly options: OperationOptions) {
    this.#responses = this.#respond();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws EventStreamError in place of a response without data */
  next(): Promise<IteratorResult<ResponseText, undefined>> {
    return this.#responses.next();
  }

  /** Nobody waits for it any more, so whatever it waits for ends. */
  return(): Promise<IteratorResult<ResponseText, undefined>> {
    const { context } = this.options;
    context.budget.abandon();
    context.subscriber?.events?.return?.();
    return this.#responses.return(undefined);
  }

  async *#respond(): AsyncGenerator<ResponseText, undefined> {
    const { server, turn, context, payload, isOneTooMany, onEnd } = this.options;
    try {
      if (isOneTooMany) throw new GatewayError('RATE_LIMITED');
      rejectManyMembers(payload);
      const { caller } = context;
      const sender = { caller, isOwnPage: false, createContext: () => context, turn };
      const parameters = (await server.trustedDocuments.resolve(payload, sender)) as SubscribePayload;
      await turn(caller.id);
      rejectManyLines(parameters);
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
      const events = context.subscriber?.events;
      if (events === undefined) {
        const { data, errors } = body.singleResult;
        if (data === undefined) throw new EventStreamError(errors!);
        yield { text: server.textOf(body.singleResult) };
      } else {
        for await (const text of events) yield { text };
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const { message, extensions } = error;
      context.request.recordError(extensions, { target: error.target });
      throw new EventStreamError([{ message, extensions }]);
    } finally {
      context.budget.end();
      onEnd();
    }
  }
}
