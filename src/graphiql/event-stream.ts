import type { ExecutionResult } from 'graphql';

/** The results of a subscription, until it ends or whoever reads them stops. */
export function readResults(response: Response, request: AbortController): AsyncIterableIterator<ExecutionResult> {
  const results = resultsIn(response.body!.pipeThrough(new TextDecoderStream()).getReader());
  const ended = { done: true, value: undefined } as const;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        return await results.next();
      } catch (error) {
        // A request that was stopped fails.
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

async function* resultsIn(reader: ReadableStreamDefaultReader<string>): AsyncGenerator<ExecutionResult> {
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split('\n\n');
    text = events.pop()!;
    for (const event of events) {
      const [, data] = /^event: next\ndata: (.*)$/.exec(event) ?? [];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}
