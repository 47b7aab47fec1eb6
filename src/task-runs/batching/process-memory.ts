// The JSON that all requests of the process hold at a time, from the statement that reads it until the response is sent.

import { GatewayError } from '../../errors/gateway-error.js';

/** What waits or runs for a request. */
export interface Abandonable {
  abandon(): void;
}

/** The request that waits. */
interface Waiter {
  readonly callerId: string;
  readonly deadline: number;
  add(waiting: Abandonable): void;
  delete(waiting: Abandonable): void;
}

interface Waiting {
  readonly callerId: string;
  readonly bytes: number;
  readonly admit: () => void;
}

export class ProcessMemory {
  #used = 0;
  readonly #usedBy = new Map<string, number>();
  #waiting: Waiting[] = [];

  /** @param total bytes; what is in use may go beyond by what arrives in shared statements */
  constructor(private readonly total: number) {}

  take(callerId: string, bytes: number): void {
    this.#used += bytes;
    this.#usedBy.set(callerId, (this.#usedBy.get(callerId) ?? 0) + bytes);
  }

  give(callerId: string, bytes: number): void {
    this.#used -= bytes;
    const left = (this.#usedBy.get(callerId) ?? 0) - bytes;
    if (left > 0) this.#usedBy.set(callerId, left);
    else this.#usedBy.delete(callerId);
    this.#admit();
  }

  /**
   * Takes the bytes once there is space for them, first come, first served among callers that hold less than half.
   * @throws GatewayError QUEUE_TIMEOUT when the request's time is over before
   */
  takeInTurn(bytes: number, request: Waiter): Promise<void> {
    const { callerId } = request;
    if (this.#waiting.length === 0 && this.#hasSpaceFor(callerId, bytes)) {
      this.take(callerId, bytes);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((each) => each !== waiting);
        settle();
        reject(new GatewayError('QUEUE_TIMEOUT', { retryAfter: 1 }));
        this.#admit();
      };
      const timer = setTimeout(leave, Math.max(0, Math.min(request.deadline - performance.now(), 2 ** 31 - 1))).unref();
      const abandonable = { abandon: leave };
      const settle = () => {
        clearTimeout(timer);
        request.delete(abandonable);
      };
      const waiting = {
        callerId,
        bytes,
        admit: () => {
          settle();
          resolve();
        },
      };
      request.add(abandonable);
      this.#waiting.push(waiting);
      this.#admit();
    });
  }

  #admit(): void {
    for (const waiting of [...this.#waiting]) {
      if (this.#used >= this.total) return;
      if (!this.#hasSpaceFor(waiting.callerId, waiting.bytes)) continue;
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
      this.take(waiting.callerId, waiting.bytes);
      waiting.admit();
    }
  }

  /** Alone, a read may take more than there is for all, and the only one of its caller more than a caller's half. */
  #hasSpaceFor(callerId: string, bytes: number): boolean {
    const own = this.#usedBy.get(callerId) ?? 0;
    if (own > 0 && own + bytes > this.total / 2) return false;
    return this.#used === 0 || this.#used + bytes <= this.total;
  }
}
