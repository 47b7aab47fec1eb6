import type { DataSource } from 'typeorm';
import { PostgresStatements } from '../../src/database/connection/statement-runner.js';
import { ReadScheduler } from '../../src/scheduling/read-scheduler.js';
import { createListReaders } from '../../src/task-runs/lists/list-readers.js';
import { RunListService } from '../../src/task-runs/lists/run-list.service.js';
import { RunReader } from '../../src/task-runs/run/run-reader.js';
import { TaskRunService } from '../../src/task-runs/task-runs.service.js';
import { createBudget, createCaller } from './callers.js';

/** Returns a subject's lists directly from a database, as a request to the gateway would. */
export function createRunListsOn(dataSource: DataSource, subject: string): RunListService {
  const statements = new PostgresStatements(dataSource, {
    onStatement: () => {},
    cancelsOnAbort: false,
    keepsPrepared: true,
  });
  const scheduler = new ReadScheduler({ connections: () => 4, timeoutMs: 60_000 });
  const budget = createBudget();
  const taskRuns = new TaskRunService(new RunReader(statements, scheduler), createCaller(subject), budget);
  return new RunListService(createListReaders({ statements, scheduler }), taskRuns, budget);
}
