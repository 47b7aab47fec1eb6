// What one request may still spend, handed down to everything it reads.

import { GatewayError } from '../../errors/gateway-error.js';
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
}

export class RequestBudget {
  readonly callerId: string;
  readonly deadline: number;
  readonly maxBytes: number;
  readonly stats: { statements: number };
  /** The client has gone: nobody waits for the response any more. */
  isAbandoned = false;
  readonly #reads = new Set<Abandonable>();
  readonly #memory: ProcessMemory;
  #readBytes = 0;
  #writtenBytes = 0;

  constructor({ callerId, deadline, maxBytes, memory, stats }: BudgetOptions) {
    this.callerId = callerId;
    this.deadline = deadline;
    this.maxBytes = maxBytes;
    this.stats = stats;
    this.#memory = memory;
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
    if (this.#readBytes + bytes > this.maxBytes) return false;
    this.#readBytes += bytes;
    this.#memory.take(bytes);
    return true;
  }

  /**
   * Waits for the process to have room for JSON that is to be read.
   * @returns how much of it may be read; what is not is given back by {@link refund}
   * @throws GatewayError QUEUE_TIMEOUT
   */
  async reserve(bytes: number): Promise<number> {
    const granted = Math.min(bytes, this.maxBytes - this.#readBytes);
    this.#readBytes += granted;
    try {
      await this.#memory.takeInTurn(granted, this);
    } catch (error) {
      this.#readBytes -= granted;
      throw error;
    }
    return granted;
  }

  refund(bytes: number): void {
    this.#readBytes -= bytes;
    this.#memory.give(bytes);
  }

  /** Counts JSON that goes into the response. @throws GatewayError RESPONSE_TOO_LARGE for what does not fit any more */
  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#writtenBytes + bytes > this.maxBytes) {
      throw new GatewayError('RESPONSE_TOO_LARGE', { bytes, maxBytes: this.maxBytes });
    }
    this.#writtenBytes += bytes;
  }

  /** Once the response is sent. */
  end(): void {
    this.#memory.give(this.#readBytes);
    this.#readBytes = 0;
  }
}
