// The number of bytes of JSON that a request may read, hold in memory and write.

import { GatewayError } from '../errors/gateway-error.js';
import type { HoldingOptions, MemoryHolding } from '../memory/memory-holding.js';
import type { MemoryLedger } from '../memory/memory-ledger.js';
import type { RequestDeadline } from './request-deadline.js';

/**
 * Memory per byte of JSON: the text of the statement's result and of the response, each with up to two bytes per
 * character, plus the bytes sent.
 */
const jsonWeight = 5;

/** A part of a stream or export. */
export interface PartOptions {
  /** The limit for JSON; defaults to the whole request's. */
  readonly maxBytes?: number;
  /** The memory of the stream or export. */
  readonly pages: MemoryHolding;
}

/** The memory of a result, excluding its JSON. */
interface NonJsonBytes<Result> {
  /** The maximum. */
  readonly bytes: number;
  readonly bytesOf: (result: Result) => number;
}

const noNonJsonBytes: NonJsonBytes<unknown> = { bytes: 0, bytesOf: () => 0 };

/**
 * A stand-in for the previous large read, used before the first one. Requests share it instead of creating their own.
 */
const noRead: Promise<unknown> = Promise.resolve();

export class ByteBudget {
  /** The limit for the JSON that the request reads, and for the JSON in its response. */
  readonly maxBytes: number;
  readonly #deadline: RequestDeadline;
  readonly #memory: MemoryLedger;
  readonly #holding: MemoryHolding;
  /** Whether the budget is for a part of a stream or export. Parts wait for memory without a deadline. */
  readonly #isPatient: boolean;
  /** Whether the memory for all reads has been acquired. */
  #isReserved = false;
  #readBytes = 0;
  /** Bytes counted in the memory ledger. */
  #heldBytes = 0;
  #writtenBytes = 0;
  #isEnded = false;
  #previousLargeRead = noRead;

  private constructor(
    maxBytes: number,
    deadline: RequestDeadline,
    memory: MemoryLedger,
    holding: MemoryHolding,
    isPatient: boolean,
  ) {
    this.maxBytes = Math.min(maxBytes, Math.floor(holding.maxBytes));
    this.#deadline = deadline;
    this.#memory = memory;
    this.#holding = holding;
    this.#isPatient = isPatient;
  }

  /** @param deadline limits how long reads wait for memory, and abandons them */
  static open(callerId: string, maxBytes: number, deadline: RequestDeadline, memory: MemoryLedger): ByteBudget {
    const holding = memory.json.hold(callerId, { weight: jsonWeight });
    return new ByteBudget(maxBytes, deadline, memory, holding, false);
  }

  /** Returns a full byte budget for the next part of a stream or export. */
  renew({ maxBytes = this.maxBytes, pages }: PartOptions, deadline: RequestDeadline): ByteBudget {
    return new ByteBudget(maxBytes, deadline, this.#memory, pages, true);
  }

  /** Opens the holding for pages of a stream or export. */
  reservePages(options: HoldingOptions): MemoryHolding {
    return this.#memory.pages.hold(this.#holding.callerId, options);
  }

  /** The amount of JSON that may still be read. */
  get remainingBytes(): number {
    return this.maxBytes - this.#readBytes;
  }

  /** Whether there is memory for more JSON. */
  get hasRoom(): boolean {
    return this.#isPatient || this.#holding.isOpen;
  }

  /** Whether the memory has been released, so that nothing more may be read. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /**
   * Acquires memory for everything that will be read. After that, reads do not wait for memory while the request holds
   * memory that others wait for.
   * @param bytes a part of the total, at most the largest holding
   * @throws GatewayError QUEUE_TIMEOUT
   */
  async reserve(bytes: number): Promise<void> {
    const acquired = await this.#acquire(Math.min(bytes, this.#holding.maxBytes));
    if (this.#isEnded) this.#release(acquired);
    else this.#isReserved = true;
  }

  /**
   * Reserves memory for JSON that a statement may return, without waiting.
   * @returns a function that ends the reservation once the JSON has arrived
   */
  reserveExpected(bytes: number): () => void {
    if (bytes === 0 || this.#isPatient) return () => {};
    return this.#holding.account.reserveExpected(bytes * jsonWeight);
  }

  /** Counts JSON that was read. Returns false if there is not enough room for it. */
  tryReserve(bytes: number): boolean {
    if (this.#isEnded || this.#readBytes + bytes > this.maxBytes) return false;
    this.#readBytes += bytes;
    this.#hold(bytes);
    return true;
  }

  /**
   * Reads JSON once there is enough memory. A request's large reads run one after another, because each may use all the
   * bytes that the request may still read.
   * @param read receives the number of bytes that it may return; `lengthOf` returns the number in a result
   * @throws GatewayError QUEUE_TIMEOUT
   */
  readSerially<Result>(
    bytes: number,
    read: (maxBytes: number) => Promise<Result>,
    lengthOf: (result: Result) => number,
    nonJson: NonJsonBytes<Result> = noNonJsonBytes,
  ): Promise<Result> {
    const result = this.#previousLargeRead.then(async () => {
      if (this.#isEnded) throw new GatewayError('QUEUE_TIMEOUT', { retryAfter: 1 });
      const maxBytes = Math.min(bytes, this.remainingBytes);
      const acquired = await this.#acquire(maxBytes + nonJson.bytes);
      let [pending, unused] = [maxBytes, nonJson.bytes];
      // A response that has ended in the meantime has already released its memory.
      if (this.#isEnded) this.#release(acquired);
      else this.#readBytes += maxBytes;
      try {
        const result = await read(maxBytes);
        pending -= Math.min(pending, lengthOf(result));
        unused -= Math.min(unused, nonJson.bytesOf(result));
        return result;
      } finally {
        if (!this.#isEnded) {
          this.#readBytes -= pending;
          this.#release(pending + unused);
        }
      }
    });
    this.#previousLargeRead = result.catch(() => {});
    return result;
  }

  /** Counts JSON of the response. @throws GatewayError RESPONSE_TOO_LARGE above the limit */
  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#writtenBytes + bytes > this.maxBytes) {
      throw new GatewayError('RESPONSE_TOO_LARGE', { bytes, maxBytes: this.maxBytes });
    }
    this.#writtenBytes += bytes;
  }

  /** Releases the memory. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#isReserved = false;
    this.#release(this.#heldBytes);
  }

  /** Returns the number of bytes acquired, which is zero if everything is already reserved. */
  async #acquire(bytes: number): Promise<number> {
    if (this.#isReserved) return 0;
    const deadline = this.#deadline;
    if (!this.#isPatient) await this.#holding.acquire(bytes, deadline);
    else {
      await this.#holding.acquire(bytes, {
        expiresAt: Number.POSITIVE_INFINITY,
        add: (waiting) => deadline.add(waiting),
        delete: (waiting) => deadline.delete(waiting),
      });
      deadline.extend(0);
    }
    this.#heldBytes += bytes;
    return bytes;
  }

  #hold(bytes: number): void {
    if (this.#isReserved) return;
    this.#heldBytes += bytes;
    this.#holding.add(bytes);
  }

  #release(bytes: number): void {
    if (this.#isReserved) return;
    this.#heldBytes -= bytes;
    this.#holding.add(-bytes);
  }
}
