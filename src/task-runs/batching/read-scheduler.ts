// Queues every read of the database. Reads of a kind that wait at the same time share a statement, even of different
// callers: nothing is cached, and every key has its own subject, so that no result reaches another caller. If a member
// of a batch is slow or fails, its keys are retried individually.

import type { RequestBudget } from '../../admission/request-budget.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { FairQueue } from './fair-queue.js';
import { compareByPriority, hasCapacity, lanes, leavesConnection } from './lanes.js';
import { BatchedStatement, Item, Read, type ReadKind, type ScheduledLane, type Source } from './pending-read.js';

/** Returns the result for each key in their order, or an error in its position. Never rejects. */
export type BatchRead<Key, Result> = (
  keys: readonly Key[],
  budget: RequestBudget,
) => Promise<readonly (Result | Error)[]>;

export interface ReadScheduler {
  register<Key, Result>(kind: ReadKind<Key, Result>): BatchRead<Key, Result>;
  /** Whether a statement has succeeded within the last second, without an outage since. */
  hasJustSucceeded(): boolean;
  /** Starts the reads that wait for a batch. Later ones will not wait, either. */
  flush(): void;
}

interface SchedulerOptions {
  /** Returns the number of concurrent statements. */
  readonly connections: () => number;
  /** The time limit for a read from its start, retries included. */
  readonly timeoutMs: number;
}

// limit | Inside | time that a read waits for a batch | ms | sent by itself
/** Far longer than a usual statement: a slow or lost one must not delay reads that wait for a batch. */
const maxBatchDelayMs = 20;
// limit | Inside | time of a shared statement | ms | cancelled, and its keys are read individually
/** A batch that takes longer is cancelled, and its members are retried individually. */
const maxBatchedMs = 1000;
/** Lets the limits of the server and the driver apply first, because their errors are more precise. */
const graceMs = 250;
/** The interval at which deadlines are checked. */
const expiryCheckMs = 50;

export function createReadScheduler({ connections, timeoutMs }: SchedulerOptions): ReadScheduler {
  const states = lanes.map(
    (lane): ScheduledLane => ({ lane, inFlight: 0, lastStartSequence: 0, queue: new FairQueue(), sources: [] }),
  );
  let statements: BatchedStatement[] = [];
  let startCount = 0;
  let lastSuccess = Number.NEGATIVE_INFINITY;
  let delayTimer: NodeJS.Timeout | undefined;
  let expiryTimer: NodeJS.Timeout | undefined;

  return {
    register<Key, Result>(kind: ReadKind<Key, Result>) {
      const source: Source = {
        ...(kind as ReadKind<unknown, unknown>),
        minBatchSize: kind.minBatchSize ?? 1,
        get maxInFlight() {
          return maxInFlightOf(kind, connections());
        },
        state: states.find(({ lane }) => lane === kind.lane)!,
        waiting: 0,
        waitingSince: 0,
        batchDelayMs: maxBatchDelayMs,
        waitingIsolated: 0,
        inFlight: 0,
      };
      source.state.sources.push(source);
      return (keys, budget) => enqueue(source, keys, budget) as Promise<(Result | Error)[]>;
    },
    hasJustSucceeded: () => performance.now() - lastSuccess < 1000,
    flush() {
      for (const { sources } of states) for (const source of sources) source.batchDelayMs = 0;
      startReady();
    },
  };

  function enqueue(source: Source, keys: readonly unknown[], budget: RequestBudget): Promise<unknown[]> {
    if (keys.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const read = new Read(budget, keys.length, resolve);
      const now = performance.now();
      const items = keys.map((key, index) => new Item(source, key, index, read));
      if (budget.isAbandoned || now >= budget.deadline) return read.fail();
      budget.add(read);
      for (const item of items) source.state.queue.push(item);
      if (source.waiting === 0) source.waitingSince = now;
      source.waiting += items.length;
      expiryTimer ??= setInterval(expire, expiryCheckMs).unref();
      startReady();
    });
  }

  function startReady(): void {
    for (let item = nextItem(); item !== undefined; item = nextItem()) void send(takeBatch(item));
    if (delayTimer !== undefined || states.every(({ queue }) => queue.isEmpty)) return;
    delayTimer = setTimeout(() => {
      delayTimer = undefined;
      startReady();
    }, maxBatchDelayMs).unref();
  }

  /** Returns the next item of the lane with the highest priority. */
  function nextItem(): Item | undefined {
    let first: { readonly state: ScheduledLane; readonly item: Item } | undefined;
    for (const state of states) {
      if (state.queue.isEmpty || !state.sources.some(isReady) || !hasCapacity(state, states, connections())) continue;
      const item = nextIn(state);
      if (item === undefined || (first && compareByPriority(first.state, state) <= 0)) continue;
      first = { state, item };
    }
    return first?.item;
  }

  function nextIn(state: ScheduledLane): Item | undefined {
    return state.queue.next(canStart, (callerId) => leavesConnection(callerId, state, states, connections()));
  }

  function takeBatch(first: Item): Item[] {
    const { source } = first;
    const batchKey = source.batchKeyOf?.(first.key);
    const max = first.isIsolated ? 1 : source.maxBatchSize;
    const items = source.state.queue.takeBatch(
      first,
      max,
      (item) =>
        item.source === source &&
        !item.isIsolated &&
        item.isLive &&
        item.hasRoom &&
        source.batchKeyOf?.(item.key) === batchKey,
    );
    source.waiting -= items.length;
    source.waitingSince = performance.now();
    if (first.isIsolated) source.waitingIsolated -= 1;
    return items;
  }

  async function send(items: readonly Item[]): Promise<void> {
    const { source } = items[0]!;
    const { state } = source;
    const statement = new BatchedStatement(items);
    const arrived = items[0]!.read.budget.expect(items.length * (source.maxBytes ?? 0));
    statements.push(statement);
    state.inFlight += 1;
    state.lastStartSequence = startCount += 1;
    source.inFlight += 1;
    state.queue.recordStart(items);
    const batchTimer = items.length > 1 ? setTimeout(() => statement.abort(), maxBatchedMs) : undefined;
    try {
      const keys = items.map(({ key }) => key);
      const results = await source.readMany(keys, statement);
      lastSuccess = performance.now();
      statement.charge();
      for (const [index, item] of items.entries()) item.deliver(results[index]);
    } catch (error) {
      // A pooler does not cancel statements that wait there for a server: their connection is closed, which is no
      // outage.
      const isAbortedEarly = statement.aborted && performance.now() - statement.startedAt < timeoutMs;
      const isOutage = !isAbortedEarly && error instanceof GatewayError && error.reason === 'SERVICE_UNAVAILABLE';
      // No statement has succeeded since. The waiting ones would wait as long, and fail, too.
      if (isOutage && lastSuccess < statement.startedAt) failWaiting(error);
      if (isOutage) lastSuccess = Number.NEGATIVE_INFINITY;
      // No time was measured for a statement that was cancelled or has failed.
      const chargesElapsedTime = !isOutage && !(error instanceof GatewayError && error.reason !== 'DEADLINE_EXCEEDED');
      statement.charge(chargesElapsedTime ? performance.now() - statement.startedAt : 0);
      for (const item of items) {
        // The connection may have been closed only because a cancellation was slow, so each key is retried.
        if ((isOutage && !statement.aborted) || items.length === 1) item.deliver(toError(error));
        else if (item.isLive) retryIndividually(item, performance.now() - statement.startedAt);
      }
    } finally {
      clearTimeout(batchTimer);
      statement.end();
      arrived();
      statements = statements.filter((each) => each !== statement);
      state.inFlight -= 1;
      source.inFlight -= 1;
      state.queue.recordEnd(items, performance.now() - statement.startedAt);
      startReady();
    }
  }

  function failWaiting(error: GatewayError): void {
    for (const { queue } of states) for (const item of [...queue]) item.deliver(error);
  }

  function retryIndividually(item: Item, elapsedMs: number): void {
    item.isIsolated = true;
    item.statement = undefined;
    item.usedMs += elapsedMs;
    if (item.usedMs >= timeoutMs) {
      item.fail();
    } else {
      item.source.state.queue.unshift(item);
      item.source.waiting += 1;
      item.source.waitingIsolated += 1;
    }
  }

  /** Fails reads whose deadline has passed, and removes those that are not awaited any more. */
  function expire(): void {
    const now = performance.now();
    for (const statement of statements) {
      statement.failExpired(now);
      const hasFailed = statement.failTimedOut(now, timeoutMs + graceMs);
      if (hasFailed && lastSuccess < statement.startedAt) lastSuccess = Number.NEGATIVE_INFINITY;
    }
    for (const { queue } of states) {
      queue.retain((item) => {
        item.failIfExpired(now);
        if (item.isLive) return true;
        item.source.waiting -= 1;
        if (item.isIsolated) item.source.waitingIsolated -= 1;
        return false;
      }, expiryCheckMs);
    }
    if (statements.length > 0 || states.some(({ queue }) => queue.hasCallers)) return;
    clearInterval(expiryTimer);
    expiryTimer = undefined;
  }
}

/** Whether an item of the source may start, without a search through all of them. */
function isReady(source: Source): boolean {
  if (source.waiting === 0 || source.inFlight >= source.maxInFlight) return false;
  return source.waitingIsolated > 0 || hasBatch(source);
}

function hasBatch({ inFlight, waiting, minBatchSize, waitingSince, batchDelayMs }: Source): boolean {
  return inFlight === 0 || waiting >= minBatchSize || performance.now() - waitingSince >= batchDelayMs;
}

function canStart(item: Item): boolean {
  const { source, isLive, isIsolated } = item;
  return isLive && isReady(source) && (isIsolated || hasBatch(source)) && item.hasRoom;
}

function maxInFlightOf({ connectionShare = 1 }: { readonly connectionShare?: number }, connections: number): number {
  return Math.max(1, Math.min(Math.ceil(connections * connectionShare), connections));
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('The database could not be read.', { cause: error });
}
