import type { Caller } from '../access/caller.js';
import type { FileLinks } from '../files/file-links.js';
import type { RunServices } from '../run-services.js';
import type { RequestBudget } from '../task-runs/batching/request-budget.js';
import type { RunChangesService } from '../task-runs/changes/run-changes.service.js';
import type { RunListService } from '../task-runs/lists/run-list.service.js';
import type { ResourceService } from '../task-runs/resources/resources.service.js';
import type { RunStatisticsService } from '../task-runs/statistics/run-statistics.service.js';
import type { TaskRunService } from '../task-runs/task-runs.service.js';
import type { GatewayContext, RequestLogFields, ResponseCarrier, Subscriber } from './context.js';
import type { CostReport } from './cost-report.js';
import { createEntityReader, type EntityReader } from './entities/entity-reader.js';

/** Dependencies shared by all requests. */
interface ContextDependencies {
  readonly services: RunServices;
  readonly fileLinks: FileLinks;
}

export type CreateContext = (
  caller: Caller,
  budget: RequestBudget,
  request: RequestLogFields,
  subscriber: Subscriber | null,
  costReport?: CostReport | null,
) => GatewayContext;

export function createContextFactory(dependencies: ContextDependencies): CreateContext {
  return (caller, budget, request, subscriber, costReport = null) =>
    new RequestContext(dependencies, caller, budget, request, subscriber, costReport);
}

/** Returns a context of the same operation with some members replaced. */
export function deriveContext(context: GatewayContext, overrides: Partial<GatewayContext>): GatewayContext {
  return Object.assign(Object.create(context), overrides);
}

/** A context with lazy services, because most requests use only one. */
class RequestContext implements GatewayContext {
  readonly taskRuns: TaskRunService;
  readonly fileLinks: FileLinks;
  readonly carrier: ResponseCarrier = {};
  private lists?: RunListService;
  private changes?: RunChangesService;
  private statistics?: RunStatisticsService;
  private resourceService?: ResourceService;
  private entityReader?: EntityReader;

  constructor(
    private readonly dependencies: ContextDependencies,
    readonly caller: Caller,
    readonly budget: RequestBudget,
    readonly request: RequestLogFields,
    readonly subscriber: Subscriber | null,
    readonly costReport: CostReport | null,
  ) {
    this.taskRuns = dependencies.services.taskRuns(caller, budget);
    this.fileLinks = dependencies.fileLinks;
  }

  withServices(services: RunServices, budget: RequestBudget): GatewayContext {
    const { caller, request, subscriber, costReport } = this;
    return new RequestContext({ ...this.dependencies, services }, caller, budget, request, subscriber, costReport);
  }

  get runLists(): RunListService {
    this.lists ??= this.dependencies.services.lists(this.taskRuns, this.budget);
    return this.lists;
  }

  get runChanges(): RunChangesService {
    this.changes ??= this.dependencies.services.changes(this.taskRuns, this.budget);
    return this.changes;
  }

  get runStatistics(): RunStatisticsService {
    this.statistics ??= this.dependencies.services.statistics(this.taskRuns, this.budget);
    return this.statistics;
  }

  get resources(): ResourceService {
    this.resourceService ??= this.dependencies.services.resources(this.caller, this.budget);
    return this.resourceService;
  }

  get entities(): EntityReader {
    this.entityReader ??= createEntityReader(this.taskRuns, () => this.resources, this.budget);
    return this.entityReader;
  }
}
