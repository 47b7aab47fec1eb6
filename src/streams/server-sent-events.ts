// The format of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html

export const eventStreamType = 'text/event-stream';

export const eventStreamHeaders = {
  'content-type': `${eventStreamType}; charset=utf-8`,
  // nginx would hold events back until its buffer is full.
  'x-accel-buffering': 'no',
} as const;

/**
 * A comment that shows the client that the response has begun. It lacks the empty line that ends an event, because some
 * clients would then dispatch an event without data.
 */
export const streamOpening = ':\n';

/** A response to which events are written. */
interface EventResponse {
  readonly request: { readonly unsent?: { reserveUnsent(bytes: number): void } | null };
  readonly raw: { readonly writableLength: number };
}

/** Returns the event, after counting it with the response's unsent bytes. */
export function countedEvent(event: string, { request: { unsent }, raw }: EventResponse): string {
  unsent?.reserveUnsent(raw.writableLength + event.length);
  return event;
}

/** @param data without line breaks, like JSON text @param id from which a client that lost the stream resumes */
export function serverSentEvent(event: string, data: string, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}
