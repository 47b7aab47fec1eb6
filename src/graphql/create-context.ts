import type { Caller } from '../access/caller.js';
import type { FileLinks } from '../files/file-links.js';
import type { RunServices } from '../run-services.js';
import type { RequestBudget } from '../task-runs/batching/request-budget.js';
import type { GatewayContext, RequestLogFields, Subscriber } from './context.js';
import { createEntityReader } from './entities/entity-reader.js';

/** What all requests share. */
interface ContextDependencies {
  readonly services: RunServices;
  readonly fileLinks: FileLinks;
  readonly maxEntities: number;
}

export type CreateContext = (
  caller: Caller,
  budget: RequestBudget,
  request: RequestLogFields,
  subscriber: Subscriber | null,
) => GatewayContext;

export function createContextFactory(dependencies: ContextDependencies): CreateContext {
  const { services, fileLinks, maxEntities } = dependencies;
  return (caller, budget, request, subscriber) => {
    const taskRuns = services.taskRuns(caller, budget);
    return {
      ...{ caller, taskRuns, fileLinks, budget, request, subscriber },
      runLists: services.lists(taskRuns, budget),
      runChanges: services.changes(taskRuns, budget),
      runStatistics: services.statistics(taskRuns, budget),
      entities: createEntityReader(taskRuns, budget, maxEntities),
    };
  };
}
