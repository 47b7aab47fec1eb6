import type { Linked, LinkedList } from './linked-list.js';

/** Work that is waiting or running for a request. */
export interface Abandonable {
  abandon(): void;
}

/** The request for which memory is acquired. */
export interface WaitingRequest {
  /** A `performance.now()` timestamp. */
  readonly expiresAt: number;
  add(waiting: Abandonable): void;
  delete(waiting: Abandonable): void;
}

export interface Waiting extends Linked<Waiting> {
  readonly holding: MemoryHolding;
  readonly memoryBytes: number;
  readonly admit: () => void;
}

/** A caller that has holdings or requests waiting for memory. */
export interface MemoryOwner extends Linked<MemoryOwner> {
  readonly callerId: string;
  memoryBytes: number;
  /** Non-empty holdings, oldest first. */
  readonly holdings: LinkedList<MemoryHolding>;
  readonly waiting: LinkedList<Waiting>;
}

/** A holding's account, which counts in bytes of memory. */
export interface HoldingAccount {
  readonly maxHoldingBytes: number;
  readonly now: () => number;
  isOpenTo(holding: MemoryHolding): boolean;
  reserveExpected(memoryBytes: number): () => void;
  change(holding: MemoryHolding, memoryBytes: number): void;
  acquire(holding: MemoryHolding, memoryBytes: number, request: WaitingRequest): Promise<void>;
  hasRoomFor(holding: MemoryHolding, memoryBytes: number): boolean;
  take(holding: MemoryHolding, memoryBytes: number): boolean;
}

/** The ledger that contains an account. */
export interface WholeLedger {
  readonly usedBytes: number;
  readonly maxBytes: number;
  readonly isBlockedBySlowReaders: boolean;
  /** Returns the bytes of the caller's responses that slow readers have not taken. */
  unsentBytesOf(callerId: string): number;
}

export interface HoldingOptions {
  /** Bytes of memory per byte, over all forms in which the byte is held at the same time. */
  readonly weight?: number;
  /** Called to free the holding's memory for others. */
  readonly end?: () => void;
  /** Returns the bytes currently held, for buffers that shrink without notice. */
  readonly measure?: () => number;
}

/** The memory of one request, stream, export or connection. The account lists it only while it is not empty. */
export class MemoryHolding {
  previous: MemoryHolding | undefined;
  next: MemoryHolding | undefined;
  owner: MemoryOwner | undefined;
  memoryBytes = 0;
  /** The time since which it has been waiting for the client, on the account's clock. */
  sentAt = Number.POSITIVE_INFINITY;
  /** Whether it was closed, or ended because others needed its memory. */
  isEnded = false;
  readonly end: (() => void) | undefined;
  readonly measure: (() => number) | undefined;
  readonly #weight: number;
  /** Time spent waiting for the client before a pause. */
  #sentMs = 0;

  constructor(
    readonly account: HoldingAccount,
    readonly callerId: string,
    { weight = 1, end, measure }: HoldingOptions,
  ) {
    this.#weight = weight;
    this.end = end;
    this.measure = measure;
  }

  get bytes(): number {
    return this.memoryBytes / this.#weight;
  }

  /** Maximum that can ever be acquired. */
  get maxBytes(): number {
    return this.account.maxHoldingBytes / this.#weight;
  }

  /** Whether more may be read without acquiring memory first. */
  get isOpen(): boolean {
    return this.account.isOpenTo(this);
  }

  /** Adds bytes, or removes them if negative, whether or not there is room. */
  add(bytes: number): void {
    this.account.change(this, bytes * this.#weight);
  }

  /** Adds bytes once there is room. @throws GatewayError QUEUE_TIMEOUT */
  acquire(bytes: number, request: WaitingRequest): Promise<void> {
    return this.account.acquire(this, bytes * this.#weight, request);
  }

  /** Whether the bytes could be acquired without waiting. */
  hasRoomFor(bytes: number): boolean {
    return this.account.hasRoomFor(this, bytes * this.#weight);
  }

  /** Adds bytes immediately, at the cost of callers that hold more. Returns false if no caller does. */
  take(bytes: number): boolean {
    return this.account.take(this, bytes * this.#weight);
  }

  /** Sets the number of bytes that the client has not taken yet. */
  reserveUnsent(bytes: number): void {
    if (this.memoryBytes === 0) this.startSending();
    this.account.change(this, bytes * this.#weight - this.memoryBytes);
  }

  /** Starts the time after which the client counts as a slow reader, or resumes it after a pause. */
  startSending(): void {
    this.sentAt = this.account.now() - this.#sentMs;
  }

  /** Pauses that time while the gateway does its own work. */
  pauseSending(): void {
    if (this.sentAt === Number.POSITIVE_INFINITY) return;
    this.#sentMs = this.account.now() - this.sentAt;
    this.sentAt = Number.POSITIVE_INFINITY;
  }

  /** Ends that time, because everything held has been sent. */
  stopSending(): void {
    this.#sentMs = 0;
    this.sentAt = Number.POSITIVE_INFINITY;
  }

  release(): void {
    this.account.change(this, -this.memoryBytes);
  }

  /** Releases all memory, and ignores later changes, such as those from reads still in progress. */
  close(): void {
    this.release();
    this.isEnded = true;
  }
}
