import type { Caller } from '../../src/access/caller.js';
import { isResourceId } from '../../src/access/resource-id.js';
import { type BudgetOptions, openRequestBudget, type RequestBudget } from '../../src/admission/request-budget.js';
import { RequestUsage } from '../../src/admission/request-usage.js';
import { MemoryLedger } from '../../src/memory/memory-ledger.js';

export function createCaller(subject: string): Caller {
  const issuer = 'https://issuer.example';
  return {
    id: `${issuer} ${subject}`,
    issuer,
    subject,
    userId: isResourceId(subject) ? subject : null,
    clientId: undefined,
    qualifiedClientId: undefined,
    confinement: {},
    expiresAt: 0,
  };
}

/** Creates the budget of a request, without a deadline unless the options contain one. */
export function createBudget(options: Partial<BudgetOptions> = {}): RequestBudget {
  return openRequestBudget({
    callerId: 'somebody',
    deadline: Number.POSITIVE_INFINITY,
    maxBytes: 32 * 1024 * 1024,
    memory: MemoryLedger.unlimited(),
    usage: new RequestUsage(),
    ...options,
  });
}
