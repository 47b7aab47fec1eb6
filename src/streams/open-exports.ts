import { GatewayError } from '../errors/gateway-error.js';
import { createCallerQueue, type EnterQueue } from './caller-queue.js';
import { CallerCounts } from './open-streams.js';

/** The exports open in this process. */
export interface OpenExports {
  /**
   * @returns a function to call once, when the export has ended
   * @throws GatewayError RATE_LIMITED beyond the limit
   */
  open(callerId: string): () => void;
  /** Resolves when a page may be written for the caller. */
  readonly enterWriteQueue: EnterQueue;
}

/** A guess in seconds, because the end of an open export cannot be predicted. */
const retryAfter = 10;

export function createOpenExports({ exportsPerCaller }: { readonly exportsPerCaller: number }): OpenExports {
  const counts = new CallerCounts();
  return {
    open(callerId) {
      if (counts.of(callerId) >= exportsPerCaller) throw new GatewayError('RATE_LIMITED', { retryAfter });
      counts.add(callerId, 1);
      return () => counts.add(callerId, -1);
    },
    enterWriteQueue: createCallerQueue(),
  };
}
