// The time, bytes and counts that a request may still spend, which is passed to all its reads.

import { GatewayError } from '../errors/gateway-error.js';
import { validationFailed } from '../errors/validation.js';
import { formatCount } from '../format-count.js';
import type { Limit } from '../limits.js';
import type { Abandonable, HoldingOptions, MemoryHolding } from '../memory/memory-holding.js';
import { MemoryLedger } from '../memory/memory-ledger.js';
import type { RequestTrace } from '../telemetry/spans.js';
import { RequestCost } from './request-cost.js';

/** The statements that a request takes part in, including shared ones. */
export interface StatementStats {
  /** Those that were sent. */
  statements: number;
  /** Called when one of them has ended and is charged, also after the end of the request. */
  endStatement?(): void;
}

export interface BudgetOptions {
  /** Issuer and subject: the caller whose reads they are in the queue. */
  readonly callerId: string;
  /** In the time of `performance.now()`, for all reads of the request. */
  readonly deadline: number;
  /** The limit for JSON that the request reads, and for JSON in its response. */
  readonly maxBytes: number;
  readonly memory: MemoryLedger;
  readonly stats: StatementStats;
  /** The account for the cost of statements; by default none. */
  readonly cost?: RequestCost;
  /** undefined: the request is neither traced nor timed. */
  readonly trace?: RequestTrace | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface UnlimitedOptions extends Pick<BudgetOptions, 'callerId'> {
  readonly timeoutMs: number;
  readonly maxBytes?: number;
}

/** Opens the budget of an operator's read, or the gateway's own: it has a deadline, and no caller is charged. */
export function unlimitedBudget({ callerId, timeoutMs, maxBytes = 0 }: UnlimitedOptions): RequestBudget {
  const deadline = performance.now() + timeoutMs;
  return new RequestBudget({
    callerId,
    deadline,
    maxBytes,
    memory: MemoryLedger.unlimited(),
    stats: { statements: 0 },
  });
}

/**
 * Memory per byte of JSON: in the texts of statement and response, with up to two bytes each, and in the bytes sent.
 */
const jsonWeight = 5;

/** A part of a stream or export. */
export interface PartOptions {
  /** The limit for JSON; by default that of the whole. */
  readonly maxBytes?: number;
  /** The memory of the stream or export. */
  readonly pages: MemoryHolding;
}

/** The memory of a result without its JSON. */
interface NonJsonBytes<Result> {
  /** The maximum. */
  readonly bytes: number;
  readonly bytesOf: (result: Result) => number;
}

const noNonJsonBytes: NonJsonBytes<unknown> = { bytes: 0, bytesOf: () => 0 };

export class RequestBudget {
  readonly callerId: string;
  deadline: number;
  readonly maxBytes: number;
  readonly stats: StatementStats;
  readonly cost: RequestCost;
  trace: RequestTrace | undefined;
  /** Whether the client has gone. */
  isAbandoned = false;
  readonly #reads = new Set<Abandonable>();
  readonly #memory: MemoryLedger;
  readonly #holding: MemoryHolding;
  /** Whether it is a part of a stream or export. These wait for memory without a deadline. */
  #isPatient = false;
  /** Whether the memory of all its reads has been acquired. */
  #isReserved = false;
  /** Totals by limit and group. */
  readonly #counts = new Map<string, number>();
  #readBytes = 0;
  /** Bytes counted in the memory ledger. */
  #heldBytes = 0;
  #writtenBytes = 0;
  #isEnded = false;
  readonly #now: () => number;
  #requestTime: number | undefined;
  #previousLargeRead: Promise<unknown> = Promise.resolve();
  /** The time at the beginning. */
  readonly #durationMs: number;

  constructor(
    { callerId, deadline, maxBytes, memory, stats, cost, trace, now = Date.now }: BudgetOptions,
    holding = memory.json.hold(callerId, { weight: jsonWeight }),
  ) {
    this.#durationMs = deadline - performance.now();
    this.callerId = callerId;
    this.deadline = deadline;
    this.maxBytes = Math.min(maxBytes, Math.floor(holding.maxBytes));
    this.stats = stats;
    this.cost = cost ?? new RequestCost();
    this.trace = trace;
    this.#memory = memory;
    this.#holding = holding;
    this.#now = now;
  }

  /** Milliseconds since 1970, to which all relative dates of the request refer. The clock is read once. */
  get requestTime(): number {
    this.#requestTime ??= this.#now();
    return this.#requestTime;
  }

  /**
   * Counts requested objects, over the whole operation.
   * @param loc path of the argument that requests them
   * @param group of the limit; omitted: the whole request
   * @returns the total
   * @throws GatewayError VALIDATION_FAILED beyond the limit
   */
  count({ name, value }: Limit, amount: number, loc: readonly string[] = ['query'], group = ''): number {
    const key = group === '' ? name : `${name} ${group}`;
    const total = (this.#counts.get(key) ?? 0) + amount;
    this.#counts.set(key, total);
    if (total <= value) return total;
    const max = formatCount(value);
    throw validationFailed(loc, `must not ask for more than ${max} ${name}`, 'too_long');
  }

  /** Extends the deadline after a wait for something else than the database. */
  extend(milliseconds: number): void {
    this.deadline = Math.max(this.deadline, performance.now() + this.#durationMs + milliseconds);
  }

  /** Opens the holding for pages of a stream or export. */
  holdPages(options: HoldingOptions): MemoryHolding {
    return this.#memory.pages.hold(this.callerId, options);
  }

  /** Returns a full budget for the same caller, for the next part of a stream or export. */
  renew({ maxBytes = this.maxBytes, pages }: PartOptions): RequestBudget {
    const { callerId, stats, cost, trace } = this;
    cost.beginPart();
    const deadline = performance.now() + this.#durationMs;
    const options = { callerId, deadline, maxBytes, memory: this.#memory, stats, cost, trace, now: this.#now };
    const child = new RequestBudget(options, pages);
    child.#isPatient = true;
    return child;
  }

  /**
   * Acquires memory for all that it will read. No read waits for memory from then on, while the budget holds what others
   * wait for.
   * @param bytes a part of the whole, at most the largest holding
   * @throws GatewayError QUEUE_TIMEOUT
   */
  async reserve(bytes: number): Promise<void> {
    const acquired = await this.#acquire(Math.min(bytes, this.#holding.maxBytes));
    if (this.#isEnded) this.#release(acquired);
    else this.#isReserved = true;
  }

  /** Removes its reads from the queue, and cancels statements that no other request waits for. */
  abandon(): void {
    this.isAbandoned = true;
    for (const read of [...this.#reads]) read.abandon();
  }

  add(read: Abandonable): void {
    this.#reads.add(read);
  }

  delete(read: Abandonable): void {
    this.#reads.delete(read);
  }

  /** JSON that may still be read. */
  get remainingBytes(): number {
    return this.maxBytes - this.#readBytes;
  }

  /** Whether there is memory for more JSON. */
  get hasRoom(): boolean {
    return this.#isPatient || this.#holding.isOpen;
  }

  /**
   * Reserves memory for JSON that a statement may return, without waiting for it.
   * @returns a function that ends the reservation once the JSON has arrived
   */
  reserveExpected(bytes: number): () => void {
    if (bytes === 0 || this.#isPatient) return () => {};
    return this.#holding.account.reserveExpected(bytes * jsonWeight);
  }

  /** Counts JSON that was read. Returns false if there is no room for it. */
  tryHold(bytes: number): boolean {
    if (this.#isEnded || this.#readBytes + bytes > this.maxBytes) return false;
    this.#readBytes += bytes;
    this.#hold(bytes);
    return true;
  }

  /**
   * Reads JSON once there is memory for it. The large reads of a request run one after another, because each may take
   * all the bytes that the request may still read.
   * @param read gets the number of bytes that it may return; `lengthOf` returns the number in a result
   * @throws GatewayError QUEUE_TIMEOUT
   */
  readSerially<Result>(
    bytes: number,
    read: (maxBytes: number) => Promise<Result>,
    lengthOf: (result: Result) => number,
    beside: NonJsonBytes<Result> = noNonJsonBytes,
  ): Promise<Result> {
    const result = this.#previousLargeRead.then(async () => {
      if (this.#isEnded) throw new GatewayError('QUEUE_TIMEOUT', { retryAfter: 1 });
      const maxBytes = Math.min(bytes, this.remainingBytes);
      const acquired = await this.#acquire(maxBytes + beside.bytes);
      let [unread, unused] = [maxBytes, beside.bytes];
      // A response that has ended meanwhile has released its memory already.
      if (this.#isEnded) this.#release(acquired);
      else this.#readBytes += maxBytes;
      try {
        const result = await read(maxBytes);
        unread -= Math.min(unread, lengthOf(result));
        unused -= Math.min(unused, beside.bytesOf(result));
        return result;
      } finally {
        if (!this.#isEnded) {
          this.#readBytes -= unread;
          this.#release(unread + unused);
        }
      }
    });
    this.#previousLargeRead = result.catch(() => {});
    return result;
  }

  /** Counts JSON of the response. @throws GatewayError RESPONSE_TOO_LARGE beyond the limit */
  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#writtenBytes + bytes > this.maxBytes) {
      throw new GatewayError('RESPONSE_TOO_LARGE', { bytes, maxBytes: this.maxBytes });
    }
    this.#writtenBytes += bytes;
  }

  /** Releases the memory, once the response is sent or its client has gone. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#isReserved = false;
    this.cost.settle();
    this.#release(this.#heldBytes);
  }

  /** Returns the bytes that were acquired: none of a reserved budget. */
  async #acquire(bytes: number): Promise<number> {
    if (this.#isReserved) return 0;
    if (!this.#isPatient) await this.#holding.acquire(bytes, this);
    else {
      await this.#holding.acquire(bytes, {
        deadline: Number.POSITIVE_INFINITY,
        add: (waiting) => this.add(waiting),
        delete: (waiting) => this.delete(waiting),
      });
      this.extend(0);
    }
    this.#heldBytes += bytes;
    return bytes;
  }

  #hold(bytes: number): void {
    if (this.#isReserved) return;
    this.#heldBytes += bytes;
    this.#holding.add(bytes);
  }

  #release(bytes: number): void {
    if (this.#isReserved) return;
    this.#heldBytes -= bytes;
    this.#holding.add(-bytes);
  }
}
