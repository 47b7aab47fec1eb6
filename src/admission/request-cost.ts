// The cost of a request in points: estimated before it is executed, and measured during the execution.

import { GatewayError } from '../errors/gateway-error.js';
import { andThen, type MaybePromise } from '../maybe-promise.js';
import type { RequestUsage } from './request-usage.js';

/**
 * CPU time in milliseconds for work that cannot be timed individually, because other requests are processed at the same
 * time. The values are measured as the CPU time of the whole process, divided by the amount of work.
 */
export const processorTime = {
  /** Token, HTTP and log line of a request. */
  request: 0.3,
  /** A WebSocket message that is not an operation, and its reply. */
  message: 0.01,
  compressedCharacter: 0.015 / 1000,
  /** A byte of a body, including decompression, decoding and parsing. */
  bodyByte: 0.004 / 1000,
  /** An object, a list, or a value in either, in a body. */
  bodyValue: 0.06 / 1000,
} as const;

/** A point stands for 0.1 ms of database time or CPU time. */
const pointsPerMillisecond = 10;

/** The cost of a field with its descendants. */
export interface CostOfPath {
  /** The field's path in the result, with dots between the names. */
  readonly path: string;
  /** Points. */
  readonly cost: number;
}

/** Total points of all requests since the process started. */
export interface CostTotals {
  estimated: number;
  database: number;
  processor: number;
}

/** The account whose points a request spends. */
export interface PointAccount {
  /**
   * Takes the points if the balance suffices, and returns `null`. Returns a promise if a lease must be acquired first.
   */
  admit(points: number): MaybePromise<RateLimitRejection | null>;
  /** Takes the points even if the balance does not suffice. A negative number gives points back. */
  take(points: number): void;
  /** Resolves when no points are owed, or when the signal aborts. */
  untilBalancePositive(signal: AbortSignal): Promise<void>;
  /** `null` if rates are not limited. */
  readonly status: RateLimitStatus | null;
}

export interface RateLimitStatus {
  /** Maximum number of points that may be spent at once. */
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the balance is full again. */
  readonly resetSeconds: number;
  /** Points per second. */
  readonly restoreRate: number;
}

export interface RateLimitRejection {
  /** Seconds. */
  readonly retryAfter: number;
  /** The caller's remaining points. */
  readonly remaining: number;
}

export interface RequestCostOptions {
  readonly totals?: CostTotals;
  /** The account, or `null` if the request is not charged. */
  readonly account?: PointAccount | null;
  /** Adds up the costs of several requests, such as those of one WebSocket. */
  readonly usage?: Pick<RequestUsage, 'points'>;
  /** The fixed part of the CPU time, which is charged together with the rest. */
  readonly processorMs?: number;
  /** Maximum expected cost that is admitted. */
  readonly maxPoints?: number;
}

const noOptions: RequestCostOptions = {};

/** Created for every request, and shared by the parts of a stream. */
export class RequestCost {
  /** The expected cost, in points. */
  estimated = 0;
  /** The measured cost so far, in points. */
  measured = 0;
  /** The error details, if the request was rejected for lack of points. */
  rejection: RateLimitRejection | null = null;
  /** The points that the account has paid. */
  #charged = 0;
  #isChargedByEstimate = false;
  /** The number of parts of a stream or export, including the request that opened it. */
  #parts = 1;
  readonly #options: RequestCostOptions;

  constructor(options: RequestCostOptions = noOptions) {
    this.#options = options;
    this.#count('processor', (options.processorMs ?? 0) * pointsPerMillisecond);
  }

  get account(): PointAccount | null {
    return this.#options.account ?? null;
  }

  /** The points that the caller pays. */
  get points(): number {
    return this.#isChargedByEstimate ? this.estimated * this.#parts : this.measured;
  }

  /**
   * Charges the expected cost instead of the measured one, once per part of a stream or export. If the caller may not
   * see the payload of runs, the time to read them would reveal its size. Operators see the measured cost.
   */
  chargeByEstimate(): void {
    this.#isChargedByEstimate = true;
    this.settle();
  }

  /** Begins another part of a stream or export. */
  beginPart(): void {
    this.#parts += 1;
    this.#chargeMore();
  }

  /**
   * Charges the expected cost until the actual cost is known.
   * @throws GatewayError COST_ESTIMATED_TOO_EXPENSIVE above the limit for one request, RATE_LIMITED if the balance does
   * not suffice
   */
  admit(points: number, parts: () => readonly CostOfPath[] = () => []): MaybePromise<void> {
    const { maxPoints = Number.POSITIVE_INFINITY } = this.#options;
    if (points > maxPoints) {
      const cost = { estimated: points, max: maxPoints };
      throw new GatewayError('COST_ESTIMATED_TOO_EXPENSIVE', { cost, mostExpensive: parts() });
    }
    return andThen(this.account?.admit(points) ?? null, (rejection) => this.#recordAdmission(points, rejection));
  }

  #recordAdmission(points: number, rejection: RateLimitRejection | null): void {
    this.estimated += points;
    // A rejected request pays nothing. Otherwise the balance would not suffice after `retryAfter`, either.
    if (rejection !== null) this.#charge(-this.#charged);
    this.rejection = rejection;
    if (rejection !== null) throw new GatewayError('RATE_LIMITED', { ...rejection, cost: points });
    this.#charged += points;
    if (this.#options.totals) this.#options.totals.estimated += points;
  }

  /** Whether streams may continue without waiting for points. */
  get isBalancePositive(): boolean {
    return (this.account?.status?.remaining ?? 1) > 0;
  }

  /** Waits for points. Used for streams, which wait instead of being rejected. */
  async untilBalancePositive(signal: AbortSignal): Promise<void> {
    await this.account?.untilBalancePositive(signal);
  }

  addDatabase(milliseconds: number): void {
    this.#add('database', milliseconds * pointsPerMillisecond);
  }

  addProcessor(milliseconds: number): void {
    this.#add('processor', milliseconds * pointsPerMillisecond);
  }

  /** Calls `action` and charges its time. */
  measure<Result>(action: () => Result): Result {
    const startedAt = performance.now();
    try {
      return action();
    } finally {
      this.addProcessor(performance.now() - startedAt);
    }
  }

  /** Replaces the expected cost with the measured one, if the measured cost is charged. */
  settle(): void {
    if (this.points !== this.#charged) this.#charge(this.points - this.#charged);
  }

  #add(kind: 'database' | 'processor', points: number): void {
    this.#count(kind, points);
    this.#chargeMore();
  }

  /** Charges immediately, even after the end of the request, because its last statement may end later. */
  #chargeMore(): void {
    if (this.points > this.#charged) this.#charge(this.points - this.#charged);
  }

  #count(kind: 'database' | 'processor', points: number): void {
    const { totals, usage } = this.#options;
    this.measured += points;
    if (totals) totals[kind] += points;
    if (usage) usage.points += points;
  }

  #charge(points: number): void {
    if (this.rejection !== null) return;
    this.#charged += points;
    this.account?.take(points);
  }
}
