// A statement's spans and times, for its traced requests.

import type { RequestBudget } from '../admission/request-budget.js';
import { GatewayError } from '../errors/gateway-error.js';
import { type Span, type SpanAttributes, spanAttributes, spanNames } from '../telemetry/spans.js';

/** A key of a read. */
interface QueuedKey {
  readonly callerId: string;
  /** A `performance.now()` timestamp. */
  readonly queuedAt: number;
  readonly hasStarted: boolean;
  readonly typeState: { readonly name: string; readonly lane: { readonly lane: string } };
  readonly read: QueuedRead;
}

interface QueuedRead {
  readonly budget: RequestBudget;
  readonly items: readonly QueuedKey[];
}

/** A request that waited for the statement, with the number of its keys. */
interface Waiting {
  readonly budget: RequestBudget;
  readonly queuedAt: number;
  keys: number;
  /** The request's wait, or undefined if the request is not sampled. */
  span?: Span;
}

export class StatementTrace {
  readonly #waiting: readonly Waiting[];
  readonly #keys: number;
  /** The numbers shown on the statement and on each wait for it. */
  readonly #attributes: SpanAttributes;
  /** The statement's span, or undefined if no request is sampled. */
  #span: Span | undefined;
  #error: unknown;

  constructor(
    items: readonly QueuedKey[],
    private readonly startedAt: number,
  ) {
    this.#keys = items.length;
    this.#waiting = waitingOf(items);
    this.#attributes = {
      [spanAttributes.keys]: items.length,
      [spanAttributes.requests]: this.#waiting.length,
      [spanAttributes.callers]: new Set(items.map(({ callerId }) => callerId)).size,
    };
    for (const request of this.#waiting)
      if (request.budget.trace?.span) request.span = openWait(items[0]!, request.budget, request.queuedAt);
    this.#span = this.#open(items[0]!.typeState.name);
  }

  /** Opens the statement's span, in the trace of its only request or in a separate trace. */
  #open(name: string): Span | undefined {
    const spans = this.#waiting.flatMap(({ span }) => span ?? []);
    const [first] = spans;
    const options = {
      startedAt: this.startedAt,
      attributes: { [spanAttributes.system]: 'postgresql', ...this.#attributes },
    };
    if (this.#waiting.length > 1) return first?.openShared(name, spans, options);
    return this.#waiting[0]!.budget.trace?.span?.open(name, options);
  }

  rename(name: string): void {
    this.#span?.rename(name, { [spanAttributes.summary]: name });
  }

  fail(error: unknown): void {
    this.#error = error;
  }

  end(): void {
    const endedAt = performance.now();
    const { startedAt } = this;
    const error = this.#error;
    const cause = error instanceof GatewayError ? error.cause : error;
    const sqlState = (cause as { readonly code?: unknown } | undefined)?.code;
    this.#span?.end({
      endedAt,
      error,
      attributes: typeof sqlState === 'string' ? { [spanAttributes.sqlState]: sqlState } : {},
    });
    for (const { budget, span, keys, queuedAt } of this.#waiting) {
      const shareMs = ((endedAt - startedAt) * keys) / this.#keys;
      const { timing } = budget.trace ?? {};
      if (timing) {
        timing.queueMs += startedAt - queuedAt;
        timing.databaseMs += endedAt - startedAt;
      }
      span?.end({
        endedAt: startedAt,
        attributes: {
          ...this.#attributes,
          [spanAttributes.ownKeys]: keys,
          [spanAttributes.shareMs]: Math.round(shareMs * 1000) / 1000,
        },
      });
    }
  }
}

/** Opens and ends the span of a read that failed before a statement was sent for it. */
export function traceFailedWait({ budget, items }: QueuedRead): void {
  const waiting = items.find(({ hasStarted }) => !hasStarted);
  if (waiting === undefined || !budget.trace?.span) return;
  openWait(waiting, budget, waiting.queuedAt).end({
    error: budget.deadline.isAbandoned ? 'CANCELLED' : 'QUEUE_TIMEOUT',
  });
}

function openWait({ typeState }: QueuedKey, { trace }: RequestBudget, startedAt: number): Span {
  const attributes = { [spanAttributes.lane]: typeState.lane.lane, [spanAttributes.read]: typeState.name };
  return trace!.span!.open(spanNames.wait, { startedAt, attributes });
}

/** Returns the requests of keys that share a statement. */
function waitingOf(items: readonly QueuedKey[]): readonly Waiting[] {
  const byBudget = new Map<RequestBudget, Waiting>();
  for (const {
    read: { budget },
    queuedAt,
  } of items) {
    const known = byBudget.get(budget);
    if (known) known.keys += 1;
    else byBudget.set(budget, { budget, queuedAt, keys: 1 });
  }
  return [...byBudget.values()];
}
