import type { Viewer } from '../access/viewer.js';
import type { FileLinks } from '../files/file-links.js';
import type { ViewerRunLists } from '../task-runs/lists/viewer-run-lists.js';
import type { ViewerRunStatistics } from '../task-runs/statistics/viewer-run-statistics.js';
import type { ViewerTaskRuns } from '../task-runs/task-runs.service.js';
import type { Log } from '../telemetry/logger.js';
import type { EntityReader } from './entities/entity-reader.js';

/** What a resolver may use: made anew for each request, after the caller's token was accepted. */
export interface GatewayContext {
  readonly viewer: Viewer;
  readonly taskRuns: ViewerTaskRuns;
  readonly runLists: ViewerRunLists;
  readonly runStatistics: ViewerRunStatistics;
  readonly entities: EntityReader;
  readonly fileLinks: FileLinks;
  readonly request: RequestFacts;
}

/** What the request's log line will say; filled in as the request goes along. */
export interface RequestFacts {
  readonly id: string;
  readonly log: Log;
  operationName?: string;
  /** The codes of the errors that were answered. */
  codes: string[];
  /** SQL statements in which this request took part. */
  statements: number;
}
