import type { GraphQLFormattedError } from 'graphql';
import type { OpenStream } from '../../streams/open-streams.js';

/** Ends a stream early, with errors for the client. */
export class EventStreamError extends Error {
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super('event stream failed');
  }
}

interface EventStreamOptions {
  readonly source: AsyncIterator<unknown>;
  /** The open stream, which counts until it ends. */
  readonly stream: OpenStream;
  /** Returns the JSON text of the response to an event. */
  readonly respond: (event: unknown) => Promise<string> | string;
  readonly formatError: (error: unknown) => GraphQLFormattedError;
}

const ended = { done: true, value: undefined } as const;

/**
 * A subscription's responses as JSON text. Each event is read when the previous one has been taken, so that a client
 * that does not read holds at most one.
 */
export class EventStream implements AsyncIterableIterator<string, undefined> {
  readonly #options: EventStreamOptions;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    const { source, stream } = options;
    // A generator waiting between two events has to be ended explicitly. Its errors after the end are ignored.
    stream.signal.addEventListener('abort', () => void Promise.resolve(source.return?.()).catch(() => {}));
  }

  /** A signal that is aborted when either side ends the stream. */
  get signal(): AbortSignal {
    return this.#options.stream.signal;
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
      // When the stream is ended, a pending read fails too.
      if (stream.signal.aborted) return ended;
      stream.end();
      throw new EventStreamError([formatError(error)]);
    }
    stream.end();
    return ended;
  }

  /** Ends the stream immediately, during any wait. */
  async return(): Promise<IteratorResult<string, undefined>> {
    this.#options.stream.end();
    return ended;
  }
}
