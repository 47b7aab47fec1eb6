// What one request may still spend, handed down to everything it reads.

import { RequestCost } from '../../cost/request-cost.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import type { Limit } from '../../limits.js';
import type { Abandonable, ProcessMemory } from './process-memory.js';

export interface BudgetOptions {
  /** Issuer and subject: whose turn its reads take. */
  readonly callerId: string;
  /** By `performance.now()`, for all reads of the request. */
  readonly deadline: number;
  /** Of JSON that the request reads, and of JSON that its response holds. */
  readonly maxBytes: number;
  readonly memory: ProcessMemory;
  /** Counts the statements in which the request takes part. */
  readonly stats: { statements: number };
  /** What its statements are charged to; by default nobody. */
  readonly cost?: RequestCost;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export class RequestBudget {
  readonly callerId: string;
  deadline: number;
  readonly maxBytes: number;
  readonly stats: { statements: number };
  readonly cost: RequestCost;
  /** The client has gone: nobody waits for the response any more. */
  isAbandoned = false;
  readonly #reads = new Set<Abandonable>();
  readonly #memory: ProcessMemory;
  /** By the name of the limit. */
  readonly #counts: Record<string, number> = {};
  #readBytes = 0;
  /** What the process counts of it. */
  #heldBytes = 0;
  #writtenBytes = 0;
  #isEnded = false;
  readonly #now: () => number;
  #requestTime: number | undefined;
  #lastLargeRead: Promise<unknown> = Promise.resolve();
  /** What it was renewed for and has not ended. */
  readonly #parts = new Set<RequestBudget>();
  #whole: RequestBudget | undefined;
  #isUnread = false;

  /** What it began with. */
  readonly #milliseconds: number;

  constructor({ callerId, deadline, maxBytes, memory, stats, cost, now = Date.now }: BudgetOptions) {
    this.#milliseconds = deadline - performance.now();
    this.callerId = callerId;
    this.deadline = deadline;
    this.maxBytes = maxBytes;
    this.stats = stats;
    this.cost = cost ?? new RequestCost();
    this.#memory = memory;
    this.#now = now;
  }

  /** In milliseconds since 1970, to which relative dates of the request are relative: read once, whatever refers to it. */
  get requestTime(): number {
    this.#requestTime ??= this.#now();
    return this.#requestTime;
  }

  /**
   * Counts what the request asks for, wherever in its operation.
   * @param loc of the arguments that ask for it
   * @throws GatewayError VALIDATION_FAILED beyond the limit
   */
  count({ name, value }: Limit, amount: number, loc: readonly string[] = ['query']): void {
    const total = (this.#counts[name] ?? 0) + amount;
    this.#counts[name] = total;
    if (total <= value) return;
    const max = value.toLocaleString('en');
    throw validationFailed(loc, `must not ask for more than ${max} ${name} in one operation`, 'too_long');
  }

  /** For a request that waits for something else than the database: its reads have the time that they would have without. */
  extend(milliseconds: number): void {
    this.deadline = Math.max(this.deadline, performance.now() + this.#milliseconds + milliseconds);
  }

  /** A budget of the same caller as large as this one was in the beginning: for the next part of a stream. */
  renew(maxBytes = this.maxBytes): RequestBudget {
    const { callerId, stats, cost } = this;
    const deadline = performance.now() + this.#milliseconds;
    const part = new RequestBudget({ callerId, deadline, maxBytes, memory: this.#memory, stats, cost, now: this.#now });
    part.#whole = this;
    this.#parts.add(part);
    return part;
  }

  /**
   * Of a stream, looked at from time to time: what a part has read and held since the look before waits for the client. It
   * counts for the process no more, so that nobody else waits for it.
   * @returns its bytes, for whoever counts them in its place
   */
  leaveUnread(): number {
    let bytes = 0;
    for (const part of this.#parts) {
      if (part.#reads.size > 0) continue;
      if (part.#isUnread) {
        bytes += part.#readBytes;
        part.#release(part.#heldBytes);
      }
      part.#isUnread = part.#readBytes > 0;
    }
    return bytes;
  }

  /** Its reads leave the queue, and statements that nobody else waits for are cancelled. */
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

  /** Of JSON, to read. */
  get remainingBytes(): number {
    return this.maxBytes - this.#readBytes;
  }

  /** Whether JSON that has been read may be kept. */
  keep(bytes: number): boolean {
    if (this.#isEnded || this.#readBytes + bytes > this.maxBytes) return false;
    this.#readBytes += bytes;
    this.#heldBytes += bytes;
    this.#memory.take(this.callerId, bytes);
    return true;
  }

  /**
   * Reads JSON once the process has space for it; the large reads of one request follow each other, for each may take all
   * that the request may still read.
   * @param read gets how many bytes it may bring; `lengthOf` says how many it has brought
   * @throws GatewayError QUEUE_TIMEOUT
   */
  readInTurn<Result>(
    bytes: number,
    read: (maxBytes: number) => Promise<Result>,
    lengthOf: (result: Result) => number,
  ): Promise<Result> {
    const result = this.#lastLargeRead.then(async () => {
      if (this.#isEnded) throw new GatewayError('QUEUE_TIMEOUT', { retryAfter: 1 });
      let reserved = Math.min(bytes, this.remainingBytes);
      await this.#memory.takeInTurn(reserved, this);
      this.#heldBytes += reserved;
      // A response that is over meanwhile has given back what it had by then.
      if (this.#isEnded) this.#release(reserved);
      else this.#readBytes += reserved;
      try {
        const result = await read(reserved);
        reserved -= Math.min(reserved, lengthOf(result));
        return result;
      } finally {
        if (!this.#isEnded) {
          this.#readBytes -= reserved;
          this.#release(reserved);
        }
      }
    });
    this.#lastLargeRead = result.catch(() => {});
    return result;
  }

  /** Counts JSON that goes into the response. @throws GatewayError RESPONSE_TOO_LARGE for what does not fit any more */
  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#writtenBytes + bytes > this.maxBytes) {
      throw new GatewayError('RESPONSE_TOO_LARGE', { bytes, maxBytes: this.maxBytes });
    }
    this.#writtenBytes += bytes;
  }

  /** Once the response is sent, or its client gone. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#whole !== undefined) this.#whole.#parts.delete(this);
    this.cost.settle();
    this.#release(this.#heldBytes);
  }

  /** What was left unread meanwhile is given back already. */
  #release(bytes: number): void {
    const held = Math.min(bytes, this.#heldBytes);
    this.#heldBytes -= held;
    this.#memory.give(this.callerId, held);
  }
}
