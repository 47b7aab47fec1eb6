// A dry run finds the statements of an operation by executing it over services that read nothing.

import { MemoryLedger } from '../memory/memory-ledger.js';
import { createDryRunServices } from '../run-services.js';
import { RequestBudget } from '../task-runs/batching/request-budget.js';
import type { GatewayContext } from './context.js';
import type { StatementCount } from './cost-report.js';
import { deriveContext } from './create-context.js';

/** Longer than any read waits for a batch, so that all first reads of the operation are recorded by then. */
const dryRunMs = 50;

/**
 * Returns the statements that an operation sends first, in their order. Later ones depend on their results.
 * @param execute executes the operation with the given context
 */
export async function dryRun(
  context: GatewayContext,
  execute: (context: GatewayContext) => unknown,
): Promise<StatementCount[]> {
  const counts = new Map<string, number>();
  const services = createDryRunServices((name) => counts.set(name, (counts.get(name) ?? 0) + 1));
  const budget = new RequestBudget({
    callerId: context.caller.id,
    deadline: context.budget.deadline,
    maxBytes: context.budget.maxBytes,
    memory: MemoryLedger.unlimited(),
    stats: { statements: 0 },
  });
  const { id, log } = context.request;
  const dryRunContext = deriveContext(context.withServices(services, budget), {
    request: { id, log, statements: 0, points: 0, recordError() {} },
  });
  const timer = setTimeout(() => budget.abandon(), dryRunMs);
  try {
    await execute(dryRunContext);
  } finally {
    clearTimeout(timer);
  }
  return [...counts].map(([name, count]) => ({ name, count }));
}
