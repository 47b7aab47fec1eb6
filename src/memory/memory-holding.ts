import type { Linked, LinkedList } from './linked-list.js';

/** What waits or runs for a request. */
export interface Abandonable {
  abandon(): void;
}

/** The request that waits. */
export interface WaitingRequest {
  /** By `performance.now()`. */
  readonly deadline: number;
  add(waiting: Abandonable): void;
  delete(waiting: Abandonable): void;
}

export interface Waiting extends Linked<Waiting> {
  readonly holding: MemoryHolding;
  readonly memoryBytes: number;
  readonly admit: () => void;
}

/** A caller that holds something, or waits. */
export interface MemoryOwner extends Linked<MemoryOwner> {
  readonly callerId: string;
  memoryBytes: number;
  /** Those that hold something, in the order in which they began to. */
  readonly holdings: LinkedList<MemoryHolding>;
  readonly waiting: LinkedList<Waiting>;
}

/** The account in whose books a holding is; it counts in bytes of memory. */
export interface HoldingAccount {
  readonly maxHoldingBytes: number;
  readonly now: () => number;
  isOpenTo(holding: MemoryHolding): boolean;
  expect(memoryBytes: number): () => void;
  change(holding: MemoryHolding, memoryBytes: number): void;
  acquire(holding: MemoryHolding, memoryBytes: number, request: WaitingRequest): Promise<void>;
  hasRoomFor(holding: MemoryHolding, memoryBytes: number): boolean;
  take(holding: MemoryHolding, memoryBytes: number): boolean;
}

/** The ledger that an account belongs to. */
export interface WholeLedger {
  readonly usedBytes: number;
  readonly maxBytes: number;
  readonly isClogged: boolean;
  /** Bytes of the caller's responses that slow readers have not taken. */
  unsentBytesOf(callerId: string): number;
}

export interface HoldingOptions {
  /** Bytes of memory that one byte takes, in all the forms in which it is there at a time. */
  readonly weight?: number;
  /** Frees all that it holds, where others have to have it. */
  readonly end?: () => void;
  /** How many bytes there are at the moment, for what shrinks without notice. */
  readonly measure?: () => number;
}

/** What one request, stream, export or connection holds. It is in the account's books only while that is anything. */
export class MemoryHolding {
  previous: MemoryHolding | undefined;
  next: MemoryHolding | undefined;
  owner: MemoryOwner | undefined;
  /** Of memory. */
  memoryBytes = 0;
  /** Since when it waits for the client, by the account's clock. */
  sentAt = Number.POSITIVE_INFINITY;
  /** It holds nothing any more: it was closed, or others needed what it held. */
  isEnded = false;
  readonly end: (() => void) | undefined;
  readonly measure: (() => number) | undefined;
  readonly #weight: number;

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

  /** That there can ever be room for. */
  get maxBytes(): number {
    return this.account.maxHoldingBytes / this.#weight;
  }

  /** Whether more may be read for it without having been acquired. */
  get isOpen(): boolean {
    return this.account.isOpenTo(this);
  }

  /** Changes what it holds, whether or not there is room. */
  add(bytes: number): void {
    this.account.change(this, bytes * this.#weight);
  }

  /** Adds to what it holds, once there is room. @throws GatewayError QUEUE_TIMEOUT */
  acquire(bytes: number, request: WaitingRequest): Promise<void> {
    return this.account.acquire(this, bytes * this.#weight, request);
  }

  /** Whether it could have more without waiting. */
  hasRoomFor(bytes: number): boolean {
    return this.account.hasRoomFor(this, bytes * this.#weight);
  }

  /** Adds to what it holds, for which callers that hold more lose something; false where none does. */
  take(bytes: number): boolean {
    return this.account.take(this, bytes * this.#weight);
  }

  /** Holds what is there at the moment, waiting for the client. */
  holdUnsent(bytes: number): void {
    if (this.memoryBytes === 0) this.startSending();
    this.account.change(this, bytes * this.#weight - this.memoryBytes);
  }

  /** From now on it waits for the client. */
  startSending(): void {
    this.sentAt = this.account.now();
  }

  stopSending(): void {
    this.sentAt = Number.POSITIVE_INFINITY;
  }

  release(): void {
    this.account.change(this, -this.memoryBytes);
  }

  /** Releases what it holds, and holds nothing any more, whatever is still under way. */
  close(): void {
    this.release();
    this.isEnded = true;
  }
}
