import type { Caller } from '../access/caller.js';
import type { FileLinks } from '../files/file-links.js';
import type { RequestBudget } from '../task-runs/batching/request-budget.js';
import type { ListReader } from '../task-runs/lists/list-reader.js';
import { createRunListService } from '../task-runs/lists/run-list.service.js';
import type { RunReader } from '../task-runs/one-run/run-reader.js';
import { createRunStatisticsService } from '../task-runs/statistics/run-statistics.service.js';
import type { ReadStatistics } from '../task-runs/statistics/statistics-reader.js';
import { createTaskRunService } from '../task-runs/task-runs.service.js';
import type { GatewayContext, RequestLogFields, Subscriber } from './context.js';
import { createEntityReader } from './entities/entity-reader.js';

/** What all requests share. */
interface ContextDependencies {
  readonly reader: RunReader;
  readonly listReader: ListReader;
  readonly readStatistics: ReadStatistics;
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
  const { reader, listReader, readStatistics, fileLinks, maxEntities } = dependencies;
  return (caller, budget, request, subscriber) => {
    const taskRuns = createTaskRunService(reader, caller, budget);
    const runLists = createRunListService(listReader, taskRuns, budget);
    const runStatistics = createRunStatisticsService(readStatistics, taskRuns, budget);
    const entities = createEntityReader(taskRuns, budget, maxEntities);
    return { caller, taskRuns, runLists, runStatistics, entities, fileLinks, budget, request, subscriber };
  };
}
