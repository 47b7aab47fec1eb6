// What a request may read: services that are made for each request, over readers that are made once.

import { randomBytes } from 'node:crypto';
import type { Caller } from './access/caller.js';
import type { StatementRunner } from './database/connection/statement-runner.js';
import { GatewayError } from './errors/gateway-error.js';
import { createReadScheduler, type ReadScheduler } from './task-runs/batching/read-scheduler.js';
import type { RequestBudget } from './task-runs/batching/request-budget.js';
import { createChangeCursors } from './task-runs/changes/change-cursor.js';
import { createChangePoll } from './task-runs/changes/change-poll.js';
import { createChangePoller } from './task-runs/changes/change-poller.js';
import { createChangeReader, requestReading, streamReading } from './task-runs/changes/change-reader.js';
import { createRunChangesService, type RunChangesService } from './task-runs/changes/run-changes.service.js';
import { exportReading } from './task-runs/export/run-export.js';
import { createRunExportService, type RunExportService } from './task-runs/export/run-export.service.js';
import { createListReader } from './task-runs/lists/list-reader.js';
import { createRunListService, type RunListService } from './task-runs/lists/run-list.service.js';
import { createRunReader, type RunReader } from './task-runs/one-run/run-reader.js';
import { createResourceReader } from './task-runs/resources/resource-reader.js';
import { createResourceService, type ResourceService } from './task-runs/resources/resources.service.js';
import {
  createRunStatisticsService,
  type RunStatisticsService,
} from './task-runs/statistics/run-statistics.service.js';
import { createStatisticsReader } from './task-runs/statistics/statistics-reader.js';
import { createTaskRunService, type TaskRunService } from './task-runs/task-runs.service.js';

/** More than it takes to find out what would be sent. */
const dryRunTimeoutMs = 1000;

export interface RunServices {
  readonly readStoredFile: RunReader['readStoredFile'];
  taskRuns(caller: Caller, budget: RequestBudget): TaskRunService;
  lists(taskRuns: TaskRunService, budget: RequestBudget): RunListService;
  changes(taskRuns: TaskRunService, budget: RequestBudget): RunChangesService;
  exports(caller: Caller, budget: RequestBudget): RunExportService;
  statistics(taskRuns: TaskRunService, budget: RequestBudget): RunStatisticsService;
  resources(caller: Caller, budget: RequestBudget): ResourceService;
  /** Ends what waits for changes: for a process that shuts down. */
  close(): void;
}

interface RunServicesOptions {
  /** Called once for all failures in a row of looking for changes. */
  readonly onPollFailure: (error: unknown) => void;
  /** The epoch of which no changes are served; null: there is none. */
  readonly staleEpoch: string | null;
  /** Encrypts cursors of changes. */
  readonly cursorKey: Buffer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether a caller's issuer is still trusted. */
  readonly isIssuerTrusted: (caller: Caller) => boolean;
  /** Runs that the scans of an operation test at most; by default its limit. */
  readonly maxScannedRuns?: number | undefined;
  /** The time without a change after which a stream has a heartbeat; 15 seconds unless told. */
  readonly heartbeatMs?: number | undefined;
}

/** Services that tell what statements they would send, and send none: each waits until it is given up. */
export function createDryRunServices(onStatement: (name: string) => void): RunServices {
  const statements: StatementRunner = {
    run({ name }, _values, signal) {
      onStatement(name);
      return new Promise((_resolve, reject) => {
        signal!.onabort = () => reject(new GatewayError('DEADLINE_EXCEEDED', { retryAfter: 1 }));
      });
    },
  };
  const scheduler = createReadScheduler({ connections: () => Number.MAX_SAFE_INTEGER, timeoutMs: dryRunTimeoutMs });
  return createRunServices(statements, scheduler, {
    onPollFailure() {},
    staleEpoch: null,
    cursorKey: randomBytes(32),
    now: Date.now,
    isIssuerTrusted: () => true,
  });
}

export function createRunServices(
  statements: StatementRunner,
  scheduler: ReadScheduler,
  { onPollFailure, staleEpoch, cursorKey, now, isIssuerTrusted, heartbeatMs, maxScannedRuns }: RunServicesOptions,
): RunServices {
  const runs = createRunReader(statements, scheduler);
  const lists = createListReader(statements, scheduler);
  const changes = { staleEpoch, cursors: createChangeCursors(cursorKey) };
  const changeReaders = {
    page: createChangeReader(statements, scheduler, { ...requestReading, ...changes }),
    stream: createChangeReader(statements, scheduler, { ...streamReading, ...changes }),
  };
  const exportReader = createChangeReader(statements, scheduler, { ...exportReading, ...changes });
  const poller = createChangePoller({ poll: createChangePoll(statements, scheduler), onFailure: onPollFailure });
  const resources = createResourceReader(statements, scheduler);
  const statisticsReader = createStatisticsReader(statements, scheduler);
  const taskRuns: RunServices['taskRuns'] = (caller, budget) => createTaskRunService(runs, caller, budget);
  return {
    readStoredFile: runs.readStoredFile,
    taskRuns,
    lists: (taskRuns, budget) => createRunListService(lists, taskRuns, budget, maxScannedRuns),
    changes(requestTaskRuns, budget) {
      const openTaskRuns = (each: RequestBudget) => taskRuns(requestTaskRuns.caller, each);
      const dependencies = { readers: changeReaders, poller, openTaskRuns, now, isIssuerTrusted, heartbeatMs };
      return createRunChangesService(dependencies, requestTaskRuns, budget);
    },
    exports: (caller, budget) => createRunExportService({ runs, changes: exportReader }, caller, budget),
    resources: (caller, budget) => createResourceService(resources, caller, budget),
    close: () => poller.close(),
    statistics: (taskRuns, budget) => createRunStatisticsService(statisticsReader, taskRuns, budget),
  };
}
