// What clients leave unread is bounded for the whole process, so that those who read slowly, or not at all, never hold the
// memory of all others. Beyond it whoever has most unread loses the oldest of it.

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callerOfLog, type Holding, largestHolder } from './largest-holder.js';

interface UnreadBytesOptions {
  /** Of all responses in total. */
  readonly maxBytes: number;
  /** Whose response it is, in place of the caller of the request's token or link. */
  readonly callerOf?: (request: FastifyRequest) => string;
  /** Called once a response counts here: what it was read from need not count anywhere else any more. */
  readonly onUnread?: (request: FastifyRequest) => void;
  /** What is held of it beside what waits to be sent, at each look: what is being compressed, and what is read ahead. */
  readonly heldBytes?: (request: FastifyRequest) => number;
  /** Between two looks at what is unread. */
  readonly checkMs?: number;
}

/** What is smaller is in the system's buffers. */
const minBytes = 16_384;
/** Whatever a response's size, it is not unread before. */
const graceMs = 1000;

interface SentResponse extends Holding {
  readonly request: FastifyRequest;
  readonly sentAt: number;
  isUnread: boolean;
  heldBytes: number;
}

export function boundUnreadBytes(
  app: FastifyInstance,
  { maxBytes, callerOf = callerOfLog, onUnread, heldBytes = () => 0, checkMs = graceMs }: UnreadBytesOptions,
): void {
  /** Oldest first; an array, so that what has been sent leaves nothing behind in V8's old generation. */
  const sent: SentResponse[] = [];
  let timer: NodeJS.Timeout | undefined;

  app.addHook('onSend', (request, { raw }, payload, done) => {
    const isLarge = (typeof payload === 'string' || Buffer.isBuffer(payload)) && payload.length >= minBytes;
    // Of a stream a part is unread at a time, which of an export may be megabytes.
    if (isLarge || payload instanceof Readable) {
      const callerId = callerOf(request);
      const response = { request, raw, callerId, sentAt: performance.now(), isUnread: false, heldBytes: 0 };
      sent.push(response);
      raw.once('close', () => sent.splice(sent.indexOf(response), 1));
      timer ??= setInterval(check, checkMs).unref();
    }
    done(null, payload);
  });

  function check(): void {
    if (sent.length === 0) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    const now = performance.now();
    const unread = sent.filter(({ sentAt }) => now - sentAt >= graceMs);
    for (const response of unread) {
      if (!response.isUnread) onUnread?.(response.request);
      response.isUnread = true;
      response.heldBytes = heldBytes(response.request);
    }
    endBeyond(maxBytes, unread);
  }
}

function endBeyond(maxBytes: number, unread: readonly SentResponse[]): void {
  let left = unread;
  while (left.reduce((sum, each) => sum + bytesOf(each), 0) > maxBytes) {
    const { oldest } = largestHolder(left, bytesOf)!;
    left = left.filter((response) => response !== oldest);
    oldest.raw.destroy();
  }
}

function bytesOf({ raw, heldBytes }: SentResponse): number {
  return raw.writableLength + heldBytes;
}
