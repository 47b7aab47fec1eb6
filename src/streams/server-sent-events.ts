// The format of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html

export const eventStreamType = 'text/event-stream';

export const eventStreamHeaders = {
  'content-type': `${eventStreamType}; charset=utf-8`,
  // nginx would hold events back until its buffer is full.
  'x-accel-buffering': 'no',
} as const;

/**
 * A comment, so that the client sees the response begin. The empty line that ends an event would follow only an event: some
 * clients dispatch an event without data there.
 */
export const streamOpening = ':\n';

/** A response to which events are written. */
interface EventResponse {
  readonly request: { readonly unsent?: { reserveUnsent(bytes: number): void } | null };
  readonly raw: { readonly writableLength: number };
}

/** Returns the event, and counts it with the bytes of the response that are not sent yet. */
export function countedEvent(event: string, { request: { unsent }, raw }: EventResponse): string {
  unsent?.reserveUnsent(raw.writableLength + event.length);
  return event;
}

/** @param data without line breaks, as JSON text is; @param id by which a client that lost the stream resumes it */
export function serverSentEvent(event: string, data: string, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}
