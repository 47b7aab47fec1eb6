export interface ServerSentEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** Yields the events of a response, without comments. */
export async function* eventsOf(response: Response): AsyncGenerator<ServerSentEvent> {
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const event = field('event');
      if (event !== undefined) yield { event, id: field('id'), data: field('data') ?? '' };
    }
  }
}

/** Returns the next value, or fails the test if there are no more values. */
export async function nextEvent<Value>(values: AsyncIterator<Value>): Promise<Value> {
  const { done, value } = await values.next();
  if (done) throw new Error('The stream has ended.');
  return value;
}
