// Creates the services of a request over readers that all requests share.

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

/** Longer than a dry run takes. */
const dryRunTimeoutMs = 1000;

export interface RunServices {
  readonly readStoredFile: RunReader['readStoredFile'];
  taskRuns(caller: Caller, budget: RequestBudget): TaskRunService;
  lists(taskRuns: TaskRunService, budget: RequestBudget): RunListService;
  changes(taskRuns: TaskRunService, budget: RequestBudget): RunChangesService;
  exports(caller: Caller, budget: RequestBudget): RunExportService;
  statistics(taskRuns: TaskRunService, budget: RequestBudget): RunStatisticsService;
  resources(caller: Caller, budget: RequestBudget): ResourceService;
  /** Ends waits for changes when the process shuts down. */
  close(): void;
}

interface RunServicesOptions {
  /** Called once for consecutive failures of polling for changes. */
  readonly onPollFailure: (error: unknown) => void;
  /** The epoch whose changes are not valid any more; null: they are valid. */
  readonly staleEpoch: string | null;
  /** Encrypts cursors of changes. */
  readonly cursorKey: Buffer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether a caller's issuer is still trusted. */
  readonly isIssuerTrusted: (caller: Caller) => boolean;
  /** The most runs that the scans of an operation test; by default its limit. */
  readonly maxScannedRuns?: number | undefined;
  /** The time without a change after which a stream has a heartbeat; 15 seconds by default. */
  readonly heartbeatMs?: number | undefined;
}

/**
 * Returns services for a dry run: they report statements instead of sending them, and wait until they are abandoned.
 */
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
