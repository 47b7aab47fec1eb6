// The cost of a request in points: estimated before it is executed, measured during the execution.

import { GatewayError } from '../errors/gateway-error.js';
import { andThen, type MaybePromise } from '../maybe-promise.js';
import type { RequestUsage } from './request-usage.js';

/**
 * Milliseconds of the processor's time for work that cannot be timed separately, because other requests are processed at
 * the same time. Measured as the time of the whole process, divided by the amount of work.
 */
export const processorTime = {
  /** The token, HTTP and log line of a request. */
  request: 0.3,
  /** A message of a WebSocket that is not an operation, with its answer. */
  message: 0.01,
  compressedCharacter: 0.015 / 1000,
  /** A byte of a body, decompressed, decoded and parsed. */
  bodyByte: 0.004 / 1000,
  /** An object, a list, or a value in one of them, of a body. */
  bodyValue: 0.06 / 1000,
} as const;

/** A point stands for 0.1 ms of the database's time, or of the processor's. */
const pointsPerMillisecond = 10;

/** The cost of a field with its descendants. */
export interface CostOfPath {
  /** The path of the field in the result, with dots between the names. */
  readonly path: string;
  /** Points. */
  readonly cost: number;
}

/** Points of all requests of a process, since it started. */
export interface CostTotals {
  estimated: number;
  database: number;
  processor: number;
}

/** The account whose points a request spends. */
export interface PointAccount {
  /** Takes the points if the balance suffices, and returns null. Returns a promise where a lease has to be acquired first. */
  admit(points: number): MaybePromise<RateLimitRejection | null>;
  /** Takes the points even if the balance does not suffice. A negative number returns points. */
  take(points: number): void;
  /** Resolves when no points are owed, or at the signal. */
  untilBalancePositive(signal: AbortSignal): Promise<void>;
  /** null: rates are not limited. */
  readonly status: RateLimitStatus | null;
}

export interface RateLimitStatus {
  /** Points that may be spent at once. */
  readonly limit: number;
  readonly remaining: number;
  /** Until all may be spent again. */
  readonly resetSeconds: number;
  /** Points a second. */
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
  /** null: the request is not charged. */
  readonly account?: PointAccount | null;
  /** Sums up the costs of several requests, such as those of one WebSocket. */
  readonly usage?: Pick<RequestUsage, 'points'>;
  /** The fixed part of the processor's time, charged with the rest. */
  readonly processorMs?: number;
  /** The highest expected cost that is admitted. */
  readonly maxPoints?: number;
}

const noOptions: RequestCostOptions = {};

/** Made for every request, and shared by the parts of a stream. */
export class RequestCost {
  /** The expected cost, in points. */
  estimated = 0;
  /** The measured cost so far, in points. */
  measured = 0;
  /** The error details of a request that was rejected for lack of points. */
  rejection: RateLimitRejection | null = null;
  /** The points that the account has paid. */
  #charged = 0;
  #isChargedByEstimate = false;
  /** The parts of a stream or export, with the request that opened it. */
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
   * Charges the expected cost instead of the measured one, once for each part of a stream or export. Reads of runs whose payload
   * the caller does not see take the longer, the larger the payload is. Operators see the measured cost.
   */
  chargeByEstimate(): void {
    this.#isChargedByEstimate = true;
    this.settle();
  }

  /** Begins a further part of a stream or export. */
  beginPart(): void {
    this.#parts += 1;
    this.#chargeMore();
  }

  /**
   * Charges the expected cost, until the actual cost is known.
   * @throws GatewayError COST_ESTIMATED_TOO_EXPENSIVE above the limit of one request, RATE_LIMITED where the balance does
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
    // A rejected request pays nothing: otherwise the balance would not suffice after `retryAfter` either.
    if (rejection !== null) this.#charge(-this.#charged);
    this.rejection = rejection;
    if (rejection !== null) throw new GatewayError('RATE_LIMITED', { ...rejection, cost: points });
    this.#charged += points;
    if (this.#options.totals) this.#options.totals.estimated += points;
  }

  /** Whether streams need not wait for points now. */
  get isBalancePositive(): boolean {
    return (this.account?.status?.remaining ?? 1) > 0;
  }

  /** For streams, which wait for points where requests are rejected. */
  async untilBalancePositive(signal: AbortSignal): Promise<void> {
    await this.account?.untilBalancePositive(signal);
  }

  addDatabase(milliseconds: number): void {
    this.#add('database', milliseconds * pointsPerMillisecond);
  }

  addProcessor(milliseconds: number): void {
    this.#add('processor', milliseconds * pointsPerMillisecond);
  }

  /** Calls `action`, and charges its time. */
  measure<Result>(action: () => Result): Result {
    const startedAt = performance.now();
    try {
      return action();
    } finally {
      this.addProcessor(performance.now() - startedAt);
    }
  }

  /** Replaces the expected cost by the measured one, where that is charged. */
  settle(): void {
    if (this.points !== this.#charged) this.#charge(this.points - this.#charged);
  }

  #add(kind: 'database' | 'processor', points: number): void {
    this.#count(kind, points);
    this.#chargeMore();
  }

  /** Charges immediately, also after the end of the request: its last statement may end later. */
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
