// What is held for one purpose, by caller. Callers wait for room in turn, one after another, and none has more than half
// of it. Where slow readers hold what others wait for, the caller who holds most loses what it has held longest.

import { GatewayError } from '../errors/gateway-error.js';
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

/** Between two looks for slow readers while others wait for what they hold. */
const lookMs = 100;
/** Of all accounts. What others hold of the rest does not keep it waiting forever. */
const maxHoldingShare = 3 / 4;
/** Of the ledger, in which callers that hold nothing begin all the same. */
const maxOvershoot = 3 / 2;
/** Callers that are looked at whenever something is given back. */
const maxLooks = 16;
/** Node's timers do not reach further. */
const maxTimerMs = 2 ** 31 - 1;

export class MemoryAccount implements HoldingAccount {
  usedBytes = 0;
  /** That one holding may have where it is alone. */
  readonly maxHoldingBytes: number;
  /** Called when what is unsent is within its bounds again. */
  onRelief: (() => void) | undefined;
  #expectedBytes = 0;
  readonly #owners = new MemoryOwners();
  /** Owners that wait, in the order in which they are admitted. */
  readonly #waitingOwners = new LinkedList<MemoryOwner>();
  /** While there is no slow reader to end, until when none is looked for. */
  #nextLookAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isRelieving = false;
  #measuredAt = Number.NEGATIVE_INFINITY;

  /** @param graceMs after which a client that has not taken what is held for it counts as a slow reader */
  constructor(
    readonly maxBytes: number,
    private readonly graceMs: number,
    private readonly ledger: WholeLedger,
    /** In milliseconds, of a monotonic clock. */
    readonly now: () => number,
  ) {
    this.maxHoldingBytes = ledger.maxBytes * maxHoldingShare;
  }

  hold(callerId: string, options: HoldingOptions = {}): MemoryHolding {
    return new MemoryHolding(this, callerId, options);
  }

  /**
   * Whether more may be read beside what is expected already. The holding that began before all others always goes on to
   * its end. A caller that holds nothing begins even where others fill the account or read slowly, up to a bound: nobody
   * keeps all others waiting.
   */
  isOpenTo(holding: MemoryHolding): boolean {
    const own = this.usedBytesOf(holding.callerId);
    const isFull = this.ledger.isClogged || this.usedBytes >= this.maxBytes;
    const holdsNothing = own === 0 && this.ledger.unsentBytesOf(holding.callerId) === 0;
    if (isFull && holdsNothing && this.ledger.usedBytes < this.ledger.maxBytes * maxOvershoot) return true;
    if (this.ledger.isClogged) return false;
    const hasRoom = this.usedBytes + this.#expectedBytes < this.maxBytes && own < this.maxBytes / 2;
    return hasRoom || this.usedBytes === 0 || holding === this.#owners.oldest;
  }

  /** Counts memory that may be taken soon, and has not been acquired. @returns what is to be called then */
  expect(memoryBytes: number): () => void {
    this.#expectedBytes += memoryBytes;
    return () => {
      this.#expectedBytes -= memoryBytes;
    };
  }

  usedBytesOf(callerId: string): number {
    return this.#owners.get(callerId)?.memoryBytes ?? 0;
  }

  /** @param memoryBytes more, or fewer where negative */
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
      holding.sentAt = Number.POSITIVE_INFINITY;
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
      const restMs = Math.max(0, request.deadline - performance.now());
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

  /** Takes the bytes, for which a caller that holds more loses what it has held longest; false where none holds more. */
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

  /** Lets those in that there is room for, each caller in turn, and ends slow readers that are in the way of others. */
  serve(): void {
    this.#admit();
    this.#relieve();
  }

  /** Passes over what does not fit, so that a large request keeps nobody waiting. */
  #admit(): void {
    let owner = this.#waitingOwners.first;
    for (let looks = 0; owner !== undefined && looks < maxLooks; looks += 1) {
      const { next } = owner;
      const { holding, memoryBytes, admit } = owner.waiting.first!;
      const canAdmit = this.#mayAdmit(holding, memoryBytes);
      if (canAdmit || this.#isLarge(memoryBytes) || this.#isAvailable(holding, memoryBytes))
        this.#waitingOwners.moveToEnd(owner);
      if (canAdmit) {
        admit();
        looks = -1;
      }
      owner = canAdmit ? this.#waitingOwners.first : next;
    }
  }

  #relieve(): void {
    if (this.#isRelieving) return;
    this.#isRelieving = true;
    const now = this.now();
    if (this.usedBytes > this.maxBytes && now - this.#measuredAt >= lookMs) {
      this.#measuredAt = now;
      this.#owners.measure();
    }
    if (now >= this.#nextLookAt) this.#endSlow(now);
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
    if (holder !== undefined) this.#lookAgain(now);
  }

  #lookAgain(now: number): void {
    this.#nextLookAt = now + lookMs;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#nextLookAt = Number.NEGATIVE_INFINITY;
      this.#relieve();
    }, lookMs).unref();
  }

  /** The caller that holds what is missing; undefined where nothing is missing, or nobody has to give it. */
  #inTheWay(): MemoryOwner | undefined {
    if (this.usedBytes > this.maxBytes && this.#waitingOwners.size === 0) return this.#owners.largest();
    const waiting = this.#waitingOwners.first;
    if (waiting === undefined || this.ledger.isClogged) return undefined;
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

  /** Alone, a holding may take more than half of the account, and in it, what other accounts leave. */
  #mayAdmit(holding: MemoryHolding, memoryBytes: number): boolean {
    const own = this.usedBytesOf(holding.callerId);
    return (
      (own === holding.memoryBytes || own + memoryBytes <= this.maxBytes / 2) && this.#isAvailable(holding, memoryBytes)
    );
  }

  /** Whether the account has the bytes now, whoever asks for them. */
  #isAvailable(holding: MemoryHolding, memoryBytes: number): boolean {
    return !this.ledger.isClogged && this.#fitsAccount(holding, memoryBytes);
  }

  #fitsAccount(holding: MemoryHolding, memoryBytes: number): boolean {
    if (this.usedBytes + memoryBytes <= this.maxBytes) return true;
    return this.usedBytes === holding.memoryBytes && this.ledger.usedBytes + memoryBytes <= this.ledger.maxBytes;
  }
}
