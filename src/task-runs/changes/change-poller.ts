// Polls for changes on behalf of all waiters, by one statement at a time, and none without waiters. A waiter is a
// position: no changes are queued for it, it reads them by itself.

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
  /** Resolves on a possible change, or with `isOver` after the time, `close` or `end`. Never rejects. */
  readonly wake: Promise<Wake>;
  end(): void;
}

export interface ChangePoller {
  wait(options: WaitOptions): PendingWait;
  /** Wakes all waiters, and accepts no further ones: for a process that shuts down. */
  close(): void;
  readonly isClosed: boolean;
  /** Seconds since the last successful poll; undefined without waiters. */
  readonly ageSeconds: number | undefined;
}

interface ChangePollerOptions {
  readonly poll: (scopes: readonly PolledScope[]) => Promise<ChangePoll>;
  /** Called once for consecutive failures. */
  readonly onFailure: (error: unknown) => void;
}

const minIntervalMs = 250;
const maxIntervalMs = 1000;
const idleFactor = 1.5;
/** The random share of the interval, in both directions, so that processes do not poll in step. */
const jitter = 0.2;

export function createChangePoller({ poll, onFailure }: ChangePollerOptions): ChangePoller {
  /** Waiters by scope. */
  const waiters = new Map<string, Set<ChangeWaiter>>();
  let intervalMs = minIntervalMs;
  let timer: NodeJS.Timeout | undefined;
  let isPolling = false;
  let isFailing = false;
  let isClosed = false;
  /** The last successful poll, or the first wait after a time without one. */
  let polledAt = 0;

  return {
    wait({ scope, timeoutMs, ...position }) {
      const key = JSON.stringify(scope);
      const ofScope = waiters.get(key) ?? new Set();
      const waiter = new ChangeWaiter(scope, position, () => {
        clearTimeout(timeout);
        ofScope.delete(waiter);
        if (ofScope.size === 0 && waiters.get(key) === ofScope) waiters.delete(key);
      });
      const timeout = setTimeout(waiter.end, timeoutMs).unref();
      if (waiters.size === 0) polledAt = performance.now();
      ofScope.add(waiter);
      waiters.set(key, ofScope);
      if (isClosed) waiter.end();
      schedule();
      return waiter;
    },
    get ageSeconds() {
      return waiters.size === 0 ? undefined : (performance.now() - polledAt) / 1000;
    },
    get isClosed() {
      return isClosed;
    },
    close() {
      isClosed = true;
      for (const ofScope of [...waiters.values()]) for (const waiter of [...ofScope]) waiter.end();
    },
  };

  function schedule(): void {
    if (timer !== undefined || isPolling || waiters.size === 0) return;
    timer = setTimeout(pollOnce, intervalMs * (1 - jitter + 2 * jitter * Math.random())).unref();
  }

  async function pollOnce(): Promise<void> {
    timer = undefined;
    isPolling = true;
    const polledWaiters = [...waiters.values()].map((ofScope) => [...ofScope]);
    try {
      if (polledWaiters.length > 0) wakeWaiters(polledWaiters, await poll(polledWaiters.map(scopeOf)));
      isFailing = false;
      polledAt = performance.now();
    } catch (error) {
      intervalMs = maxIntervalMs;
      if (!isFailing) onFailure(error);
      isFailing = true;
    }
    isPolling = false;
    schedule();
  }

  function wakeWaiters(
    polledWaiters: readonly (readonly ChangeWaiter[])[],
    { epoch, settled, changed }: ChangePoll,
  ): void {
    const changedPositions = new Set(changed);
    for (const [index, ofScope] of polledWaiters.entries()) {
      for (const waiter of ofScope) {
        if (changedPositions.has(index + 1) || waiter.epoch !== epoch) waiter.notify();
        else waiter.advance(settled);
      }
    }
    intervalMs = changed.length > 0 ? minIntervalMs : Math.min(maxIntervalMs, intervalMs * idleFactor);
  }
}

/** Returns the scope with the earliest position of its waiters. */
function scopeOf(ofScope: readonly ChangeWaiter[]): PolledScope {
  const [{ scope, settled }] = ofScope as [ChangeWaiter];
  let since = settled;
  for (const waiter of ofScope) if (waiter.settled < since) since = waiter.settled;
  return { ...scope, since: String(since) };
}
