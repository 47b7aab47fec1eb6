// What one request may still spend, handed down to everything it reads.

import { RequestCost } from '../../cost/request-cost.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { validationFailed } from '../../errors/validation.js';
import type { Limit } from '../../limits.js';
import type { Abandonable, HoldingOptions, MemoryHolding } from '../../memory/memory-holding.js';
import type { MemoryLedger } from '../../memory/memory-ledger.js';

export interface BudgetOptions {
  /** Issuer and subject: whose turn its reads take. */
  readonly callerId: string;
  /** By `performance.now()`, for all reads of the request. */
  readonly deadline: number;
  /** Of JSON that the request reads, and of JSON that its response holds. */
  readonly maxBytes: number;
  readonly memory: MemoryLedger;
  /** Counts the statements in which the request takes part. */
  readonly stats: { statements: number };
  /** What its statements are charged to; by default nobody. */
  readonly cost?: RequestCost;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** A byte of JSON is in memory as text of the statement, as text of the response and as what is sent: up to two of each text. */
const jsonWeight = 5;

/** A part of a stream or export. */
export interface PartOptions {
  /** Of JSON; by default what the whole may read. */
  readonly maxBytes?: number;
  /** What the stream or export holds. */
  readonly pages: MemoryHolding;
}

/** What a result takes beside its JSON. */
interface NonJsonBytes<Result> {
  /** At most. */
  readonly bytes: number;
  readonly bytesOf: (result: Result) => number;
}

const noNonJsonBytes: NonJsonBytes<unknown> = { bytes: 0, bytesOf: () => 0 };

export class RequestBudget {
  readonly callerId: string;
  deadline: number;
  readonly maxBytes: number;
  readonly stats: { statements: number };
  readonly cost: RequestCost;
  /** The client has gone: nobody waits for the response any more. */
  isAbandoned = false;
  readonly #reads = new Set<Abandonable>();
  readonly #memory: MemoryLedger;
  readonly #holding: MemoryHolding;
  /** Of a part, which waits for room as long as it takes. */
  #isPatient = false;
  /** By the name of the limit, and the group. */
  readonly #counts: Record<string, number> = {};
  #readBytes = 0;
  /** What the process counts of it. */
  #heldBytes = 0;
  #writtenBytes = 0;
  #isEnded = false;
  readonly #now: () => number;
  #requestTime: number | undefined;
  #previousLargeRead: Promise<unknown> = Promise.resolve();
  /** What it began with. */
  readonly #durationMs: number;

  constructor(
    { callerId, deadline, maxBytes, memory, stats, cost, now = Date.now }: BudgetOptions,
    holding = memory.json.hold(callerId, { weight: jsonWeight }),
  ) {
    this.#durationMs = deadline - performance.now();
    this.callerId = callerId;
    this.deadline = deadline;
    this.maxBytes = Math.min(maxBytes, Math.floor(holding.maxBytes));
    this.stats = stats;
    this.cost = cost ?? new RequestCost();
    this.#memory = memory;
    this.#holding = holding;
    this.#now = now;
  }

  /** In milliseconds since 1970, to which relative dates of the request are relative: read once, whatever refers to it. */
  get requestTime(): number {
    this.#requestTime ??= this.#now();
    return this.#requestTime;
  }

  /**
   * Counts what the request asks for, wherever in its operation.
   * @param loc of the arguments that ask for it
   * @param group that the limit is for; omitted: for the whole request
   * @returns how much that is in all
   * @throws GatewayError VALIDATION_FAILED beyond the limit
   */
  count({ name, value }: Limit, amount: number, loc: readonly string[] = ['query'], group = ''): number {
    const key = `${name} ${group}`;
    const total = (this.#counts[key] ?? 0) + amount;
    this.#counts[key] = total;
    if (total <= value) return total;
    const max = value.toLocaleString('en');
    throw validationFailed(loc, `must not ask for more than ${max} ${name}`, 'too_long');
  }

  /** For a request that waits for something else than the database: its reads have the time that they would have without. */
  extend(milliseconds: number): void {
    this.deadline = Math.max(this.deadline, performance.now() + this.#durationMs + milliseconds);
  }

  /** Opens what a stream or export holds of pages. */
  holdPages(options: HoldingOptions): MemoryHolding {
    return this.#memory.pages.hold(this.callerId, options);
  }

  /** A budget of the same caller as large as this one was in the beginning: for the next part of a stream or export. */
  renew({ maxBytes = this.maxBytes, pages }: PartOptions): RequestBudget {
    const { callerId, stats, cost } = this;
    const deadline = performance.now() + this.#durationMs;
    const options = { callerId, deadline, maxBytes, memory: this.#memory, stats, cost, now: this.#now };
    const child = new RequestBudget(options, pages);
    child.#isPatient = true;
    return child;
  }

  /** Its reads leave the queue, and statements that nobody else waits for are cancelled. */
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

  /** Of JSON, to read. */
  get remainingBytes(): number {
    return this.maxBytes - this.#readBytes;
  }

  /** Whether the process has room for more JSON than it holds and expects. */
  get hasRoom(): boolean {
    return this.#isPatient || this.#holding.isOpen;
  }

  /** Counts JSON that a statement may bring. @returns what is to be called when it has arrived, and counts for who reads it */
  expect(bytes: number): () => void {
    if (bytes === 0 || this.#isPatient) return () => {};
    return this.#holding.account.expect(bytes * jsonWeight);
  }

  /** Whether JSON that has been read may be kept. */
  tryHold(bytes: number): boolean {
    if (this.#isEnded || this.#readBytes + bytes > this.maxBytes) return false;
    this.#readBytes += bytes;
    this.#hold(bytes);
    return true;
  }

  /**
   * Reads JSON once the process has space for it; the large reads of one request follow each other, for each may take all
   * that the request may still read.
   * @param read gets how many bytes it may bring; `lengthOf` says how many it has brought
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
      await this.#acquire(maxBytes + beside.bytes);
      let [unread, unused] = [maxBytes, beside.bytes];
      // A response that is over meanwhile has given back what it had by then.
      if (this.#isEnded) this.#release(maxBytes + beside.bytes);
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

  /** Counts JSON that goes into the response. @throws GatewayError RESPONSE_TOO_LARGE for what does not fit any more */
  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#writtenBytes + bytes > this.maxBytes) {
      throw new GatewayError('RESPONSE_TOO_LARGE', { bytes, maxBytes: this.maxBytes });
    }
    this.#writtenBytes += bytes;
  }

  /** Once the response is sent, or its client gone. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.cost.settle();
    this.#release(this.#heldBytes);
  }

  async #acquire(bytes: number): Promise<void> {
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
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes;
    this.#holding.add(bytes);
  }

  #release(bytes: number): void {
    this.#heldBytes -= bytes;
    this.#holding.add(-bytes);
  }
}
