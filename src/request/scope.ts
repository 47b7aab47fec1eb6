// The scope of a request, whether it came by GraphQL, REST, a WebSocket or a tool for agents.

import type { Caller } from '../access/caller.js';
import { openRequestBudget, type RequestBudget } from '../admission/request-budget.js';
import {
  type CostTotals,
  type PointAccount,
  processorTime,
  RequestCost,
  type RequestCostOptions,
} from '../admission/request-cost.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { Config } from '../config/config.js';
import type { SignedLinks } from '../files/open-links.js';
import type { MemoryLedger } from '../memory/memory-ledger.js';
import { ResponseAudit } from '../task-runs/audit/response-audit.js';
import type { FollowedChange } from '../task-runs/changes/follow-changes.js';
import type { RequestLogFields } from './log-fields.js';
import type { RunServiceFactory, RunServices } from './services.js';

/** The budget of one caller's request, and the services that read for it. */
export interface RequestScope {
  readonly caller: Caller;
  readonly logFields: RequestLogFields;
  readonly budget: RequestBudget;
  readonly cost: RequestCost;
  readonly services: RunServices;
  readonly links: SignedLinks;
  /** undefined: there is no audit log. */
  readonly audit: ResponseAudit | undefined;
}

interface ScopeOptions extends Pick<Config, 'limits' | 'costMode'> {
  readonly services: RunServiceFactory;
  readonly links: SignedLinks;
  /** Returns the points of a caller; null: it has no limit. */
  readonly accountOf: (caller: Caller) => PointAccount | null;
  readonly costTotals: CostTotals;
  readonly memory: MemoryLedger;
  /** null: nothing is audited. */
  readonly auditLog: AuditLog | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Scopes {
  /** Opens the scope of a request; its budget is to be ended. */
  openScope(caller: Caller, logFields: RequestLogFields): RequestScope;
  /** Opens the cost of a body, which is charged to the caller even if the request is rejected. */
  openBodyCost(logFields: RequestLogFields): RequestCost;
  /** Opens the budget of a request without a caller, which is to be ended. */
  openBudget(callerId: string, logFields: RequestLogFields, account?: PointAccount | null): RequestBudget;
  /** Opens the audit of a request without a scope. */
  openAudit(logFields: RequestLogFields): ResponseAudit | undefined;
}

export function createScopes({
  limits: { requestTimeoutMs, responseBytes, points },
  costMode,
  services,
  links,
  accountOf,
  costTotals: totals,
  memory,
  auditLog,
  now,
}: ScopeOptions): Scopes {
  const maxPoints = costMode === 'enforce' ? points : Number.POSITIVE_INFINITY;
  const processorMs = processorTime.request;
  const openCost = (options: RequestCostOptions) => new RequestCost(costMode === 'off' ? {} : { totals, ...options });
  const openBudget: Scopes['openBudget'] = (callerId, stats, account = null) => {
    const cost = openCost({ account, stats, processorMs, maxPoints });
    const deadline = performance.now() + requestTimeoutMs;
    const trace = stats.openTrace?.();
    return openRequestBudget({ callerId, deadline, maxBytes: responseBytes, memory, stats, cost, trace, now });
  };
  const openAudit = (logFields: RequestLogFields) =>
    auditLog === null ? undefined : new ResponseAudit(auditLog, logFields, now);
  return {
    openBudget,
    openAudit,
    openBodyCost(logFields) {
      const { caller } = logFields;
      return openCost({ account: caller ? accountOf(caller) : null, stats: logFields });
    },
    openScope(caller, logFields) {
      const budget = openBudget(caller.id, logFields, accountOf(caller));
      const audit = openAudit(logFields);
      return {
        caller,
        logFields,
        budget,
        cost: budget.cost,
        services: services.open(caller, budget, audit),
        links,
        audit,
      };
    },
  };
}

/** Returns the scope that presents a change: the stream's, with the budget and services that read the change. */
export function scopeOfChange(
  { caller, logFields, cost, services, links, audit }: RequestScope,
  { budget, taskRuns }: Pick<FollowedChange, 'budget' | 'taskRuns'>,
): RequestScope {
  return { caller, logFields, budget, cost, services: services.renew(budget, taskRuns), links, audit };
}
