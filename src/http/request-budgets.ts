import { getHeapStatistics } from 'node:v8';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.js';
import type { RequestLogFields } from '../graphql/context.js';
import { ProcessMemory } from '../task-runs/batching/process-memory.js';
import { RequestBudget } from '../task-runs/batching/request-budget.js';

/** A byte of JSON is in memory as text of the statement, as text of the response and as what is sent: up to two each. */
const memoryShare = 16;

export interface RequestBudgets {
  /** Whoever creates it ends it. */
  create(callerId: string, stats: RequestLogFields): RequestBudget;
  /** Ends with the response. */
  open(callerId: string, request: FastifyRequest, reply: FastifyReply): RequestBudget;
}

/** The budgets of all requests of the process, which share its memory. */
export function createRequestBudgets({
  requestTimeoutMs,
  responseBytes,
  now,
}: Pick<Config['limits'], 'requestTimeoutMs' | 'responseBytes'> & {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}): RequestBudgets {
  const memory = new ProcessMemory(getHeapStatistics().heap_size_limit / memoryShare);
  const create: RequestBudgets['create'] = (callerId, stats) =>
    new RequestBudget({
      callerId,
      deadline: performance.now() + requestTimeoutMs,
      maxBytes: responseBytes,
      memory,
      stats,
      now,
    });
  return {
    create,
    open(callerId, request, { raw }) {
      const budget = create(callerId, request.logFields);
      request.budget = budget;
      const close = () => {
        if (!raw.writableFinished) budget.abandon();
        budget.end();
      };
      // The client may have gone while its token was verified.
      if (raw.destroyed) close();
      else raw.once('close', close);
      return budget;
    },
  };
}
