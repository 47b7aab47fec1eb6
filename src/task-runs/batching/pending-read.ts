// What waits in the scheduler, and what it becomes: reads of keys, and statements that keys of several reads share.

import type { StatementSignal } from '../../database/connection/statement-runner.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { FairQueue } from './fair-queue.js';
import type { Lane, LaneState } from './lanes.js';
import type { RequestBudget } from './request-budget.js';

export interface ReadKind<Key, Result> {
  readonly lane: Lane;
  /** Keys that one statement reads at most. */
  readonly maxBatchSize: number;
  /** While a statement of this kind is in flight, a further one is sent for at least N keys; fewer wait for more. */
  readonly minBatchSize?: number;
  /** The part of the connections that statements of this kind take at most; by default what the lane has. */
  readonly connectionShare?: number;
  /** Of JSON that one key brings at most, where it is not acquired before it is read. */
  readonly maxBytes?: number;
  /** Keys that differ in this are never read by one statement. */
  readonly batchKeyOf?: (key: Key) => unknown;
  /** One statement for the keys; the results in their order. An aborted statement is cancelled. */
  readonly readMany: (keys: readonly Key[], signal: StatementSignal) => Promise<readonly Result[]>;
}

export interface ScheduledLane extends LaneState {
  readonly queue: FairQueue<Item>;
  readonly sources: Source[];
}

/** A kind of read that the scheduler knows, and what of it waits and runs. */
export interface Source extends ReadKind<unknown, unknown> {
  readonly minBatchSize: number;
  readonly maxInFlight: number;
  readonly state: ScheduledLane;
  waiting: number;
  /** Since when anything waits, or since the last batch was taken. */
  waitingSince: number;
  /** How many of what waits go by themselves. */
  waitingIsolated: number;
  inFlight: number;
}

/** One key of a read. */
export class Item {
  /** The others of its statement failed with it, or are to be kept from doing so. */
  isIsolated = false;
  statement: BatchedStatement | undefined;
  hasStarted = false;
  /** In statements that have ended. */
  usedMs = 0;
  #isDelivered = false;

  constructor(
    readonly source: Source,
    readonly key: unknown,
    private readonly index: number,
    readonly read: Read,
  ) {
    read.items.push(this);
  }

  get callerId(): string {
    return this.read.budget.callerId;
  }

  /** Whether there is room for what it may bring. */
  get hasRoom(): boolean {
    return this.source.maxBytes === undefined || this.read.budget.hasRoom;
  }

  /** Whether anybody still waits for its result. */
  get isLive(): boolean {
    return !this.#isDelivered && !this.read.isSettled;
  }

  deliver(result: unknown): void {
    if (!this.isLive) return;
    this.#isDelivered = true;
    this.read.deliver(this.index, result);
  }

  /** The request's time is over. */
  failIfExpired(now: number): void {
    if (now >= this.read.budget.deadline) this.read.fail();
  }

  fail(): void {
    this.deliver(new GatewayError(this.hasStarted ? 'DEADLINE_EXCEEDED' : 'QUEUE_TIMEOUT', { retryAfter: 1 }));
    this.statement?.abortIfUnused();
  }
}

/** What one request has asked for at once. */
export class Read {
  readonly items: Item[] = [];
  isSettled = false;
  readonly #results: unknown[];
  #missing: number;

  constructor(
    readonly budget: RequestBudget,
    size: number,
    private readonly resolve: (results: unknown[]) => void,
  ) {
    this.#results = new Array(size);
    this.#missing = size;
  }

  deliver(index: number, result: unknown): void {
    this.#results[index] = result;
    this.#missing -= 1;
    if (this.#missing > 0) return;
    this.isSettled = true;
    this.budget.delete(this);
    this.resolve(this.#results);
  }

  /** An error stands in the position of every result that is still missing. */
  fail(): void {
    for (const item of this.items) item.fail();
  }

  abandon(): void {
    this.fail();
  }
}

/** A statement under way. */
export class BatchedStatement implements StatementSignal {
  readonly startedAt = performance.now();
  aborted = false;
  onabort: (() => void) | null = null;
  /** For its parts that have ended. */
  #databaseMs = 0;
  #receivedAt = Number.POSITIVE_INFINITY;

  constructor(private items: readonly Item[]) {
    const requests = new Set<RequestBudget>();
    for (const item of items) {
      item.statement = this;
      item.hasStarted = true;
      requests.add(item.read.budget);
    }
    for (const { stats } of requests) stats.statements += 1;
  }

  onworked(milliseconds: number): void {
    this.#databaseMs += milliseconds;
    this.#receivedAt = performance.now();
  }

  /** Charges what it cost to the requests that shared it, by their keys. @param minMs where the database did not say */
  charge(minMs = 0): void {
    const sharedDatabaseMs = Math.max(this.#databaseMs, minMs) / this.items.length;
    const decodingMs = Math.max(0, performance.now() - this.#receivedAt) / this.items.length;
    for (const { read } of this.items) {
      read.budget.cost.addDatabase(sharedDatabaseMs);
      read.budget.cost.addProcessor(decodingMs);
    }
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.onabort?.();
  }

  failExpired(now: number): void {
    for (const item of this.items) item.failIfExpired(now);
  }

  /** Fails the keys that have had their time of the database, in this statement and in earlier ones, if there are any. */
  failTimedOut(now: number, timeoutMs: number): boolean {
    const timedOut = this.items.filter(({ isLive, usedMs }) => isLive && now - this.startedAt + usedMs >= timeoutMs);
    for (const item of timedOut) item.fail();
    return timedOut.length > 0;
  }

  /** Unties the requests that shared it: V8 would keep all of them, and their results, for the oldest. */
  end(): void {
    for (const item of this.items) item.statement = undefined;
    this.items = [];
  }

  /** Cancels what nobody waits for any more. */
  abortIfUnused(): void {
    if (!this.items.some(({ isLive }) => isLive)) this.abort();
  }
}
