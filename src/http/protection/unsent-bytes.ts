// Counts responses that slow readers have not received yet in the memory ledger, so that they never take up the memory
// for other purposes.

import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { MemoryHolding } from '../../memory/memory-holding.js';
import { type MemoryLedger, unsentGraceMs } from '../../memory/memory-ledger.js';
import { endConnectionOf, whenResponseEnds } from '../connections.js';
import { requesterOf } from '../request-log.js';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The memory of a streamed response, whose parts are counted when they are written; `null` for any other response.
     */
    unsent: MemoryHolding | null;
  }
}

/** Smaller responses fit into the system's buffers. */
const minBytes = 16_384;

interface SentResponse {
  readonly request: FastifyRequest;
  readonly sentAt: number;
  readonly unsent: MemoryHolding;
  readonly measure: () => number;
}

/**
 * Returns a function that counts a response before it is sent.
 * @param callerOf returns the id of the response's caller; by default, the caller of the request's token or link
 */
export function createUnsentCounter(memory: MemoryLedger, callerOf = requesterOf) {
  /** Oldest first. An array, so that sent responses leave no garbage in V8's old generation. */
  const sent: SentResponse[] = [];
  let timer: NodeJS.Timeout | undefined;

  return (request: FastifyRequest, raw: ServerResponse, payload: unknown): void => {
    const isStream = payload instanceof Readable;
    const isLarge = (typeof payload === 'string' || Buffer.isBuffer(payload)) && payload.length >= minBytes;
    if (!isLarge && !isStream) return;
    const measure = () => raw.writableLength;
    const unsent = memory.unsent.hold(callerOf(request), { measure, end: () => endConnectionOf(raw) });
    if (isStream) request.unsent = unsent;
    const response = { request, sentAt: performance.now(), unsent, measure };
    sent.push(response);
    whenResponseEnds(raw, () => {
      unsent.close();
      sent.splice(sent.indexOf(response), 1);
    });
    timer ??= setInterval(count, unsentGraceMs).unref();
  };

  /** Counts the unsent bytes of older responses instead of the bytes that their requests have read. */
  function count(): void {
    if (sent.length === 0) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    const before = performance.now() - unsentGraceMs;
    for (const { request, sentAt, unsent, measure } of [...sent]) {
      if (sentAt > before) continue;
      request.budget?.end();
      unsent.reserveUnsent(measure());
    }
  }
}
