// Polls for changes on behalf of all waiters, with at most one statement at a time, and none if there are no waiters. A
// waiter is only a position. No changes are queued for it, because it reads them itself.

import type { ChangePoll, FollowedScope, PolledScope } from './change-poll.js';
import { ChangeWaiter, type Wake } from './change-waiter.js';

export interface WaitOptions {
  readonly scope: FollowedScope;
  readonly epoch: string;
  /** The waiter has all changes of transactions before this one. */
  readonly settled: string;
  readonly timeoutMs: number;
}

export interface PendingWait {
  /** Resolves on a possible change, or with `isOver` after the timeout, `close` or `end`. Never rejects. */
  readonly wake: Promise<Wake>;
  end(): void;
}

interface ChangePollerOptions {
  readonly poll: (scopes: readonly PolledScope[]) => Promise<ChangePoll>;
  /** Called once per series of consecutive failures. */
  readonly onFailure: (error: unknown) => void;
}

const minIntervalMs = 250;
const maxIntervalMs = 1000;
const idleFactor = 1.5;
/** Random variation of the interval in both directions, so that processes do not poll in step. */
const jitter = 0.2;

/** The poller shared by all streams and waiting requests of a process. */
export class ChangePoller {
  readonly #waitersByScope = new Map<string, Set<ChangeWaiter>>();
  #intervalMs = minIntervalMs;
  #timer: NodeJS.Timeout | undefined;
  #isPolling = false;
  #isFailing = false;
  #isClosed = false;
  /** Time of the last successful poll, or of the first wait after a period without waiters. */
  #polledAt = 0;

  constructor(private readonly options: ChangePollerOptions) {}

  wait({ scope, timeoutMs, ...position }: WaitOptions): PendingWait {
    const key = JSON.stringify(scope);
    const waiters = this.#waitersByScope.get(key) ?? new Set();
    const waiter = new ChangeWaiter(scope, position, () => {
      clearTimeout(timeout);
      waiters.delete(waiter);
      if (waiters.size === 0 && this.#waitersByScope.get(key) === waiters) this.#waitersByScope.delete(key);
    });
    const timeout = setTimeout(waiter.end, timeoutMs).unref();
    if (this.#waitersByScope.size === 0) this.#polledAt = performance.now();
    waiters.add(waiter);
    this.#waitersByScope.set(key, waiters);
    if (this.#isClosed) waiter.end();
    this.#schedule();
    return waiter;
  }

  /** Seconds since the last successful poll, or undefined if there are no waiters. */
  get ageSeconds(): number | undefined {
    return this.#waitersByScope.size === 0 ? undefined : (performance.now() - this.#polledAt) / 1000;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Wakes all waiters and accepts no more. Called when the process shuts down. */
  close(): void {
    this.#isClosed = true;
    for (const waiters of [...this.#waitersByScope.values()]) for (const waiter of [...waiters]) waiter.end();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#isPolling || this.#waitersByScope.size === 0) return;
    const delayMs = this.#intervalMs * (1 - jitter + 2 * jitter * Math.random());
    this.#timer = setTimeout(() => this.#poll(), delayMs).unref();
  }

  async #poll(): Promise<void> {
    this.#timer = undefined;
    this.#isPolling = true;
    const polledWaiters = [...this.#waitersByScope.values()].map((waiters) => [...waiters]);
    try {
      if (polledWaiters.length > 0)
        this.#wakeWaiters(polledWaiters, await this.options.poll(polledWaiters.map(scopeOf)));
      this.#isFailing = false;
      this.#polledAt = performance.now();
    } catch (error) {
      this.#intervalMs = maxIntervalMs;
      if (!this.#isFailing) this.options.onFailure(error);
      this.#isFailing = true;
    }
    this.#isPolling = false;
    this.#schedule();
  }

  #wakeWaiters(polledWaiters: readonly (readonly ChangeWaiter[])[], { epoch, settled, changed }: ChangePoll): void {
    const changedPositions = new Set(changed);
    for (const [index, waiters] of polledWaiters.entries()) {
      for (const waiter of waiters) {
        if (changedPositions.has(index + 1) || waiter.epoch !== epoch) waiter.notify();
        else waiter.advance(settled);
      }
    }
    this.#intervalMs = changed.length > 0 ? minIntervalMs : Math.min(maxIntervalMs, this.#intervalMs * idleFactor);
  }
}

/** Returns the scope with the earliest position of its waiters. */
function scopeOf(waiters: readonly ChangeWaiter[]): PolledScope {
  const [{ scope, settled }] = waiters as [ChangeWaiter];
  let since = settled;
  for (const waiter of waiters) if (waiter.settled < since) since = waiter.settled;
  return { ...scope, since: String(since) };
}
