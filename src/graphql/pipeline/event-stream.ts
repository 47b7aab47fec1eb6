import type { GraphQLFormattedError } from 'graphql';
import type { OpenStream } from '../../streams/open-streams.js';

/** What ends a stream early: the errors as the client gets them. */
export class EventStreamError extends Error {
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super('The stream of events has failed.');
  }
}

interface EventStreamOptions {
  readonly source: AsyncIterator<unknown>;
  /** As which it is counted, until it ends. */
  readonly stream: OpenStream;
  /** The text of the response to an event. */
  readonly respond: (event: unknown) => Promise<string> | string;
  readonly formatError: (error: unknown) => GraphQLFormattedError;
}

const ended = { done: true, value: undefined } as const;

/**
 * The responses of a subscription as JSON texts. An event is read when the one before was taken, so a client that does
 * not read holds one at most.
 */
export class EventStream implements AsyncIterableIterator<string, undefined> {
  readonly #options: EventStreamOptions;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    const { source, stream } = options;
    // A generator between two events has to be told. What it fails with after the end reaches nobody.
    stream.signal.addEventListener('abort', () => void Promise.resolve(source.return?.()).catch(() => {}));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws EventStreamError for the last event */
  async next(): Promise<IteratorResult<string, undefined>> {
    const { source, stream, respond, formatError } = this.#options;
    if (stream.signal.aborted) return ended;
    try {
      const { done, value } = await source.next();
      if (!done && !stream.signal.aborted) return { done: false, value: await respond(value) };
    } catch (error) {
      // What was being read when the stream was ended fails as well.
      if (stream.signal.aborted) return ended;
      stream.end();
      throw new EventStreamError([formatError(error)]);
    }
    stream.end();
    return ended;
  }

  /** Ends the stream at once, whatever it waits for. */
  async return(): Promise<IteratorResult<string, undefined>> {
    this.#options.stream.end();
    return ended;
  }
}
