import type { Caller } from '../access/caller.js';
import type { ErrorExtensions, ErrorTarget } from '../errors/gateway-error.js';
import type { FileLinks } from '../files/file-links.js';
import type { RunServices } from '../run-services.js';
import type { Transport } from '../streams/open-streams.js';
import type { RequestBudget } from '../task-runs/batching/request-budget.js';
import type { RunChangesService } from '../task-runs/changes/run-changes.service.js';
import type { RunListService } from '../task-runs/lists/run-list.service.js';
import type { ResourceService } from '../task-runs/resources/resources.service.js';
import type { RunStatisticsService } from '../task-runs/statistics/run-statistics.service.js';
import type { TaskRunService } from '../task-runs/task-runs.service.js';
import type { Log } from '../telemetry/logger.js';
import type { CostReport } from './cost-report.js';
import type { EntityReader } from './entities/entity-reader.js';

/** The context of resolvers, created for each request after the caller's token was accepted. */
export interface GatewayContext {
  readonly caller: Caller;
  readonly taskRuns: TaskRunService;
  readonly runLists: RunListService;
  readonly runChanges: RunChangesService;
  readonly runStatistics: RunStatisticsService;
  readonly resources: ResourceService;
  readonly entities: EntityReader;
  readonly fileLinks: FileLinks;
  readonly budget: RequestBudget;
  readonly request: RequestLogFields;
  /** The form in which the client gets the cost of its operation; null: it does not. */
  readonly costReport: CostReport | null;
  /** null: the client cannot receive the events of a subscription. */
  readonly subscriber: Subscriber | null;
  /** Filled in by operations that go through Apollo Server, which copies the context shallowly. */
  readonly carrier: ResponseCarrier;
  /** Returns the context with other services. */
  withServices(services: RunServices, budget: RequestBudget): GatewayContext;
  /** Aborted when a subscription ends. */
  readonly signal?: AbortSignal;
}

/** A client that can receive events. */
export interface Subscriber {
  readonly transport: Transport;
}

/** The forms of a response that Apollo Server does not pass on. */
export interface ResponseCarrier {
  /** The JSON text. */
  text?: string;
  /** The JSON texts of a subscription's responses, which their reader has to end. */
  events?: AsyncIterableIterator<string, undefined>;
}

/** The fields of the request's log line, filled in while the request is processed. */
export interface RequestLogFields {
  readonly id: string;
  readonly log: Log;
  /** Set once its token was accepted. */
  caller?: Caller;
  operationName?: string;
  /** The digest of the subject in the signed link of the request. */
  linkSubject?: string;
  /** SQL statements for this request, including shared ones. */
  statements: number;
  /** Its cost so far. */
  points: number;
  /** Counts an error that is sent, and logs a denied access. */
  recordError(extensions: ErrorExtensions, details?: ErrorLogDetails): void;
}

/** Details of an error that are only logged. */
export interface ErrorLogDetails {
  readonly target?: ErrorTarget | undefined;
  readonly cause?: unknown;
}
