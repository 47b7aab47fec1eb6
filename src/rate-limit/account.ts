// The points of one caller in this process: a bucket that fills by itself, or, where a fleet shares them, what this process
// has leased of the fleet's bucket.

import { setTimeout as sleep } from 'node:timers/promises';
import type { PointAccount, RateLimitStatus, Refusal } from '../cost/request-cost.js';

export interface RateLimit {
  /** Points a second, of a caller. */
  readonly rate: number;
  /** Points that may be spent at once. */
  readonly burst: number;
  /** Whether who has no points is refused, or only counted. */
  readonly isEnforced: boolean;
  /** What a process grants of it by itself: one divided by how many there are. */
  share(): number;
  /** Milliseconds, of a clock that never goes back. */
  clock(): number;
  /** Called where the caller is, or would be, refused. */
  onRefusal(): void;
}

/** Points that are shared with other processes. */
export interface SharedPoints {
  /** Whether they cannot be reached: then each process grants its share by itself. */
  readonly isAway: boolean;
  /** Points that a process has ahead, of one caller. */
  readonly leasePoints: number;
  /** Pays what is owed, and takes as much of what is wanted as there is. @throws where they cannot be reached in time */
  lease(callerId: string, owed: number, wanted: number): Promise<Lease>;
}

export interface Lease {
  readonly granted: number;
  /** In the bucket of the fleet; negative: owed. */
  readonly left: number;
}

export class Account implements PointAccount {
  #points: number;
  #filledAt: number;
  /** What the fleet's bucket held when it was last heard of. */
  #left: number;
  #leftAt: number;
  #hasHeard = false;
  #leasing: Promise<boolean> | undefined;

  constructor(
    private readonly callerId: string,
    private readonly limit: RateLimit,
    private readonly shared: SharedPoints | null,
  ) {
    this.#filledAt = this.#leftAt = limit.clock();
    this.#left = limit.burst;
    if (shared === null) this.#points = this.#capacity;
    // Who may have spent all elsewhere begins with what one process may be ahead.
    else this.#points = shared.isAway ? shared.leasePoints : 0;
  }

  admit(points: number): Refusal | null | Promise<Refusal | null> {
    this.#fill();
    if (this.#points >= this.#needed(points)) return this.#accept(points);
    if (this.#isShared && this.#points + this.#leftNow() >= this.#needed(points)) return this.#admitByLease(points);
    return this.#refuse(points);
  }

  take(points: number): void {
    this.#fill();
    this.#points -= points;
    if (this.#leasing === undefined) this.#leaseAhead();
  }

  #leaseAhead(): void {
    if (!this.#isShared || this.#points >= this.shared!.leasePoints / 2) return;
    // Of an empty bucket there is nothing to lease; what is owed is paid nevertheless.
    if (this.#points < 0 || this.#leftNow() >= this.shared!.leasePoints / 2) void this.#lease(0);
  }

  get status(): RateLimitStatus | null {
    if (!this.limit.isEnforced) return null;
    this.#fill();
    const { burst, rate } = this.limit;
    const remaining = Math.min(burst, Math.max(0, Math.floor(this.#available / this.#share)));
    return { limit: burst, remaining, resetSeconds: Math.ceil((burst - remaining) / rate), restoreRate: rate };
  }

  async whenInCredit(signal: AbortSignal): Promise<void> {
    for (this.#fill(); this.limit.isEnforced && this.#available < 0; this.#fill()) {
      if (signal.aborted) return;
      const untilFilled = (-this.#available / (this.limit.rate * this.#share)) * 1000;
      await sleep(Math.min(untilFilled + 1, maxPause), undefined, { signal }).catch(() => {});
    }
  }

  /** Whether a new one would be the same. */
  get isIdle(): boolean {
    this.#fill();
    if (this.#isShared) return this.#points >= 0 && this.#leftNow() >= this.limit.burst;
    return this.#points >= this.#capacity;
  }

  get #isShared(): boolean {
    return this.shared !== null && !this.shared.isAway;
  }

  get #share(): number {
    return this.#isShared ? 1 : this.limit.share();
  }

  get #capacity(): number {
    return Math.max(this.shared?.leasePoints ?? 0, this.limit.burst * this.limit.share());
  }

  /** With what the fleet's bucket would give. */
  get #available(): number {
    return this.#points + (this.#isShared ? this.#leftNow() : 0);
  }

  /** What may be owed where nobody says in time what there is: a part of what there was, if that was ever heard. */
  get #credit(): number {
    const { leasePoints } = this.shared!;
    return this.#hasHeard ? Math.max(leasePoints, this.#leftNow() * this.limit.share()) : leasePoints;
  }

  /** What costs more than there can be at once is paid off afterwards. */
  #needed(points: number): number {
    return Math.min(points, this.#isShared ? this.limit.burst : this.#capacity);
  }

  #leftNow(): number {
    const { burst, rate, clock } = this.limit;
    return Math.min(burst, this.#left + ((clock() - this.#leftAt) / 1000) * rate);
  }

  #fill(): void {
    const now = this.limit.clock();
    const seconds = (now - this.#filledAt) / 1000;
    this.#filledAt = now;
    if (this.#isShared || this.#points >= this.#capacity) return;
    this.#points = Math.min(this.#capacity, this.#points + seconds * this.limit.rate * this.limit.share());
  }

  async #admitByLease(points: number): Promise<Refusal | null> {
    let isHeard = true;
    // What others wait for meanwhile may leave too little of a lease.
    while (isHeard && this.#points < this.#needed(points) && this.#available >= this.#needed(points))
      isHeard = await (this.#leasing ?? this.#lease(this.#needed(points)));
    this.#fill();
    const credit = isHeard ? 0 : this.#credit;
    return this.#points + credit >= this.#needed(points) ? this.#accept(points) : this.#refuse(points);
  }

  /** @returns whether it was heard what there is */
  #lease(needed: number): Promise<boolean> {
    const { leasePoints } = this.shared!;
    const owed = Math.max(0, -this.#points);
    const wanted = Math.max(leasePoints, needed) - Math.max(0, this.#points);
    this.#leasing = this.shared!.lease(this.callerId, owed, Math.max(0, wanted)).then(
      ({ granted, left }) => {
        this.#points += owed + granted;
        this.#left = left;
        this.#leftAt = this.limit.clock();
        this.#hasHeard = true;
        this.#leasing = undefined;
        // More may have been spent meanwhile.
        this.#leaseAhead();
        return true;
      },
      () => {
        this.#leasing = undefined;
        return false;
      },
    );
    return this.#leasing;
  }

  /** At once, or what waits beside it would find the same points. */
  #accept(points: number): null {
    this.take(points);
    return null;
  }

  #refuse(points: number): Refusal | null {
    this.limit.onRefusal();
    if (!this.limit.isEnforced) return this.#accept(points);
    const missing = this.#needed(points) - this.#available;
    return {
      retryAfter: Math.max(1, Math.ceil(missing / (this.limit.rate * this.#share))),
      remaining: this.status!.remaining,
    };
  }
}

/** Milliseconds, after which is looked again how the points are shared. */
const maxPause = 1000;
