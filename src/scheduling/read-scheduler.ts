// Queues every database read. Reads of the same type that wait at the same time share a statement, even across callers.
// Nothing is cached, and every key has its own subject, so that no result reaches another caller. If a member of a
// batch is slow or fails, the batch's keys are retried individually.

import type { RequestBudget } from '../admission/request-budget.js';
import { GatewayError } from '../errors/gateway-error.js';
import { declareLimit } from '../limits.js';
import { FairQueue } from './fair-queue.js';
import { compareByPriority, hasCapacity, type Lane, lanes, leavesConnection, maxInFlight } from './lanes.js';
import { BatchedStatement, KeyRead, type LaneQueue, type ReadType, RequestRead, TypeState } from './pending-read.js';

/** Returns the result for each key in order, or an error at its position. Never rejects. */
export type BatchRead<Key, Result> = (
  keys: readonly Key[],
  budget: RequestBudget,
) => Promise<readonly (Result | Error)[]>;

/** Returns the result for a single key. @throws the error at its position */
export async function readSingle<Key, Result>(
  read: BatchRead<Key, Result>,
  key: Key,
  budget: RequestBudget,
): Promise<Result> {
  const [result] = await read([key], budget);
  if (result instanceof Error) throw result;
  return result as Result;
}

/** Receives the values that metrics count. */
export interface LaneObserver {
  sent(lane: Lane, keys: number): void;
  waited(lane: Lane, milliseconds: number): void;
}

/** A lane's reads at some moment. */
export interface LaneStatus {
  readonly lane: Lane;
  /** Number of keys waiting for a statement. */
  readonly waiting: number;
  /** Number of running statements, and its limit. */
  readonly running: number;
  readonly limit: number;
}

interface SchedulerOptions {
  /** Returns the number of concurrent statements. */
  readonly connections: () => number;
  /** Time limit for a read from its start, including retries. */
  readonly timeoutMs: number;
  /** Called for each statement with its number of keys, and for each read in it with its waiting time. */
  readonly observe?: LaneObserver | undefined;
}

/** Far longer than a typical statement. A slow or lost statement must not delay reads that wait for a batch. */
const maxBatchDelayMs = declareLimit(20, {
  section: 'Inside',
  name: 'time that a read waits for a batch',
  unit: 'ms',
  beyond: 'sent separately',
});
/** A batch that takes longer is cancelled, and its members are retried individually. */
const maxBatchedMs = declareLimit(1000, {
  section: 'Inside',
  name: 'duration of a shared statement',
  unit: 'ms',
  beyond: 'cancelled, and its keys are read individually',
});
const stallMs = 1000;
/** Lets the limits of the server and the driver apply first, because their errors are more precise. */
const graceMs = 250;
/** The interval at which deadlines are checked. */
const expiryCheckMs = 50;

export class ReadScheduler {
  readonly #connections: () => number;
  readonly #timeoutMs: number;
  readonly #observe: LaneObserver | undefined;
  readonly #lanes = lanes.map(
    (lane): LaneQueue => ({ lane, inFlight: 0, lastStartSequence: 0, queue: new FairQueue(), types: [] }),
  );
  #statements: BatchedStatement[] = [];
  #startCount = 0;
  #lastSuccess = Number.NEGATIVE_INFINITY;
  #delayTimer: NodeJS.Timeout | undefined;
  #expiryTimer: NodeJS.Timeout | undefined;

  constructor({ connections, timeoutMs, observe }: SchedulerOptions) {
    this.#observe = observe;
    this.#connections = connections;
    this.#timeoutMs = timeoutMs;
  }

  /** @param name of the type, for logs, debuggers and heap profiles */
  register<Key, Result>(name: string, type: ReadType<Key, Result>): BatchRead<Key, Result> {
    const lane = this.#lanes.find((state) => state.lane === type.lane)!;
    const typeState = new TypeState(name, type as ReadType<unknown, unknown>, lane, this.#connections, maxBatchDelayMs);
    lane.types.push(typeState);
    return (keys, budget) => this.#enqueue(typeState, keys, budget) as Promise<(Result | Error)[]>;
  }

  /** Returns the state of each lane. */
  status(): readonly LaneStatus[] {
    return this.#lanes.map(({ lane, inFlight, types }) => {
      const waiting = types.reduce((sum, typeState) => sum + typeState.waiting, 0);
      return { lane, waiting, running: inFlight, limit: maxInFlight(lane, this.#connections()) };
    });
  }

  /** Whether a statement has succeeded within the last second, with no outage since. */
  hasJustSucceeded(): boolean {
    return performance.now() - this.#lastSuccess < 1000;
  }

  /** Records that the database has responded to a statement outside the scheduler. */
  recordSuccess(): void {
    this.#lastSuccess = performance.now();
  }

  /** Whether a statement has been running for at least this long. */
  hasStatementSince(milliseconds: number): boolean {
    return this.#statements.some(({ startedAt }) => performance.now() - startedAt >= milliseconds);
  }

  /** Whether reads of single runs have been waiting for a second without any statement being sent. */
  isStalled(): boolean {
    const { types } = this.#lanes.find(({ lane }) => lane === 'point')!;
    return types.some(({ waiting, waitingSince }) => waiting > 0 && performance.now() - waitingSince >= stallMs);
  }

  /** Starts the reads that wait for a batch. Later reads will not wait for one either. */
  flush(): void {
    for (const { types } of this.#lanes) for (const typeState of types) typeState.batchDelayMs = 0;
    this.#startReady();
  }

  #enqueue(typeState: TypeState, keys: readonly unknown[], budget: RequestBudget): Promise<unknown[]> {
    if (keys.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const now = performance.now();
      const read = new RequestRead(budget, keys.length, resolve);
      const items = keys.map((key, index) => new KeyRead(typeState, key, index, read, now));
      if (budget.deadline.isAbandoned || now >= budget.deadline.expiresAt) return read.fail();
      budget.deadline.add(read);
      for (const item of items) typeState.lane.queue.push(item);
      if (typeState.waiting === 0) typeState.waitingSince = now;
      typeState.waiting += items.length;
      this.#expiryTimer ??= setInterval(() => this.#expire(), expiryCheckMs).unref();
      this.#startReady();
    });
  }

  #startReady(): void {
    for (let item = this.#nextItem(); item !== undefined; item = this.#nextItem()) void this.#send(takeBatch(item));
    if (this.#delayTimer !== undefined || this.#lanes.every(({ queue }) => queue.isEmpty)) return;
    this.#delayTimer = setTimeout(() => this.#endDelay(), maxBatchDelayMs).unref();
  }

  #endDelay(): void {
    this.#delayTimer = undefined;
    this.#startReady();
  }

  /** Returns the next item of the lane with the highest priority. */
  #nextItem(): KeyRead | undefined {
    let first: { readonly lane: LaneQueue; readonly item: KeyRead } | undefined;
    for (const lane of this.#lanes) {
      if (lane.queue.isEmpty || !lane.types.some(({ isReady }) => isReady)) continue;
      if (!hasCapacity(lane, this.#lanes, this.#connections())) continue;
      const item = this.#nextIn(lane);
      if (item === undefined || (first && compareByPriority(first.lane, lane) <= 0)) continue;
      first = { lane, item };
    }
    return first?.item;
  }

  #nextIn(lane: LaneQueue): KeyRead | undefined {
    return lane.queue.next(canStart, (callerId) => leavesConnection(callerId, lane, this.#lanes, this.#connections()));
  }

  async #send(items: readonly KeyRead[]): Promise<void> {
    const { typeState } = items[0]!;
    const { lane } = typeState;
    const statement = new BatchedStatement(items);
    if (this.#observe) observeStart(this.#observe, items, statement.startedAt);
    const arrived = items[0]!.read.budget.bytes.reserveExpected(items.length * (typeState.type.maxBytes ?? 0));
    this.#statements.push(statement);
    lane.inFlight += 1;
    lane.lastStartSequence = this.#startCount += 1;
    typeState.inFlight += 1;
    lane.queue.recordStart(items);
    const batchTimer = items.length > 1 ? setTimeout(() => statement.abort(), maxBatchedMs) : undefined;
    try {
      const keys = items.map(({ key }) => key);
      const results = await typeState.type.readMany(keys, statement);
      this.recordSuccess();
      statement.charge();
      for (const [index, item] of items.entries()) item.deliver(results[index]);
    } catch (error) {
      statement.fail(error);
      this.#handleFailure(error, statement, items);
    } finally {
      clearTimeout(batchTimer);
      statement.end();
      arrived();
      this.#statements = this.#statements.filter((runningStatement) => runningStatement !== statement);
      lane.inFlight -= 1;
      typeState.inFlight -= 1;
      lane.queue.recordEnd(items, performance.now() - statement.startedAt);
      this.#startReady();
    }
  }

  /** Charges a failed statement, and delivers its error or retries its keys individually. */
  #handleFailure(error: unknown, statement: BatchedStatement, items: readonly KeyRead[]): void {
    // A pooler does not cancel statements that wait in it for a server. Their connection is closed instead, which is
    // not an outage.
    const isAbortedEarly = statement.aborted && performance.now() - statement.startedAt < this.#timeoutMs;
    const isOutage = !isAbortedEarly && error instanceof GatewayError && error.reason === 'SERVICE_UNAVAILABLE';
    // No statement has succeeded since. The waiting ones would take as long and fail too.
    if (isOutage && this.#lastSuccess < statement.startedAt) this.#failWaiting(error, items[0]!.typeState.type);
    if (isOutage) this.#lastSuccess = Number.NEGATIVE_INFINITY;
    // No time was measured for a statement that was cancelled or failed.
    const chargesElapsedTime = !isOutage && !(error instanceof GatewayError && error.reason !== 'DEADLINE_EXCEEDED');
    statement.charge(chargesElapsedTime ? performance.now() - statement.startedAt : 0);
    for (const item of items) {
      // The connection may have been closed only because a cancellation was slow, so each key is retried.
      if ((isOutage && !statement.aborted) || items.length === 1) item.deliver(toError(error));
      else if (item.isLive) this.#retryIndividually(item, performance.now() - statement.startedAt);
    }
  }

  /**
   * @param failed the type whose statement could not be sent. If it requires the primary, replicas may still serve
   * other types.
   */
  #failWaiting(error: GatewayError, failed: ReadType<unknown, unknown>): void {
    for (const { queue } of this.#lanes) {
      for (const item of [...queue])
        if (!failed.requiresPrimary || item.typeState.type.requiresPrimary) item.deliver(error);
    }
  }

  #retryIndividually(item: KeyRead, elapsedMs: number): void {
    item.isIsolated = true;
    item.statement = undefined;
    item.usedMs += elapsedMs;
    item.queuedAt = performance.now();
    if (item.usedMs >= this.#timeoutMs) {
      item.fail();
    } else {
      item.typeState.lane.queue.unshift(item);
      item.typeState.waiting += 1;
      item.typeState.waitingIsolated += 1;
    }
  }

  /** Fails reads whose deadline has passed, and removes those no longer awaited. */
  #expire(): void {
    const now = performance.now();
    for (const statement of this.#statements) {
      statement.failExpired(now);
      const hasFailed = statement.failTimedOut(now, this.#timeoutMs + graceMs);
      if (hasFailed && this.#lastSuccess < statement.startedAt) this.#lastSuccess = Number.NEGATIVE_INFINITY;
    }
    for (const { queue } of this.#lanes) {
      queue.retain((item) => {
        item.failIfExpired(now);
        if (item.isLive) return true;
        item.typeState.waiting -= 1;
        if (item.isIsolated) item.typeState.waitingIsolated -= 1;
        return false;
      }, expiryCheckMs);
    }
    if (this.#statements.length > 0 || this.#lanes.some(({ queue }) => queue.hasCallers)) return;
    clearInterval(this.#expiryTimer);
    this.#expiryTimer = undefined;
  }
}

function observeStart(observer: LaneObserver, items: readonly KeyRead[], startedAt: number): void {
  const { lane } = items[0]!.typeState.lane;
  observer.sent(lane, items.length);
  let previous: RequestRead | undefined;
  for (const { read, queuedAt } of items) {
    if (read !== previous) observer.waited(lane, startedAt - queuedAt);
    previous = read;
  }
}

/** Takes an item from its queue, with those that may share its statement. */
function takeBatch(first: KeyRead): KeyRead[] {
  const { typeState } = first;
  const { batchKeyOf, maxBatchSize } = typeState.type;
  const batchKey = batchKeyOf?.(first.key);
  const items = typeState.lane.queue.takeBatch(
    first,
    first.isIsolated ? 1 : maxBatchSize,
    (item) =>
      item.typeState === typeState &&
      !item.isIsolated &&
      item.isLive &&
      item.hasRoom &&
      batchKeyOf?.(item.key) === batchKey,
  );
  typeState.waiting -= items.length;
  typeState.waitingSince = performance.now();
  if (first.isIsolated) typeState.waitingIsolated -= 1;
  return items;
}

function canStart(item: KeyRead): boolean {
  const { typeState, isLive, isIsolated } = item;
  return isLive && typeState.isReady && (isIsolated || typeState.hasBatch) && item.hasRoom;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('The database could not be read.', { cause: error });
}
