// The memory that everything of callers takes in this process, with an account for each purpose. Each account has a part
// of the ledger, which has half of V8's heap limit, so that what one purpose takes is never missing for another.

import { getHeapStatistics } from 'node:v8';
import { MemoryAccount } from './memory-account.js';

/** The rest is for the process itself, and for garbage. */
const heapShare = 1 / 2;

/** The parts of the ledger; together all of it. */
const shares = {
  /** Of requests, and of WebSocket messages, until they are answered. */
  bodies: 1 / 8,
  /** That requests read, until their responses are sent. */
  json: 3 / 8,
  /** Of streams and exports, from before they are read until they are sent. */
  pages: 1 / 4,
  /** That slow readers have not taken. */
  unsent: 1 / 4,
} as const;

/** Before, what is being sent is unsent for no fault of the client's. */
export const unsentGraceMs = 1000;
/** A page may take longer over a slow line. */
export const pageGraceMs = 5000;

export type AccountName = keyof typeof shares;
export const accountNames = Object.keys(shares) as AccountName[];

export class MemoryLedger {
  readonly bodies: MemoryAccount;
  readonly json: MemoryAccount;
  readonly pages: MemoryAccount;
  readonly unsent: MemoryAccount;

  /**
   * @param maxBytes of all accounts
   * @param now in milliseconds, of a monotonic clock
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

  static ofHeap(): MemoryLedger {
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

  /** Nothing more is read while slow readers have not taken what there is. */
  get isClogged(): boolean {
    return this.unsent.usedBytes > this.unsent.maxBytes;
  }
}
