// Creates a request's services, based on readers shared by all requests.

import { randomBytes } from 'node:crypto';
import type { Caller } from '../access/caller.js';
import { type Permission, permissions, permissionsWithSharing } from '../access/permissions.js';
import type { RequestBudget } from '../admission/request-budget.js';
import type { StatementRunner } from '../database/connection/statement-runner.js';
import { GatewayError } from '../errors/gateway-error.js';
import { ReadScheduler } from '../scheduling/read-scheduler.js';
import type { ResponseAudit } from '../task-runs/audit/response-audit.js';
import { createChangeCursors } from '../task-runs/changes/change-cursor.js';
import { createChangePoll } from '../task-runs/changes/change-poll.js';
import { ChangePoller } from '../task-runs/changes/change-poller.js';
import { ChangeReader, requestReading, streamReading } from '../task-runs/changes/change-reader.js';
import { type RunChangesDependencies, RunChangesService } from '../task-runs/changes/run-changes.service.js';
import { createSharedWatermark } from '../task-runs/changes/shared-watermark.js';
import type { ModelPointer } from '../task-runs/columns/json-pointer.js';
import { exportReading } from '../task-runs/export/run-export.js';
import { createRunExportService, type RunExportService } from '../task-runs/export/run-export.service.js';
import { createListReaders, type ListReaders } from '../task-runs/lists/list-readers.js';
import { RunListService } from '../task-runs/lists/run-list.service.js';
import { RunRelatives } from '../task-runs/lists/run-relatives.js';
import { ReportService } from '../task-runs/reports/report.service.js';
import { ReportReader } from '../task-runs/reports/report-reader.js';
import { ResourceReader } from '../task-runs/resources/resource-reader.js';
import { ResourceService } from '../task-runs/resources/resources.service.js';
import { RunReader } from '../task-runs/run/run-reader.js';
import {
  createRunStatisticsService,
  type RunStatisticsService,
} from '../task-runs/statistics/run-statistics.service.js';
import { StatisticsReader } from '../task-runs/statistics/statistics-reader.js';
import { TaskRunService } from '../task-runs/task-runs.service.js';

export interface RunServiceFactory {
  readonly readStoredFile: RunReader['readStoredFile'];
  /** @param audit omitted if nothing is audited */
  open(caller: Caller, budget: RequestBudget, audit?: ResponseAudit): RunServices;
  /** Ends all waits for changes. Called when the process shuts down. */
  close(): void;
}

interface RunServicesOptions {
  /** Called once per series of consecutive polling failures. */
  readonly onPollFailure: (error: unknown) => void;
  /** Receives a function that returns the seconds since the last poll, or an empty list if there are no waiters. */
  readonly watchPolls?: (ageSeconds: () => readonly number[]) => void;
  /** The epoch whose changes have become invalid, or null while they are valid. */
  readonly staleEpoch: string | null;
  /** Encrypts change cursors. */
  readonly cursorKey: Buffer;
  /** Returns milliseconds since the epoch. */
  readonly now: () => number;
  /** Location of the model in a run's JSON; null if not configured. */
  readonly modelPointer?: ModelPointer | null;
  /** Whether a caller's issuer is still trusted. */
  readonly isIssuerTrusted: (caller: Caller) => boolean;
  /** Whether callers may share runs. */
  readonly sharesRuns?: boolean;
  /** Maximum number of runs that an operation's scans test. Defaults to the operation limit. */
  readonly maxScannedRuns?: number | undefined;
  /** Time without a change before a stream sends a heartbeat. Defaults to 15 seconds. */
  readonly heartbeatMs?: number | undefined;
}

/**
 * Creates services for a dry run, which report their statements instead of sending them. Each read waits until it is
 * aborted. `flush` reports the statements of reads still waiting for a batch.
 */
export function createDryRunServices(
  onStatement: (name: string) => void,
  modelPointer: ModelPointer | null,
): RunServiceFactory & Pick<ReadScheduler, 'flush'> {
  const statements: StatementRunner = {
    run({ name }, _values, signal) {
      onStatement(name);
      return new Promise((_resolve, reject) => {
        signal!.onabort = () => reject(new GatewayError('DEADLINE_EXCEEDED', { retryAfter: 1 }));
      });
    },
  };
  const options = { connections: () => Number.MAX_SAFE_INTEGER, timeoutMs: Number.POSITIVE_INFINITY };
  const scheduler = new ReadScheduler(options);
  const services = createRunServices(statements, scheduler, {
    onPollFailure() {},
    staleEpoch: null,
    cursorKey: randomBytes(32),
    now: Date.now,
    isIssuerTrusted: () => true,
    modelPointer,
  });
  return { ...services, flush: () => scheduler.flush() };
}

export function createRunServices(
  statements: StatementRunner,
  scheduler: ReadScheduler,
  {
    onPollFailure,
    watchPolls,
    staleEpoch,
    cursorKey,
    now,
    isIssuerTrusted,
    heartbeatMs,
    maxScannedRuns,
    modelPointer,
    sharesRuns = false,
  }: RunServicesOptions,
): RunServiceFactory {
  const runs = new RunReader(statements, scheduler, modelPointer);
  const lists = createListReaders({ statements, scheduler });
  const changes = { staleEpoch, cursors: createChangeCursors(cursorKey) };
  const changeReaders = {
    page: new ChangeReader(statements, scheduler, { ...requestReading, ...changes }),
    stream: new ChangeReader(statements, scheduler, { ...streamReading, ...changes }),
  };
  const exportReader = new ChangeReader(statements, scheduler, { ...exportReading, ...changes });
  const poller = new ChangePoller({ poll: createChangePoll(statements, scheduler), onFailure: onPollFailure });
  watchPolls?.(() => (poller.ageSeconds === undefined ? [] : [poller.ageSeconds]));
  const resources = new ResourceReader(statements, scheduler);
  const statisticsReader = new StatisticsReader(statements, scheduler);
  const reports = new ReportReader(statements, scheduler);
  const readers: ServiceReaders = {
    runs,
    lists,
    maxScannedRuns,
    changes: {
      readers: changeReaders,
      poller,
      sharedWatermark: createSharedWatermark(),
      now,
      isIssuerTrusted,
      heartbeatMs,
    },
    exports: { runs, changes: exportReader },
    resources,
    permissions: sharesRuns ? permissionsWithSharing : permissions,
    statisticsReader,
    reports,
  };
  return {
    readStoredFile: (keys, budget) => runs.readStoredFile(keys, budget),
    open: (caller, budget, audit) =>
      new RunServices(readers, caller, budget, new TaskRunService(runs, caller, budget, audit)),
    close: () => poller.close(),
  };
}

/** The readers shared by the services of all requests. */
interface ServiceReaders {
  readonly runs: RunReader;
  readonly lists: ListReaders;
  readonly maxScannedRuns: number | undefined;
  readonly changes: Omit<RunChangesDependencies, 'openTaskRuns'>;
  readonly exports: Parameters<typeof createRunExportService>[0];
  readonly resources: ResourceReader;
  readonly permissions: readonly Permission[];
  readonly statisticsReader: StatisticsReader;
  readonly reports: ReportReader;
}

/** The services that read for a request's caller. Each is created on first use, because most requests use only one. */
export class RunServices {
  #lists: RunListService | undefined;
  #relatives: RunRelatives | undefined;
  #changes: RunChangesService | undefined;
  #statistics: RunStatisticsService | undefined;
  #resources: ResourceService | undefined;
  #reports: ReportService | undefined;

  constructor(
    private readonly readers: ServiceReaders,
    private readonly caller: Caller,
    private readonly budget: RequestBudget,
    readonly taskRuns: TaskRunService,
  ) {}

  get lists(): RunListService {
    const { lists, maxScannedRuns } = this.readers;
    this.#lists ??= new RunListService(lists, this.taskRuns, this.budget, maxScannedRuns);
    return this.#lists;
  }

  get relatives(): RunRelatives {
    this.#relatives ??= new RunRelatives(this.readers.lists, this.taskRuns, this.budget);
    return this.#relatives;
  }

  get changes(): RunChangesService {
    const { readers, caller } = this;
    const { audit } = this.taskRuns;
    const openTaskRuns = (budget: RequestBudget) => new TaskRunService(readers.runs, caller, budget, audit);
    this.#changes ??= new RunChangesService({ ...readers.changes, openTaskRuns }, this.taskRuns, this.budget);
    return this.#changes;
  }

  get exports(): RunExportService {
    return createRunExportService(this.readers.exports, this.caller, this.budget, this.taskRuns.audit);
  }

  get statistics(): RunStatisticsService {
    this.#statistics ??= createRunStatisticsService(this.readers.statisticsReader, this.taskRuns, this.budget);
    return this.#statistics;
  }

  get resources(): ResourceService {
    const { resources, permissions } = this.readers;
    this.#resources ??= new ResourceService(resources, this.caller, this.budget, permissions);
    return this.#resources;
  }

  get reports(): ReportService {
    const { statistics, taskRuns, resources, budget } = this;
    this.#reports ??= new ReportService(this.readers.reports, { statistics, taskRuns, resources, budget });
    return this.#reports;
  }

  /** Returns services for a part of the request with a separate budget. */
  renew(budget: RequestBudget, taskRuns: TaskRunService): RunServices {
    return new RunServices(this.readers, this.caller, budget, taskRuns);
  }
}
