// The memory held for one purpose, by caller. Callers that wait for room are served round robin, and none gets more
// than half of the account. If slow readers hold memory that others wait for, the caller that holds the most loses its
// oldest holding.

import { GatewayError } from '../errors/gateway-error.js';
import { maxTimerMs } from '../time-limit.js';
import { LinkedList } from './linked-list.js';
import type {
  HoldingAccount,
  HoldingOptions,
  MemoryOwner,
  Waiting,
  WaitingRequest,
  WholeLedger,
} from './memory-holding.js';
import { MemoryHolding } from './memory-holding.js';
import { findSlow, MemoryOwners } from './memory-owners.js';

/** Interval of checks for slow readers while others wait for their memory. */
const checkIntervalMs = 100;
/** Maximum share of the ledger for a single holding. The rest ensures that other holdings cannot block it forever. */
const maxHoldingShare = 3 / 4;
/** Share of the ledger up to which callers without holdings may begin even if the account is full. */
const maxOvershoot = 3 / 2;
/** Maximum number of waiting callers checked whenever memory is released. */
const maxChecks = 16;

export class MemoryAccount implements HoldingAccount {
  usedBytes = 0;
  /** Limit for a holding that is the only one in the account. */
  readonly maxHoldingBytes: number;
  /** Called when the account is back within its limit. */
  onRelief: (() => void) | undefined;
  #expectedBytes = 0;
  readonly #owners = new MemoryOwners();
  /** Waiting callers, in the order in which they are admitted. */
  readonly #waitingOwners = new LinkedList<MemoryOwner>();
  /** The earliest time of the next check for slow readers, since the last check found none. */
  #nextCheckAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isRelieving = false;
  #measuredAt = Number.NEGATIVE_INFINITY;

  /** @param graceMs time after which a client that has not taken its response counts as a slow reader */
  constructor(
    readonly maxBytes: number,
    private readonly graceMs: number,
    private readonly ledger: WholeLedger,
    /** Returns milliseconds from a monotonic clock. */
    readonly now: () => number,
  ) {
    this.maxHoldingBytes = ledger.maxBytes * maxHoldingShare;
  }

  hold(callerId: string, options: HoldingOptions = {}): MemoryHolding {
    return new MemoryHolding(this, callerId, options);
  }

  /**
   * Whether more may be read for the holding, in addition to what is already expected. The oldest holding may always
   * continue to its end. A caller without holdings may begin even if others fill the account or read slowly, up to a
   * bound, so that no caller keeps all others waiting.
   */
  isOpenTo(holding: MemoryHolding): boolean {
    const own = this.usedBytesOf(holding.callerId);
    const isFull = this.ledger.isBlockedBySlowReaders || this.usedBytes >= this.maxBytes;
    const holdsNothing = own === 0 && this.ledger.unsentBytesOf(holding.callerId) === 0;
    if (isFull && holdsNothing && this.ledger.usedBytes < this.ledger.maxBytes * maxOvershoot) return true;
    if (this.ledger.isBlockedBySlowReaders) return false;
    const hasRoom = this.usedBytes + this.#expectedBytes < this.maxBytes && own < this.maxBytes / 2;
    return hasRoom || this.usedBytes === 0 || holding === this.#owners.oldest;
  }

  /** Reserves memory that will probably be taken soon. @returns a function that ends the reservation */
  reserveExpected(memoryBytes: number): () => void {
    this.#expectedBytes += memoryBytes;
    return () => {
      this.#expectedBytes -= memoryBytes;
    };
  }

  usedBytesOf(callerId: string): number {
    return this.#owners.get(callerId)?.memoryBytes ?? 0;
  }

  /** @param memoryBytes the change, negative for a release */
  change(holding: MemoryHolding, memoryBytes: number): void {
    if (memoryBytes === 0 || holding.isEnded) return;
    if (holding.owner === undefined) {
      holding.owner = this.#owners.of(holding.callerId);
      holding.owner.holdings.add(holding);
    }
    const { owner } = holding;
    holding.memoryBytes += memoryBytes;
    owner.memoryBytes += memoryBytes;
    const wasOver = this.usedBytes > this.maxBytes;
    this.usedBytes += memoryBytes;
    if (holding.memoryBytes === 0) {
      owner.holdings.remove(holding);
      holding.owner = undefined;
      holding.stopSending();
      this.#owners.forgetIfIdle(owner);
    }
    if (memoryBytes < 0) {
      if (this.#waitingOwners.size > 0) this.#admit();
      if (wasOver && this.usedBytes <= this.maxBytes) this.onRelief?.();
    } else if (holding.measure !== undefined && this.usedBytes > this.maxBytes) this.#relieve();
  }

  acquire(holding: MemoryHolding, memoryBytes: number, request: WaitingRequest): Promise<void> {
    if (holding.isEnded) return Promise.reject(new GatewayError('QUEUE_TIMEOUT', { retryAfter: 1 }));
    if (this.hasRoomFor(holding, memoryBytes)) {
      this.change(holding, memoryBytes);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const owner = this.#owners.of(holding.callerId);
      const settle = () => {
        clearTimeout(timer);
        request.delete(abandonable);
        owner.waiting.remove(waiting);
        if (owner.waiting.size === 0) this.#waitingOwners.remove(owner);
        this.#owners.forgetIfIdle(owner);
      };
      const leave = () => {
        settle();
        reject(new GatewayError('QUEUE_TIMEOUT', { retryAfter: 1 }));
        this.#admit();
      };
      const waiting: Waiting = {
        holding,
        memoryBytes,
        previous: undefined,
        next: undefined,
        admit: () => {
          settle();
          this.change(holding, memoryBytes);
          resolve();
        },
      };
      const abandonable = { abandon: leave };
      const restMs = Math.max(0, request.expiresAt - performance.now());
      const timer = setTimeout(leave, Math.min(restMs, maxTimerMs)).unref();
      request.add(abandonable);
      if (owner.waiting.size === 0) this.#waitingOwners.add(owner);
      owner.waiting.add(waiting);
      this.serve();
    });
  }

  hasRoomFor(holding: MemoryHolding, memoryBytes: number): boolean {
    return this.#waitingOwners.size === 0 && this.#mayAdmit(holding, memoryBytes);
  }

  /**
   * Takes the bytes, and makes room by ending the oldest holdings of callers that hold more. Returns false if no caller
   * does.
   */
  take(holding: MemoryHolding, memoryBytes: number): boolean {
    while (!this.#fitsAccount(holding, memoryBytes)) {
      const largest = this.#owners.largest();
      const own = this.usedBytesOf(holding.callerId);
      if (largest === undefined || own + memoryBytes >= largest.memoryBytes) return false;
      this.#end(largest.holdings.first!);
    }
    this.change(holding, memoryBytes);
    return true;
  }

  /** Admits waiting requests that fit, round robin by caller, and ends slow readers that block others. */
  serve(): void {
    this.#admit();
    this.#relieve();
  }

  /** Skips requests that do not fit, so that a large one does not block the others. */
  #admit(): void {
    let owner = this.#waitingOwners.first;
    for (let checks = 0; owner !== undefined && checks < maxChecks; checks += 1) {
      const { next } = owner;
      const { holding, memoryBytes, admit } = owner.waiting.first!;
      const canAdmit = this.#mayAdmit(holding, memoryBytes);
      if (canAdmit || this.#isLarge(memoryBytes) || this.#isAvailable(holding, memoryBytes))
        this.#waitingOwners.moveToEnd(owner);
      if (canAdmit) {
        admit();
        checks = -1;
      }
      owner = canAdmit ? this.#waitingOwners.first : next;
    }
  }

  #relieve(): void {
    if (this.#isRelieving) return;
    this.#isRelieving = true;
    const now = this.now();
    if (this.usedBytes > this.maxBytes && now - this.#measuredAt >= checkIntervalMs) {
      this.#measuredAt = now;
      this.#owners.measure();
    }
    if (now >= this.#nextCheckAt) this.#endSlow(now);
    this.#isRelieving = false;
  }

  #endSlow(now: number): void {
    let holder = this.#inTheWay();
    for (; holder !== undefined; holder = this.#inTheWay()) {
      const slow = findSlow(holder, now - this.graceMs);
      if (slow === undefined) break;
      this.#end(slow);
      this.#admit();
    }
    if (holder !== undefined) this.#checkLater(now);
  }

  #checkLater(now: number): void {
    this.#nextCheckAt = now + checkIntervalMs;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#nextCheckAt = Number.NEGATIVE_INFINITY;
      this.#relieve();
    }, checkIntervalMs).unref();
  }

  /** Returns the caller that must give up holdings, or undefined if there is room or no caller must. */
  #inTheWay(): MemoryOwner | undefined {
    if (this.usedBytes > this.maxBytes && this.#waitingOwners.size === 0) return this.#owners.largest();
    const waiting = this.#waitingOwners.first;
    if (waiting === undefined || this.ledger.isBlockedBySlowReaders) return undefined;
    const { holding, memoryBytes } = waiting.waiting.first!;
    if (this.#isAvailable(holding, memoryBytes)) return waiting;
    const largest = this.#owners.largest();
    if (largest === undefined || largest.memoryBytes >= waiting.memoryBytes + memoryBytes) return largest;
    return this.#isLarge(memoryBytes) ? undefined : largest;
  }

  #isLarge(memoryBytes: number): boolean {
    return memoryBytes > this.maxBytes / 2;
  }

  #end(holding: MemoryHolding): void {
    holding.close();
    holding.end?.();
  }

  /** A caller's only holding may take more than half of the account. */
  #mayAdmit(holding: MemoryHolding, memoryBytes: number): boolean {
    const own = this.usedBytesOf(holding.callerId);
    return (
      (own === holding.memoryBytes || own + memoryBytes <= this.maxBytes / 2) && this.#isAvailable(holding, memoryBytes)
    );
  }

  /** Whether the account has the bytes now, disregarding the caller's share. */
  #isAvailable(holding: MemoryHolding, memoryBytes: number): boolean {
    return !this.ledger.isBlockedBySlowReaders && this.#fitsAccount(holding, memoryBytes);
  }

  #fitsAccount(holding: MemoryHolding, memoryBytes: number): boolean {
    if (this.usedBytes + memoryBytes <= this.maxBytes) return true;
    return this.usedBytes === holding.memoryBytes && this.ledger.usedBytes + memoryBytes <= this.ledger.maxBytes;
  }
}
