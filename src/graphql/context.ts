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

/** What resolvers use: made for each request, after the caller's token was accepted. */
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
  /** Whether the client is told what its operation costs. */
  readonly costReport: CostReport | null;
  /** null: the client cannot receive the events of a subscription. */
  readonly subscriber: Subscriber | null;
  /** Filled in where an operation goes through Apollo Server, which copies the context, but not what is in it. */
  readonly carrier: ResponseCarrier;
  /** The same request, reading by other services. */
  withServices(services: RunServices, budget: RequestBudget): GatewayContext;
  /** Of a subscription: aborted when it ends. */
  readonly signal?: AbortSignal;
}

/** A client that can receive events. */
export interface Subscriber {
  readonly transport: Transport;
}

/** The response to an operation in the forms that Apollo Server does not pass on. */
export interface ResponseCarrier {
  /** As JSON, as which it was written already. */
  text?: string;
  /** Of a subscription that has begun: JSON texts of responses. Whoever takes them ends them. */
  events?: AsyncIterableIterator<string, undefined>;
}

/** The fields of the request's log line, filled in while the request is processed. */
export interface RequestLogFields {
  readonly id: string;
  readonly log: Log;
  /** Once its token was accepted. */
  caller?: Caller;
  operationName?: string;
  /** Of whom the signed link was by which the request came: the digest in it. */
  linkSubject?: string;
  /** SQL statements in which this request took part. */
  statements: number;
  /** What it has cost. */
  points: number;
  /** Counts an error that is sent, and logs it as a denied access where it is one. */
  recordError(extensions: ErrorExtensions, details?: ErrorLogDetails): void;
}

/** What of an error goes to the log only. */
export interface ErrorLogDetails {
  readonly target?: ErrorTarget | undefined;
  readonly cause?: unknown;
}
