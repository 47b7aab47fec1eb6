import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { processorTime } from '../cost/processor-time.js';
import { type CostTotals, type PointAccount, RequestCost } from '../cost/request-cost.js';
import type { RequestLogFields } from '../graphql/context.js';
import type { MemoryLedger } from '../memory/memory-ledger.js';
import { RequestBudget } from '../task-runs/batching/request-budget.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The account of the caller whose token was accepted; null: no points are charged. */
    account: PointAccount | null;
    /** One for each operation. A request for tools may have several. */
    openBudgets: RequestBudget[];
  }
}

export interface RequestBudgets {
  /** Creates a budget that its user has to end. */
  create(callerId: string, stats: RequestLogFields, account: PointAccount | null): RequestBudget;
  /** Creates a budget that ends with the response. */
  open(callerId: string, request: FastifyRequest, reply: FastifyReply): RequestBudget;
}

/** Returns the factory for the budgets of all requests, which share the memory of the process. */
export function createRequestBudgets({
  limits: { requestTimeoutMs, responseBytes, points },
  costMode,
  costTotals: totals,
  memory,
  now,
}: Pick<Config, 'limits' | 'costMode'> & {
  readonly costTotals: CostTotals;
  readonly memory: MemoryLedger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}): RequestBudgets {
  const maxPoints = costMode === 'enforce' ? points : Number.POSITIVE_INFINITY;
  const create: RequestBudgets['create'] = (callerId, stats, account) => {
    const cost =
      costMode === 'off'
        ? new RequestCost()
        : new RequestCost({ totals, account, stats, processorMs: processorTime.request, maxPoints });
    return new RequestBudget({
      callerId,
      deadline: performance.now() + requestTimeoutMs,
      maxBytes: responseBytes,
      memory,
      stats,
      cost,
      now,
    });
  };
  return {
    create,
    open(callerId, request, { raw }) {
      const budget = create(callerId, request.logFields, request.account);
      request.budget = budget;
      request.openBudgets.push(budget);
      // The client may have gone while its token was verified.
      if (raw.destroyed) endBudgets(request, raw);
      return budget;
    },
  };
}

/** Ends the budgets of a request whose response is closed. */
export function endBudgets({ openBudgets }: FastifyRequest, response: ServerResponse): void {
  for (const budget of openBudgets) {
    if (!response.writableFinished) budget.abandon();
    budget.end();
  }
}
