// Reads of keys that wait in the scheduler, and statements shared by keys from several reads.

import type { RequestBudget } from '../admission/request-budget.js';
import type { StatementSignal } from '../database/connection/statement-runner.js';
import { GatewayError } from '../errors/gateway-error.js';
import type { FairQueue } from './fair-queue.js';
import type { Lane, LaneState } from './lanes.js';
import { StatementTrace, traceFailedWait } from './statement-trace.js';

export interface ReadType<Key, Result> {
  readonly lane: Lane;
  /** Maximum number of keys per statement. */
  readonly maxBatchSize: number;
  /** Minimum number of keys for another statement while one of this type is in flight. */
  readonly minBatchSize?: number;
  /** Maximum share of the connections for statements of this type. Defaults to the lane's. */
  readonly connectionShare?: number;
  /** Maximum number of JSON bytes per key, if it is read without acquiring memory first. */
  readonly maxBytes?: number;
  /** Whether its statements are sent only to the primary, never to a replica. */
  readonly requiresPrimary?: boolean;
  /** Returns a batch key. Only keys with the same batch key are read with one statement. */
  readonly batchKeyOf?: (key: Key) => unknown;
  /** Reads the keys with one statement, and returns the results in order. An aborted statement is cancelled. */
  readonly readMany: (keys: readonly Key[], signal: StatementSignal) => Promise<readonly Result[]>;
}

export interface LaneQueue extends LaneState {
  readonly queue: FairQueue<KeyRead>;
  readonly types: TypeState[];
}

/** A registered type of read, with its waiting and running reads. */
export class TypeState {
  waiting = 0;
  /** The start of the wait, or the time when the last batch was taken. */
  waitingSince = 0;
  /** Number of waiting items that are read individually. */
  waitingIsolated = 0;
  inFlight = 0;

  constructor(
    readonly name: string,
    readonly type: ReadType<unknown, unknown>,
    readonly lane: LaneQueue,
    private readonly connections: () => number,
    /** Milliseconds after which reads no longer wait for a batch. */
    public batchDelayMs: number,
  ) {}

  /** Whether an item may start, determined without searching all items. */
  get isReady(): boolean {
    if (this.waiting === 0 || this.inFlight >= this.#maxInFlight) return false;
    return this.waitingIsolated > 0 || this.hasBatch;
  }

  get hasBatch(): boolean {
    return (
      this.inFlight === 0 ||
      this.waiting >= (this.type.minBatchSize ?? 1) ||
      performance.now() - this.waitingSince >= this.batchDelayMs
    );
  }

  get #maxInFlight(): number {
    const connections = this.connections();
    return Math.max(1, Math.min(Math.ceil(connections * (this.type.connectionShare ?? 1)), connections));
  }
}

/** One key of a read. */
export class KeyRead {
  /** Whether it is read individually, because its statement failed or must not fail for others. */
  isIsolated = false;
  statement: BatchedStatement | undefined;
  hasStarted = false;
  /** Time spent in statements that have ended. */
  usedMs = 0;
  #isDelivered = false;

  constructor(
    readonly typeState: TypeState,
    readonly key: unknown,
    private readonly index: number,
    readonly read: RequestRead,
    /** A `performance.now()` timestamp. */
    public queuedAt: number,
  ) {
    read.items.push(this);
  }

  get callerId(): string {
    return this.read.budget.callerId;
  }

  /** Whether memory is available for the JSON that it may return. */
  get hasRoom(): boolean {
    return this.typeState.type.maxBytes === undefined || this.read.budget.bytes.hasRoom;
  }

  /** Whether its result is still awaited. */
  get isLive(): boolean {
    return !this.#isDelivered && !this.read.isSettled;
  }

  deliver(result: unknown): void {
    if (!this.isLive) return;
    this.#isDelivered = true;
    this.read.deliver(this.index, result);
  }

  /** Fails the read if the request's deadline has passed. */
  failIfExpired(now: number): void {
    if (now >= this.read.budget.deadline.expiresAt) this.read.fail();
  }

  fail(): void {
    this.deliver(new GatewayError(this.hasStarted ? 'DEADLINE_EXCEEDED' : 'QUEUE_TIMEOUT', { retryAfter: 1 }));
    this.statement?.abortIfUnused();
  }
}

/** The keys that a request reads together. */
export class RequestRead {
  readonly items: KeyRead[] = [];
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
    this.budget.deadline.delete(this);
    this.resolve(this.#results);
  }

  /** Delivers an error for every missing result. */
  fail(): void {
    if (this.budget.trace !== undefined && !this.isSettled) traceFailedWait(this);
    for (const item of this.items) item.fail();
  }

  abandon(): void {
    this.fail();
  }
}

/** A statement in progress. */
export class BatchedStatement implements StatementSignal {
  readonly startedAt = performance.now();
  aborted = false;
  onabort: (() => void) | null = null;
  /** Time taken by the parts that have ended. */
  #databaseMs = 0;
  #receivedAt = Number.POSITIVE_INFINITY;

  #trace: StatementTrace | undefined;

  constructor(private items: readonly KeyRead[]) {
    for (const item of items) {
      item.statement = this;
      item.hasStarted = true;
    }
    if (items.some(({ read }) => read.budget.trace !== undefined))
      this.#trace = new StatementTrace(items, this.startedAt);
    for (const { usage } of this.#requests()) usage.statements += 1;
  }

  onSent(name: string): void {
    this.#trace?.rename(name);
  }

  onDatabaseTime(milliseconds: number): void {
    this.#databaseMs += milliseconds;
    this.#receivedAt = performance.now();
  }

  /**
   * Charges the statement's cost to the requests that shared it, in proportion to their keys. @param minMs minimum
   * time, for use if nothing was measured
   */
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

  /** Fails the keys that have used up their database time in this and earlier statements. Returns whether any did. */
  failTimedOut(now: number, timeoutMs: number): boolean {
    const timedOut = this.items.filter(({ isLive, usedMs }) => isLive && now - this.startedAt + usedMs >= timeoutMs);
    for (const item of timedOut) item.fail();
    return timedOut.length > 0;
  }

  /** Records the error for traces. */
  fail(error: unknown): void {
    this.#trace?.fail(error);
  }

  /**
   * Removes references between the requests that shared the statement. Otherwise V8 would retain all of them for as
   * long as the oldest one.
   */
  end(): void {
    const requests = this.#requests();
    for (const item of this.items) item.statement = undefined;
    this.items = [];
    this.#trace?.end();
    for (const { usage } of requests) usage.endStatement();
  }

  #requests(): Set<RequestBudget> {
    return new Set(this.items.map(({ read }) => read.budget));
  }

  /** Cancels the statement if no result is awaited. */
  abortIfUnused(): void {
    if (!this.items.some(({ isLive }) => isLive)) this.abort();
  }
}
