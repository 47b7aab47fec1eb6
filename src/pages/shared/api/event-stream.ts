/** Returns the results of a subscription, until it ends or the reader stops. */
export function readResults<Result>(
  response: Response,
  request: AbortController,
  parse: (text: string) => Result,
): AsyncIterableIterator<Result> {
  const texts = textsIn(response.body!.pipeThrough(new TextDecoderStream()).getReader());
  const ended = { done: true, value: undefined } as const;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        const { done, value } = await texts.next();
        return done ? ended : { value: parse(value) };
      } catch (error) {
        // Reading fails for a request that was stopped.
        if (request.signal.aborted) return ended;
        throw error;
      }
    },
    async return() {
      request.abort();
      return ended;
    },
  };
}

async function* textsIn(reader: ReadableStreamDefaultReader<string>): AsyncGenerator<string> {
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split('\n\n');
    text = events.pop()!;
    for (const event of events) {
      const [, data] = /^(?::.*\n)*event: next\ndata: (.*)$/.exec(event) ?? [];
      if (data !== undefined) yield data;
    }
  }
}
