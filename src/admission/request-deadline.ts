// The time of a request: until when its reads may wait, whether its client still waits for them, and the time to which its
// relative dates refer.

import type { Abandonable, WaitingRequest } from '../memory/memory-holding.js';

export class RequestDeadline implements WaitingRequest {
  /** In the time of `performance.now()`, for all reads of the request. */
  expiresAt: number;
  /** Whether the client has gone. */
  isAbandoned = false;
  readonly #reads = new Set<Abandonable>();
  readonly #now: () => number;
  #requestTime: number | undefined;
  /** The time at the beginning. */
  readonly #durationMs: number;

  /** @param now returns milliseconds since 1970 */
  constructor(expiresAt: number, now: () => number = Date.now) {
    this.#durationMs = expiresAt - performance.now();
    this.expiresAt = expiresAt;
    this.#now = now;
  }

  /** Milliseconds since 1970, to which all relative dates of the request refer. The clock is read once. */
  get requestTime(): number {
    this.#requestTime ??= this.#now();
    return this.#requestTime;
  }

  /** Extends the deadline after a wait for something else than the database. */
  extend(milliseconds: number): void {
    this.expiresAt = Math.max(this.expiresAt, performance.now() + this.#durationMs + milliseconds);
  }

  /** Returns the deadline of the next part of a stream or export, which has the whole time. */
  renew(): RequestDeadline {
    return new RequestDeadline(performance.now() + this.#durationMs, this.#now);
  }

  /** Removes the reads from the queue, and cancels statements that no other request waits for. */
  abandon(): void {
    this.isAbandoned = true;
    for (const read of [...this.#reads]) read.abandon();
  }

  add(read: Abandonable): void {
    this.#reads.add(read);
  }

  delete(read: Abandonable): void {
    this.#reads.delete(read);
  }
}
