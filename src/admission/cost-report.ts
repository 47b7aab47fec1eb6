// The cost report for clients, either with the operation's result or instead of executing it.

import type { FormattedExecutionResult } from 'graphql';
import type { Config } from '../config/config.js';
import type { CostOfPath, PointAccount, RequestCost } from './request-cost.js';

/** A kind of statement, and how many of them were sent. */
export interface StatementCount {
  readonly name: string;
  readonly count: number;
}

export type CostReport = 'beside' | 'instead';

export const costHeader = 'x-cost';

interface ReportingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Returns the report that a request asks for, or `null` if it asks for none or costs are disabled. */
export function costReportOf(
  { method, url, headers }: ReportingRequest,
  costMode: Config['costMode'],
): CostReport | null {
  const queryAt = url.indexOf('?');
  const explains = queryAt >= 0 && new URLSearchParams(url.slice(queryAt)).get('explain') === 'cost';
  if (explains && method === 'POST') return 'instead';
  return headers[costHeader] === '1' && costMode !== 'off' ? 'beside' : null;
}

interface ReportedRequest {
  readonly costReport: CostReport | null;
  readonly budget: { readonly cost: RequestCost };
}

/** Returns the result with `extensions.cost`, in points and in the form of Shopify's API, if the client requests it. */
export function addCostExtension(
  result: FormattedExecutionResult,
  { costReport, budget }: ReportedRequest,
): typeof result {
  if (costReport !== 'beside') return result;
  const { estimated, points, account } = budget.cost;
  return withCostExtension(result, {
    requestedQueryCost: estimated,
    actualQueryCost: Math.round(points),
    throttleStatus: toThrottleStatus(account),
  });
}

interface CostExplanation {
  readonly requestedQueryCost: number;
  readonly mostExpensive: readonly CostOfPath[];
  /** The statements; `null` if they depend on later events. */
  readonly statements: readonly StatementCount[] | null;
}

/** Returns a response with the cost instead of a result. */
export function explainCost(
  { requestedQueryCost, mostExpensive, statements }: CostExplanation,
  { account }: RequestCost,
): FormattedExecutionResult {
  const throttleStatus = toThrottleStatus(account);
  return withCostExtension(
    { data: null },
    { requestedQueryCost, actualQueryCost: null, throttleStatus, mostExpensive, statements },
  );
}

/** Returns `null` for a caller without limits. */
function toThrottleStatus(account: PointAccount | null) {
  if (!account?.status) return null;
  const { limit, remaining, restoreRate } = account.status;
  return { maximumAvailable: limit, currentlyAvailable: remaining, restoreRate };
}

function withCostExtension(result: FormattedExecutionResult, cost: object): FormattedExecutionResult {
  return { ...result, extensions: { ...result.extensions, cost } };
}
