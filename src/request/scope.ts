// The scope of a request, received through GraphQL, REST, a WebSocket or a tool for agents.

import type { Caller } from '../access/caller.js';
import { type PointOwner, pointOwnerOf } from '../access/requester.js';
import type { CostReport } from '../admission/cost-report.js';
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
import type { Shares } from '../sharing/shares.js';
import { ResponseAudit } from '../task-runs/audit/response-audit.js';
import type { FollowedChange } from '../task-runs/changes/follow-changes.js';
import type { IncomingRequest } from './incoming-request.js';
import type { RunServiceFactory, RunServices } from './services.js';

/** The budget of one caller's request, and the services that read for it. */
export interface RequestScope {
  readonly request: IncomingRequest;
  readonly caller: Caller;
  readonly budget: RequestBudget;
  readonly services: RunServices;
  readonly links: SignedLinks;
  /** Makes links to runs; null on a gateway without them. */
  readonly shares: Shares | null;
  /** The audit of the request's responses, or undefined if there is no audit log. */
  readonly audit: ResponseAudit | undefined;
  /** The form in which the client receives its operation's cost, or null if it does not. */
  readonly costReport: CostReport | null;
}

interface ScopeOptions extends Pick<Config, 'limits' | 'costMode'> {
  readonly services: RunServiceFactory;
  readonly links: SignedLinks;
  readonly shares: Shares | null;
  /** Returns a caller's point account, or null for a caller without a limit. */
  readonly accountOf: (owner: PointOwner) => PointAccount | null;
  readonly costTotals: CostTotals;
  readonly memory: MemoryLedger;
  /** The audit log, or null if nothing is audited. */
  readonly auditLog: AuditLog | null;
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
}

/** Opens the scopes, budgets and audits of requests. */
export class Scopes {
  constructor(private readonly options: ScopeOptions) {}

  /**
   * Opens the scope of a request whose token was accepted. Its budget must be ended.
   * @param caller for whom the request reads; by default the one of its token
   */
  openScope(request: IncomingRequest, costReport: CostReport | null, caller = request.caller): RequestScope {
    const { services, links, shares } = this.options;
    if (caller === undefined) throw new Error('No token of the request was accepted.');
    const budget = this.openBudget(request);
    const audit = this.openAudit(request);
    return {
      request,
      caller,
      budget,
      services: services.open(caller, budget, audit),
      links,
      shares,
      audit,
      costReport,
    };
  }

  /** Opens the budget of a request whose token or link was accepted. The budget must be ended. */
  openBudget(request: IncomingRequest): RequestBudget {
    const { limits, costMode, memory, now } = this.options;
    const { requester, usage } = request;
    if (requester === undefined) throw new Error('Neither a token nor a link of the request was accepted.');
    const maxPoints = costMode === 'enforce' ? limits.points : Number.POSITIVE_INFINITY;
    return openRequestBudget({
      callerId: requester.id,
      deadline: performance.now() + limits.requestTimeoutMs,
      maxBytes: limits.responseBytes,
      memory,
      usage,
      cost: this.#openCost(request, { processorMs: processorTime.request, maxPoints }),
      trace: request.openTrace(),
      now,
    });
  }

  /** Opens the cost of a body, which is charged to the caller even if the request is rejected. */
  openBodyCost(request: IncomingRequest): RequestCost {
    return this.#openCost(request, {});
  }

  /** Opens the audit of the responses to a request, or returns undefined if there is no audit log. */
  openAudit(request: IncomingRequest): ResponseAudit | undefined {
    const { auditLog, now } = this.options;
    return auditLog === null ? undefined : new ResponseAudit(auditLog, request, now);
  }

  #openCost({ requester, usage }: IncomingRequest, options: RequestCostOptions): RequestCost {
    const { costMode, costTotals: totals, accountOf } = this.options;
    if (costMode === 'off') return new RequestCost();
    const owner = pointOwnerOf(requester);
    return new RequestCost({ totals, account: owner ? accountOf(owner) : null, usage, ...options });
  }
}

/** Returns the scope that presents a change: the stream's scope, with the budget and services that read the change. */
export function scopeOfChange(
  { request, caller, services, links, shares, audit, costReport }: RequestScope,
  { budget, taskRuns }: Pick<FollowedChange, 'budget' | 'taskRuns'>,
): RequestScope {
  return { request, caller, budget, services: services.renew(budget, taskRuns), links, shares, audit, costReport };
}
