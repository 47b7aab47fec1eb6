import type { Caller } from '../access/caller.js';
import type { FileLinks } from '../files/file-links.js';
import type { RequestBudget } from '../task-runs/batching/request-budget.js';
import type { RunListService } from '../task-runs/lists/run-list.service.js';
import type { RunStatisticsService } from '../task-runs/statistics/run-statistics.service.js';
import type { TaskRunService } from '../task-runs/task-runs.service.js';
import type { Log } from '../telemetry/logger.js';
import type { EntityReader } from './entities/entity-reader.js';

/** What resolvers use: made for each request, after the caller's token was accepted. */
export interface GatewayContext {
  readonly caller: Caller;
  readonly taskRuns: TaskRunService;
  readonly runLists: RunListService;
  readonly runStatistics: RunStatisticsService;
  readonly entities: EntityReader;
  readonly fileLinks: FileLinks;
  readonly budget: RequestBudget;
  readonly request: RequestLogFields;
}

/** The fields of the request's log line, filled in while the request is processed. */
export interface RequestLogFields {
  readonly id: string;
  readonly log: Log;
  operationName?: string;
  /** The codes of the errors that were returned. */
  codes: string[];
  /** SQL statements in which this request took part. */
  statements: number;
}
