// The event streams open in this process, over every GraphQL transport and over REST. They are counted, limited, and
// ended when the process shuts down.

import { GatewayError } from '../errors/gateway-error.js';
import { createCallerQueue } from './caller-queue.js';

export type Transport = 'sse' | 'websocket' | 'multipart' | 'callback' | 'rest';

export interface OpenStream {
  /** A signal that is aborted when either side ends the stream. */
  readonly signal: AbortSignal;
  /** Resolves when an event may be written for the caller. */
  enterWriteQueue(): Promise<void>;
  /** Counts the stream as ended. May be called repeatedly. */
  end(): void;
}

export interface OpenStreams {
  /** @throws GatewayError RATE_LIMITED beyond a limit, SERVICE_UNAVAILABLE while the process shuts down */
  open(callerId: string, transport: Transport): OpenStream;
  /** Ends all streams, and lets no more begin. */
  endAll(): void;
}

interface StreamLimits {
  /** The limit for all callers together. */
  readonly subscriptions: number;
  readonly subscriptionsPerCaller: number;
}

/** A guess in seconds, because the end of an open stream cannot be predicted. */
const retryAfter = 10;
/** Number of events written before anything else is served. */
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

/** Counts by caller. */
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
