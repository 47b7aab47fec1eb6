// The budget of a request, which is passed to all of its reads: the time, counts and bytes that it may still use, and
// the record of its costs, counts and times.

import { MemoryLedger } from '../memory/memory-ledger.js';
import type { RequestTrace } from '../telemetry/spans.js';
import { ByteBudget, type PartOptions } from './byte-budget.js';
import { LimitCounts } from './limit-counts.js';
import { RequestCost } from './request-cost.js';
import { RequestDeadline } from './request-deadline.js';
import { RequestUsage } from './request-usage.js';

export interface BudgetOptions {
  /** Issuer and subject of the caller to whom the reads in the queue belong. */
  readonly callerId: string;
  /** The deadline for all reads of the request, on the clock of `performance.now()`. */
  readonly deadline: number;
  /** The limit for the JSON that the request reads, and for the JSON in its response. */
  readonly maxBytes: number;
  readonly memory: MemoryLedger;
  readonly usage: RequestUsage;
  /** The account that pays for statements; none by default. */
  readonly cost?: RequestCost;
  /** `undefined` if the request is neither traced nor timed. */
  readonly trace?: RequestTrace | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface UnlimitedOptions extends Pick<BudgetOptions, 'callerId'> {
  readonly timeoutMs: number;
  readonly maxBytes?: number;
}

export class RequestBudget {
  readonly counts = new LimitCounts();

  /**
   * @param trace is replaced by that of an operation or event within the request; `undefined` means neither traced nor
   * timed
   */
  constructor(
    readonly callerId: string,
    readonly deadline: RequestDeadline,
    readonly bytes: ByteBudget,
    readonly usage: RequestUsage,
    readonly cost: RequestCost,
    public trace: RequestTrace | undefined,
  ) {}

  /** Returns a full budget for the same caller, for the next part of a stream or export. */
  renew(part: PartOptions): RequestBudget {
    const { callerId, usage, cost, trace } = this;
    cost.beginPart();
    const deadline = this.deadline.renew();
    return new RequestBudget(callerId, deadline, this.bytes.renew(part, deadline), usage, cost, trace);
  }

  /** Settles the cost and releases the memory, once the response has been sent or its client has disconnected. */
  end(): void {
    if (this.bytes.isEnded) return;
    this.cost.settle();
    this.bytes.end();
  }
}

/** Opens the budget of a request. The caller must end it. */
export function openRequestBudget({
  callerId,
  deadline,
  maxBytes,
  memory,
  usage,
  cost = new RequestCost(),
  trace,
  now,
}: BudgetOptions): RequestBudget {
  const requestDeadline = new RequestDeadline(deadline, now);
  const bytes = ByteBudget.open(callerId, maxBytes, requestDeadline, memory);
  return new RequestBudget(callerId, requestDeadline, bytes, usage, cost, trace);
}

/** Opens the budget for a read by an operator or the gateway itself. It has a deadline, but no caller is charged. */
export function unlimitedBudget({ callerId, timeoutMs, maxBytes = 0 }: UnlimitedOptions): RequestBudget {
  const deadline = performance.now() + timeoutMs;
  return openRequestBudget({
    callerId,
    deadline,
    maxBytes,
    memory: MemoryLedger.unlimited(),
    usage: new RequestUsage(),
  });
}
