// Sends a subscription's events in the body of an HTTP response.

import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { EventStreamError } from '../../graphql/operation/event-stream.js';
import { countedEvent, eventStreamHeaders, serverSentEvent, streamOpening } from '../../streams/server-sent-events.js';
import { whenResponseEnds } from '../connections.js';

/** The format of a body: the text before the first event, for each event, and after the last. */
interface BodyFormat {
  readonly headers: Readonly<Record<string, string>>;
  readonly opening: string;
  readonly next: (text: string) => string;
  /** Returns the text for errors that ended the stream. */
  readonly error: (errors: string) => string;
  readonly end: string;
}

/** https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, "distinct connections mode" */
const serverSentEvents: BodyFormat = {
  headers: eventStreamHeaders,
  opening: streamOpening,
  next: (text) => serverSentEvent('next', text),
  error: (errors) => serverSentEvent('next', `{"errors":${errors}}`),
  end: serverSentEvent('complete', ''),
};

/**
 * https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol
 *
 * Clients read a part once its closing boundary has arrived, so both are written together. An empty object is a
 * heartbeat.
 */
const multipart: BodyFormat = {
  headers: { 'content-type': 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"' },
  opening: `\r\n--graphql${part('{}')}`,
  next: (text) => part(`{"payload":${text}}`),
  error: (errors) => part(`{"payload":null,"errors":${errors}}`),
  end: '--\r\n',
};

function part(json: string): string {
  return `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`;
}

const formats = { sse: serverSentEvents, multipart };
export type HttpTransport = keyof typeof formats;

/** Sends events. Reads the next one when the client has received the previous ones. */
export function sendEvents(
  reply: FastifyReply,
  transport: HttpTransport,
  events: AsyncIterableIterator<string, undefined>,
): FastifyReply {
  const format = formats[transport];
  whenResponseEnds(reply.raw, () => events.return?.());
  return reply
    .code(200)
    .headers(format.headers)
    .send(Readable.from(write(format, events, reply), { highWaterMark: 0 }));
}

async function* write(format: BodyFormat, events: AsyncIterable<string>, reply: FastifyReply): AsyncGenerator<string> {
  yield format.opening;
  try {
    for await (const text of events) yield countedEvent(format.next(text), reply);
  } catch (error) {
    if (!(error instanceof EventStreamError)) throw error;
    yield format.error(JSON.stringify(error.errors));
  }
  yield format.end;
}

/** Yields a single response as a stream's only event. */
export async function* onlyEvent(text: string): AsyncGenerator<string, undefined> {
  yield text;
}
