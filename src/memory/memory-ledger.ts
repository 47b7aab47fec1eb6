// The memory that this process uses for callers, with an account for each purpose. The ledger has half of V8's heap
// limit, and each account has a fixed share of the ledger, so that one purpose never takes memory from another.

import { getHeapStatistics } from 'node:v8';
import { MemoryAccount } from './memory-account.js';

/** The other half is for the process itself and for garbage. */
const heapShare = 1 / 2;

/** The accounts' shares of the ledger, which add up to 1. */
const shares = {
  /** Bodies of requests and WebSocket messages, until the response. */
  bodies: 1 / 8,
  /** JSON that requests read, until their responses are sent. */
  json: 3 / 8,
  /** Pages of streams and exports, from before they are read until they are sent. */
  pages: 1 / 4,
  /** Bytes of responses that slow readers have not taken. */
  unsent: 1 / 4,
} as const;

/** Until this time has passed, unsent bytes are not attributed to the client. */
export const unsentGraceMs = 1000;
/** A page may take longer over a slow connection. */
export const pageGraceMs = 5000;

export type AccountName = keyof typeof shares;
export const accountNames = Object.keys(shares) as AccountName[];

export class MemoryLedger {
  readonly bodies: MemoryAccount;
  readonly json: MemoryAccount;
  readonly pages: MemoryAccount;
  readonly unsent: MemoryAccount;

  /**
   * @param maxBytes for all accounts together
   * @param now returns milliseconds from a monotonic clock
   */
  constructor(
    readonly maxBytes: number,
    now: () => number = () => performance.now(),
  ) {
    const open = (name: AccountName, graceMs: number) => new MemoryAccount(maxBytes * shares[name], graceMs, this, now);
    this.bodies = open('bodies', unsentGraceMs);
    this.json = open('json', unsentGraceMs);
    this.pages = open('pages', pageGraceMs);
    this.unsent = open('unsent', unsentGraceMs);
    this.unsent.onRelief = () => {
      this.json.serve();
      this.pages.serve();
    };
  }

  static forHeap(): MemoryLedger {
    return new MemoryLedger(getHeapStatistics().heap_size_limit * heapShare);
  }

  static unlimited(): MemoryLedger {
    return new MemoryLedger(Number.POSITIVE_INFINITY);
  }

  get usedBytes(): number {
    return accountNames.reduce((sum, name) => sum + this[name].usedBytes, 0);
  }

  unsentBytesOf(callerId: string): number {
    return this.unsent.usedBytesOf(callerId);
  }

  /** Whether slow readers have left so much unsent that nothing more is read. */
  get isBlockedBySlowReaders(): boolean {
    return this.unsent.usedBytes > this.unsent.maxBytes;
  }
}
