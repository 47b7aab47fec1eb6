import type { Caller } from '../../src/access/caller.js';
import { RequestBudget } from '../../src/task-runs/batching/request-budget.js';

export function createCaller(subject: string): Caller {
  return { id: `https://issuer.example ${subject}`, subject, confinement: {}, expiresAt: 0 };
}

/** Of a request with all the time in the world. */
export function unlimitedBudget(callerId = 'somebody'): RequestBudget {
  return new RequestBudget(callerId, Number.POSITIVE_INFINITY, { statements: 0 });
}
