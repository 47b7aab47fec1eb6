import type { DataSource } from 'typeorm';
import { createStatementRunner } from '../../src/database/statements.js';
import { createListReader } from '../../src/task-runs/lists/list-reader.js';
import { createRunListService, type RunListService } from '../../src/task-runs/lists/run-list.service.js';
import { createRunReader } from '../../src/task-runs/one-run/run-reader.js';
import { createTaskRunService } from '../../src/task-runs/task-runs.service.js';

/** A subject's lists straight on a database, as a request of the gateway would have them. */
export function createRunListsOn(dataSource: DataSource, subject: string): RunListService {
  const statements = createStatementRunner(dataSource, () => {});
  const reader = createRunReader(statements, { connections: 1, timeoutMs: 5000 });
  const requestStats = { statements: 0 };
  const taskRuns = createTaskRunService(reader, { subject, confinement: {}, expiresAt: 0 }, requestStats);
  return createRunListService(
    createListReader(statements, { connections: 4, timeoutMs: 5000 }),
    taskRuns,
    requestStats,
  );
}
