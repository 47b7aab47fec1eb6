// What clients leave unread is bounded for the whole process, so that those who read slowly, or not at all, never hold the
// memory of all others. Beyond it whoever has most unread loses the oldest of it.

import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';

interface UnreadBytesOptions {
  /** Of all responses in total. */
  readonly maxBytes: number;
  /** Whose response it is, in place of the caller of the request's token or link. */
  readonly callerOf?: (request: FastifyRequest) => string;
  /** Called once a response counts here: what it was read from need not count anywhere else any more. */
  readonly onUnread?: (request: FastifyRequest) => void;
  /** Between two looks at what is unread. */
  readonly checkMs?: number;
}

/** What is smaller is in the system's buffers. */
const minBytes = 16_384;
/** Whatever a response's size, it is not unread before. */
const graceMs = 1000;

interface SentResponse {
  readonly request: FastifyRequest;
  readonly raw: ServerResponse;
  readonly callerId: string;
  readonly sentAt: number;
  isUnread: boolean;
}

export function boundUnreadBytes(
  app: FastifyInstance,
  { maxBytes, callerOf = callerOfLog, onUnread, checkMs = graceMs }: UnreadBytesOptions,
): void {
  /** Oldest first; an array, so that what has been sent leaves nothing behind in V8's old generation. */
  const sent: SentResponse[] = [];
  let timer: NodeJS.Timeout | undefined;

  app.addHook('onSend', (request, { raw }, payload, done) => {
    if ((typeof payload === 'string' || Buffer.isBuffer(payload)) && payload.length >= minBytes) {
      const response = { request, raw, callerId: callerOf(request), sentAt: performance.now(), isUnread: false };
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
    }
    endBeyond(maxBytes, unread);
  }
}

function endBeyond(maxBytes: number, unread: readonly SentResponse[]): void {
  let total = 0;
  const bytesOf = new Map<string, number>();
  for (const { callerId, raw } of unread) {
    total += raw.writableLength;
    bytesOf.set(callerId, (bytesOf.get(callerId) ?? 0) + raw.writableLength);
  }
  const left = [...unread];
  while (total > maxBytes) {
    const [callerId, bytes] = [...bytesOf].reduce((most, each) => (each[1] > most[1] ? each : most));
    const [oldest] = left.splice(
      left.findIndex((response) => response.callerId === callerId),
      1,
    );
    const { writableLength } = oldest!.raw;
    total -= writableLength;
    bytesOf.set(callerId, bytes - writableLength);
    oldest!.raw.destroy();
  }
}

function callerOfLog({ logFields: { caller, linkSubject } }: FastifyRequest): string {
  return caller?.id ?? linkSubject ?? 'nobody';
}
