// The time limit of a request: until when its reads may wait, whether its client is still waiting, and the time to
// which relative dates refer.

import type { Abandonable, WaitingRequest } from '../memory/memory-holding.js';

export class RequestDeadline implements WaitingRequest {
  /** The deadline for all reads of the request, on the clock of `performance.now()`. */
  expiresAt: number;
  /** Whether the client has disconnected. */
  isAbandoned = false;
  readonly #reads = new Set<Abandonable>();
  readonly #now: () => number;
  #requestTime: number | undefined;
  /** The initial time limit. */
  readonly #durationMs: number;

  /** @param now returns milliseconds since 1970 */
  constructor(expiresAt: number, now: () => number = Date.now) {
    this.#durationMs = expiresAt - performance.now();
    this.expiresAt = expiresAt;
    this.#now = now;
  }

  /** Milliseconds since 1970, to which all relative dates of the request refer. The clock is read only once. */
  get requestTime(): number {
    this.#requestTime ??= this.#now();
    return this.#requestTime;
  }

  /** Extends the deadline after waiting for something other than the database. */
  extend(milliseconds: number): void {
    this.expiresAt = Math.max(this.expiresAt, performance.now() + this.#durationMs + milliseconds);
  }

  /** Returns the deadline for the next part of a stream or export, with the full time limit. */
  renew(): RequestDeadline {
    return new RequestDeadline(performance.now() + this.#durationMs, this.#now);
  }

  /** Removes the reads from the queue, and cancels statements for which no other request is waiting. */
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
