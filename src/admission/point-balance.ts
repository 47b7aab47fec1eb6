// The points of one caller in this process: a bucket that refills over time or, if a fleet shares points, this
// process's lease from the fleet's bucket.

import { setTimeout as sleep } from 'node:timers/promises';
import type { MaybePromise } from '../maybe-promise.js';
import type { PointAccount, RateLimitRejection, RateLimitStatus } from './request-cost.js';

export interface RateLimitPolicy {
  /** Points per second and caller. */
  readonly rate: number;
  /** Maximum number of points that may be spent at once. */
  readonly burst: number;
  /** Whether callers without points are rejected. Otherwise they are only counted. */
  readonly isEnforced: boolean;
  /** The share of the rate that each process grants without Redis: one divided by the number of processes. */
  share(): number;
  /** Returns milliseconds from a monotonic clock. */
  clock(): number;
  /** Called when a caller is rejected, or would be if limits were enforced. */
  onRejection(): void;
}

/** Points that are shared with other processes. */
export interface SharedPoints {
  /** Whether Redis cannot be reached. If so, each process grants its own share. */
  readonly isUnavailable: boolean;
  /** The number of points per caller that a process leases in advance. */
  readonly leasePoints: number;
  /**
   * Pays the debt, and leases the requested points as far as available.
   * @throws if the shared points cannot be reached in time
   */
  lease(callerId: string, owed: number, requested: number): Promise<Lease>;
}

export interface Lease {
  readonly granted: number;
  /** The balance of the fleet's bucket; negative if points are owed. */
  readonly balance: number;
}

export class PointBalance implements PointAccount {
  #points: number;
  #filledAt: number;
  /** The last known balance of the fleet's bucket. */
  #sharedBalance: number;
  #sharedBalanceAt: number;
  #hasSharedBalance = false;
  #leasing: Promise<boolean> | undefined;

  constructor(
    private readonly callerId: string,
    private readonly limit: RateLimitPolicy,
    private readonly shared: SharedPoints | null,
  ) {
    this.#filledAt = this.#sharedBalanceAt = limit.clock();
    this.#sharedBalance = limit.burst;
    if (shared === null) this.#points = this.#capacity;
    // The caller may have spent everything in other processes, so it starts with a single lease.
    else this.#points = shared.isUnavailable ? shared.leasePoints : 0;
  }

  admit(points: number): MaybePromise<RateLimitRejection | null> {
    this.#fill();
    if (this.#points >= this.#needed(points)) return this.#accept(points);
    if (this.#isShared && this.#points + this.#currentSharedBalance() >= this.#needed(points))
      return this.#admitByLease(points);
    return this.#reject(points);
  }

  take(points: number): void {
    this.#fill();
    this.#points -= points;
    if (this.#leasing === undefined) this.#prefetchLease();
  }

  #prefetchLease(): void {
    if (!this.#isShared || this.#points >= this.shared!.leasePoints / 2) return;
    // There is nothing to lease from an empty bucket, but a debt is paid anyway.
    if (this.#points < 0 || this.#currentSharedBalance() >= this.shared!.leasePoints / 2) void this.#lease(0);
  }

  get status(): RateLimitStatus | null {
    if (!this.limit.isEnforced) return null;
    this.#fill();
    const { burst, rate } = this.limit;
    const remaining = Math.min(burst, Math.max(0, Math.floor(this.#available / this.#share)));
    return { limit: burst, remaining, resetSeconds: Math.ceil((burst - remaining) / rate), restoreRate: rate };
  }

  async untilBalancePositive(signal: AbortSignal): Promise<void> {
    for (this.#fill(); this.limit.isEnforced && this.#available < 0; this.#fill()) {
      if (signal.aborted) return;
      const untilPositiveMs = (-this.#available / (this.limit.rate * this.#share)) * 1000;
      await sleep(Math.min(untilPositiveMs + 1, maxWaitMs), undefined, { signal }).catch(() => {});
    }
  }

  /** Whether the account's state equals that of a new one. */
  get isIdle(): boolean {
    this.#fill();
    if (this.#isShared) return this.#points >= 0 && this.#currentSharedBalance() >= this.limit.burst;
    return this.#points >= this.#capacity;
  }

  get #isShared(): boolean {
    return this.shared !== null && !this.shared.isUnavailable;
  }

  get #share(): number {
    return this.#isShared ? 1 : this.limit.share();
  }

  get #capacity(): number {
    return Math.max(this.shared?.leasePoints ?? 0, this.limit.burst * this.limit.share());
  }

  /** The points of this process plus those of the fleet's bucket. */
  get #available(): number {
    return this.#points + (this.#isShared ? this.#currentSharedBalance() : 0);
  }

  /** The debt allowed while the fleet's balance is unknown: a share of the last known balance, if any. */
  get #overdraft(): number {
    const { leasePoints } = this.shared!;
    return this.#hasSharedBalance
      ? Math.max(leasePoints, this.#currentSharedBalance() * this.limit.share())
      : leasePoints;
  }

  /** Returns the balance required for the given points. A cost above the burst is paid off afterwards. */
  #needed(points: number): number {
    return Math.min(points, this.#isShared ? this.limit.burst : this.#capacity);
  }

  #currentSharedBalance(): number {
    const { burst, rate, clock } = this.limit;
    return Math.min(burst, this.#sharedBalance + ((clock() - this.#sharedBalanceAt) / 1000) * rate);
  }

  #fill(): void {
    const now = this.limit.clock();
    const seconds = (now - this.#filledAt) / 1000;
    this.#filledAt = now;
    if (this.#isShared || this.#points >= this.#capacity) return;
    this.#points = Math.min(this.#capacity, this.#points + seconds * this.limit.rate * this.limit.share());
  }

  async #admitByLease(points: number): Promise<RateLimitRejection | null> {
    let isReachable = true;
    // Other requests that waited for the same lease may have used it up.
    while (isReachable && this.#points < this.#needed(points) && this.#available >= this.#needed(points))
      isReachable = await (this.#leasing ?? this.#lease(this.#needed(points)));
    this.#fill();
    const overdraft = isReachable ? 0 : this.#overdraft;
    return this.#points + overdraft >= this.#needed(points) ? this.#accept(points) : this.#reject(points);
  }

  /** @returns whether the balance could be read */
  #lease(needed: number): Promise<boolean> {
    const { leasePoints } = this.shared!;
    const owed = Math.max(0, -this.#points);
    const requested = Math.max(leasePoints, needed) - Math.max(0, this.#points);
    this.#leasing = this.shared!.lease(this.callerId, owed, Math.max(0, requested)).then(
      ({ granted, balance }) => {
        this.#points += owed + granted;
        this.#sharedBalance = balance;
        this.#sharedBalanceAt = this.limit.clock();
        this.#hasSharedBalance = true;
        this.#leasing = undefined;
        // More may have been spent in the meantime.
        this.#prefetchLease();
        return true;
      },
      () => {
        this.#leasing = undefined;
        return false;
      },
    );
    return this.#leasing;
  }

  /** Takes the points immediately. Otherwise concurrent requests would all count on the same points. */
  #accept(points: number): null {
    this.take(points);
    return null;
  }

  #reject(points: number): RateLimitRejection | null {
    this.limit.onRejection();
    if (!this.limit.isEnforced) return this.#accept(points);
    const deficit = this.#needed(points) - this.#available;
    return {
      retryAfter: Math.max(1, Math.ceil(deficit / (this.limit.rate * this.#share))),
      remaining: this.status!.remaining,
    };
  }
}

/** Milliseconds after which the shares are computed again. */
const maxWaitMs = 1000;
