// A dry run finds an operation's statements by executing it over services that read nothing.

import type { StatementCount } from '../../admission/cost-report.js';
import { unlimitedBudget } from '../../admission/request-budget.js';
import { createDryRunServices } from '../../request/services.js';
import type { GatewayContext } from '../context.js';

/**
 * Returns the statements that an operation sends first, in order. Later ones depend on their results.
 * @param execute executes the operation with the given context
 */
export async function dryRun(
  context: GatewayContext,
  execute: (context: GatewayContext) => unknown,
): Promise<StatementCount[]> {
  const counts = new Map<string, number>();
  const onStatement = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const services = createDryRunServices(onStatement, context.services.taskRuns.modelPointer);
  const { caller, request } = context;
  const { maxBytes } = context.budget.bytes;
  const budget = unlimitedBudget({ callerId: caller.id, timeoutMs: Number.POSITIVE_INFINITY, maxBytes });
  const dryRunContext = {
    ...context,
    budget,
    services: services.open(caller, budget),
    audit: undefined,
    request: request.forDryRun(),
  };
  // Only microtasks and ticks precede the first reads, so all of them have been queued by then.
  setImmediate(() => {
    services.flush();
    budget.deadline.abandon();
  });
  await execute(dryRunContext);
  return [...counts].map(([name, count]) => ({ name, count }));
}
