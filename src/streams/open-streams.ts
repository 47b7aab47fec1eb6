// The streams of events that are open in this process, over every transport of GraphQL and over REST: counted, limited,
// and ended when the process shuts down.

import { GatewayError } from '../errors/gateway-error.js';
import { createCallerQueue } from './caller-queue.js';

export type Transport = 'sse' | 'websocket' | 'multipart' | 'callback' | 'rest';

export interface OpenStream {
  /** Aborted when the stream ends, from whichever side. */
  readonly signal: AbortSignal;
  /** Resolves when an event of the caller may be written. */
  enterWriteQueue(): Promise<void>;
  /** Counts the stream as ended; may be called again. */
  end(): void;
}

export interface OpenStreams {
  /** @throws GatewayError RATE_LIMITED beyond a limit, SERVICE_UNAVAILABLE while the process shuts down */
  open(callerId: string, transport: Transport): OpenStream;
  /** Ends all streams, and lets no further one begin. */
  endAll(): void;
}

interface StreamLimits {
  /** The limit for all callers together. */
  readonly subscriptions: number;
  readonly subscriptionsPerCaller: number;
}

/** Seconds: a guess, because the end of an open stream cannot be predicted. */
const retryAfter = 10;
/** Events that are written before anything else is served. */
const eventsPerBatch = 8;

/** @param onCount called with 1 or -1 */
export function createOpenStreams(
  limits: StreamLimits,
  onCount: (transport: Transport, change: number) => void,
): OpenStreams {
  const streams = new Set<OpenStream>();
  const counts = new CallerCounts();
  const enterWriteQueue = createCallerQueue(eventsPerBatch);
  let isClosed = false;

  return {
    open(callerId, transport) {
      if (isClosed) throw new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 });
      if (streams.size >= limits.subscriptions || counts.of(callerId) >= limits.subscriptionsPerCaller) {
        throw new GatewayError('RATE_LIMITED', { retryAfter });
      }
      const controller = new AbortController();
      const stream = {
        signal: controller.signal,
        enterWriteQueue: () => enterWriteQueue(callerId),
        end() {
          if (!streams.delete(stream)) return;
          counts.add(callerId, -1);
          onCount(transport, -1);
          controller.abort();
        },
      };
      streams.add(stream);
      counts.add(callerId, 1);
      onCount(transport, 1);
      return stream;
    },
    endAll() {
      isClosed = true;
      for (const stream of streams) stream.end();
    },
  };
}

/** A count for each caller. */
export class CallerCounts {
  readonly #counts = new Map<string, number>();

  of(callerId: string): number {
    return this.#counts.get(callerId) ?? 0;
  }

  add(callerId: string, change: 1 | -1): void {
    const count = this.of(callerId) + change;
    if (count > 0) this.#counts.set(callerId, count);
    else this.#counts.delete(callerId);
  }
}
