// What a request may read: services that are made for each request, over readers that are made once.

import type { Caller } from './access/caller.js';
import type { StatementRunner } from './database/connection/statement-runner.js';
import type { ReadScheduler } from './task-runs/batching/read-scheduler.js';
import type { RequestBudget } from './task-runs/batching/request-budget.js';
import { createChangeReader } from './task-runs/changes/change-reader.js';
import { createRunChangesService, type RunChangesService } from './task-runs/changes/run-changes.service.js';
import { createListReader } from './task-runs/lists/list-reader.js';
import { createRunListService, type RunListService } from './task-runs/lists/run-list.service.js';
import { createRunReader, type RunReader } from './task-runs/one-run/run-reader.js';
import {
  createRunStatisticsService,
  type RunStatisticsService,
} from './task-runs/statistics/run-statistics.service.js';
import { createStatisticsReader } from './task-runs/statistics/statistics-reader.js';
import { createTaskRunService, type TaskRunService } from './task-runs/task-runs.service.js';

export interface RunServices {
  readonly readStoredFile: RunReader['readStoredFile'];
  taskRuns(caller: Caller, budget: RequestBudget): TaskRunService;
  lists(taskRuns: TaskRunService, budget: RequestBudget): RunListService;
  changes(taskRuns: TaskRunService, budget: RequestBudget): RunChangesService;
  statistics(taskRuns: TaskRunService, budget: RequestBudget): RunStatisticsService;
}

export function createRunServices(statements: StatementRunner, scheduler: ReadScheduler): RunServices {
  const runs = createRunReader(statements, scheduler);
  const lists = createListReader(statements, scheduler);
  const changes = createChangeReader(statements, scheduler);
  const readStatistics = createStatisticsReader(statements, scheduler);
  return {
    readStoredFile: runs.readStoredFile,
    taskRuns: (caller, budget) => createTaskRunService(runs, caller, budget),
    lists: (taskRuns, budget) => createRunListService(lists, taskRuns, budget),
    changes: (taskRuns, budget) => createRunChangesService(changes, taskRuns, budget),
    statistics: (taskRuns, budget) => createRunStatisticsService(readStatistics, taskRuns, budget),
  };
}
