import { EventStream, EventStreamError } from '../../../../src/graphql/operation/event-stream.js';
import { createOpenStreams } from '../../../../src/streams/open-streams.js';

const streamOf = (source: AsyncIterator<unknown>, respond = (event: unknown) => JSON.stringify(event)) => {
  const streams = createOpenStreams({ subscriptions: 1, subscriptionsPerCaller: 1 }, () => {});
  const stream = streams.open('ada', 'sse');
  const formatError = (error: unknown) => ({ message: (error as Error).message });
  return { stream, events: new EventStream({ source, stream, respond, formatError }) };
};

describe('a stream of events', () => {
  it('reads an event when the next one is requested', async () => {
    let read = 0;
    const { events } = streamOf(
      (async function* () {
        for (;;) {
          read += 1;
          yield read;
        }
      })(),
    );
    expect(await events.next()).toEqual({ done: false, value: '1' });
    await new Promise(setImmediate);
    expect(read).toBe(1);
  });

  it('ends with its source, and is counted no more', async () => {
    const { events, stream } = streamOf((async function* () {})());
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(stream.signal.aborted).toBe(true);
  });

  it('ends with the error of its source, once', async () => {
    const { events, stream } = streamOf(
      (async function* () {
        yield 1;
        throw new Error('no longer');
      })(),
    );
    await events.next();
    const failed = events.next();
    await expect(failed).rejects.toBeInstanceOf(EventStreamError);
    await expect(failed).rejects.toMatchObject({ errors: [{ message: 'no longer' }] });
    expect(stream.signal.aborted).toBe(true);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('ends when its client leaves while an event is awaited, and so does its source', async () => {
    let end = (_step: IteratorResult<unknown>) => {};
    let isSourceEnded = false;
    const { events } = streamOf({
      next: () =>
        new Promise((resolve) => {
          end = resolve;
        }),
      return: async () => {
        isSourceEnded = true;
        return { done: true, value: undefined };
      },
    });
    const next = events.next();
    await events.return();
    expect(isSourceEnded).toBe(true);
    end({ done: false, value: 'late' });
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('passes on nothing that fails because the stream was ended', async () => {
    const { events, stream } = streamOf({
      next: () => new Promise((_, reject) => stream.signal.addEventListener('abort', () => reject(new Error('cut')))),
    });
    const next = events.next();
    stream.end();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
