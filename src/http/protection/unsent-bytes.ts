// Counts the responses that slow readers have not taken yet in the memory ledger, so that they never take the memory of
// other purposes.

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { MemoryHolding } from '../../memory/memory-holding.js';
import { type MemoryLedger, unsentGraceMs } from '../../memory/memory-ledger.js';
import { callerOfLog } from '../request-log.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The memory of a response that is a stream, whose parts are counted when they are written; null for any other. */
    unsent: MemoryHolding | null;
  }
}

interface UnsentBytesOptions {
  readonly memory: MemoryLedger;
  /** Returns the id of the response's caller; by default, the caller of the request's token or link. */
  readonly callerOf?: (request: FastifyRequest) => string;
}

/** Smaller responses fit into the system's buffers. */
const minBytes = 16_384;

interface SentResponse {
  readonly request: FastifyRequest;
  readonly sentAt: number;
  readonly unsent: MemoryHolding;
  readonly measure: () => number;
}

export function countUnsentBytes(app: FastifyInstance, { memory, callerOf = callerOfLog }: UnsentBytesOptions): void {
  /** Oldest first. An array, so that sent responses leave no garbage in V8's old generation. */
  const sent: SentResponse[] = [];
  let timer: NodeJS.Timeout | undefined;
  app.decorateRequest('unsent', null);

  app.addHook('onSend', (request, { raw }, payload, done) => {
    const isStream = payload instanceof Readable;
    const isLarge = (typeof payload === 'string' || Buffer.isBuffer(payload)) && payload.length >= minBytes;
    if (isLarge || isStream) {
      const measure = () => raw.writableLength;
      const unsent = memory.unsent.hold(callerOf(request), { measure, end: () => raw.destroy() });
      if (isStream) request.unsent = unsent;
      const response = { request, sentAt: performance.now(), unsent, measure };
      sent.push(response);
      raw.once('close', () => {
        unsent.close();
        sent.splice(sent.indexOf(response), 1);
      });
      timer ??= setInterval(count, unsentGraceMs).unref();
    }
    done(null, payload);
  });

  /** Counts the unsent bytes of older responses, instead of the bytes that their requests have read. */
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
      unsent.holdUnsent(measure());
    }
  }
}
