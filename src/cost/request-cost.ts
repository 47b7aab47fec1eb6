// What a request costs, in points: estimated before it is executed, measured while it is.

import { GatewayError } from '../errors/gateway-error.js';

/** A point stands for 0.1 ms of the database's time, or of the processor's. */
const pointsPerMillisecond = 10;

/** What a field costs with all that is selected below it. */
export interface CostOfPath {
  /** The names that lead to it in the result, with dots between them. */
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

/** Whose points a request spends. */
export interface PointAccount {
  /** Takes as many if there are. null: it has. A promise where others have to be asked. */
  admit(points: number): RateLimitRejection | null | Promise<RateLimitRejection | null>;
  /** Without asking whether there are as many; a negative number gives back. */
  take(points: number): void;
  /** Resolves when no points are owed, or at the signal. */
  untilBalancePositive(signal: AbortSignal): Promise<void>;
  /** null: nobody is refused. */
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
  /** Points that there are. */
  readonly remaining: number;
}

interface RequestCostOptions {
  readonly totals?: CostTotals;
  /** null: nobody is charged. */
  readonly account?: PointAccount | null;
  /** Sums up what several requests cost, those of one WebSocket. */
  readonly stats?: { points: number };
  /** What it costs whatever it asks for: of the processor's time, charged with the rest. */
  readonly processorMs?: number;
  /** That it may be expected to cost at once. */
  readonly maxPoints?: number;
}

const noOptions: RequestCostOptions = {};

/** Made for every request, and shared by the parts of a stream. */
export class RequestCost {
  /** Points that the request was expected to cost. */
  estimated = 0;
  /** Points that it has cost so far. */
  measured = 0;
  /** What the client is told where its request was refused for lack of points. */
  rejection: RateLimitRejection | null = null;
  /** What the account has paid. */
  #charged = 0;
  readonly #options: RequestCostOptions;

  constructor(options: RequestCostOptions = noOptions) {
    this.#options = options;
    this.#count('processor', (options.processorMs ?? 0) * pointsPerMillisecond);
  }

  get account(): PointAccount | null {
    return this.#options.account ?? null;
  }

  /**
   * Charges what the request is expected to cost, until it is known.
   * @throws GatewayError COST_ESTIMATED_TOO_EXPENSIVE where nobody may ask for as much, RATE_LIMITED where the account does
   * not have it
   */
  expect(points: number, parts: () => readonly CostOfPath[] = () => []): void | Promise<void> {
    const { maxPoints = Number.POSITIVE_INFINITY } = this.#options;
    if (points > maxPoints) {
      const cost = { estimated: points, max: maxPoints };
      throw new GatewayError('COST_ESTIMATED_TOO_EXPENSIVE', { cost, mostExpensive: parts() });
    }
    const rejection = this.account?.admit(points) ?? null;
    if (rejection instanceof Promise) return rejection.then((known) => this.#admit(points, known));
    this.#admit(points, rejection);
  }

  #admit(points: number, rejection: RateLimitRejection | null): void {
    this.estimated += points;
    // Who is refused pays nothing: after the time that it is told to wait for, there would be less than it needs.
    if (rejection !== null) this.#charge(-this.#charged);
    this.rejection = rejection;
    if (rejection !== null) throw new GatewayError('RATE_LIMITED', { ...rejection, cost: points });
    this.#charged += points;
    if (this.#options.totals) this.#options.totals.estimated += points;
  }

  /** For a stream, which waits for points where others are refused. */
  async untilBalancePositive(signal: AbortSignal): Promise<void> {
    await this.account?.untilBalancePositive(signal);
  }

  addDatabase(milliseconds: number): void {
    this.#add('database', milliseconds * pointsPerMillisecond);
  }

  addProcessor(milliseconds: number): void {
    this.#add('processor', milliseconds * pointsPerMillisecond);
  }

  /** Does something, and charges the time it takes. */
  measure<Result>(action: () => Result): Result {
    const startedAt = performance.now();
    try {
      return action();
    } finally {
      this.addProcessor(performance.now() - startedAt);
    }
  }

  /** Charges what was measured until now in place of what was expected. */
  settle(): void {
    if (this.measured !== this.#charged) this.#charge(this.measured - this.#charged);
  }

  #add(kind: 'database' | 'processor', points: number): void {
    this.#count(kind, points);
    // At once, and also where the request is over: its last statement may end after it.
    if (this.measured > this.#charged) this.#charge(this.measured - this.#charged);
  }

  #count(kind: 'database' | 'processor', points: number): void {
    const { totals, stats } = this.#options;
    this.measured += points;
    if (totals) totals[kind] += points;
    if (stats) stats.points += points;
  }

  #charge(points: number): void {
    if (this.rejection !== null) return;
    this.#charged += points;
    this.account?.take(points);
  }
}
