// What an operation would read, found out by executing it over services that read nothing.

import { MemoryLedger } from '../memory/memory-ledger.js';
import { createDryRunServices } from '../run-services.js';
import { RequestBudget } from '../task-runs/batching/request-budget.js';
import type { GatewayContext } from './context.js';
import type { StatementCount } from './cost-report.js';
import { deriveContext } from './create-context.js';

/** Longer than any read waits for others to join it: whatever the operation reads first has been named by then. */
const dryRunMs = 50;

/**
 * The statements that an operation sends first, in their order. Others depend on what these return.
 * @param execute with the context that it is given
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
