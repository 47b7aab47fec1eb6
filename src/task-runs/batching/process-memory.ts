// The JSON that all requests of the process hold at a time, from the statement that reads it until the response is sent.

import { GatewayError } from '../../errors/gateway-error.js';

/** What waits or runs for a request. */
export interface Abandonable {
  abandon(): void;
}

/** The request that waits. */
interface Waiter {
  readonly deadline: number;
  add(waiting: Abandonable): void;
  delete(waiting: Abandonable): void;
}

export class ProcessMemory {
  #used = 0;
  readonly #waiting: { readonly bytes: number; readonly admit: () => void }[] = [];

  /** @param total bytes; what is in use may go beyond by what arrives in shared statements */
  constructor(private readonly total: number) {}

  take(bytes: number): void {
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
    while (this.#waiting.length > 0 && this.#hasRoomFor(this.#waiting[0]!.bytes)) {
      const { bytes: admitted, admit } = this.#waiting.shift()!;
      this.#used += admitted;
      admit();
    }
  }

  /**
   * Takes the bytes once there is room for them, first come, first served.
   * @throws GatewayError QUEUE_TIMEOUT when the request's time is over before
   */
  takeInTurn(bytes: number, request: Waiter): Promise<void> {
    if (this.#waiting.length === 0 && this.#hasRoomFor(bytes)) {
      this.#used += bytes;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        settle();
        reject(new GatewayError('QUEUE_TIMEOUT', { retryAfter: 1 }));
      };
      const timer = setTimeout(leave, Math.max(0, Math.min(request.deadline - performance.now(), 2 ** 31 - 1)));
      const abandonable = { abandon: leave };
      const settle = () => {
        clearTimeout(timer);
        request.delete(abandonable);
      };
      const waiting = {
        bytes,
        admit: () => {
          settle();
          resolve();
        },
      };
      request.add(abandonable);
      this.#waiting.push(waiting);
    });
  }

  /** Alone, a read may take more than there is for all. */
  #hasRoomFor(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.total;
  }
}
