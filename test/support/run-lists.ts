import type { DataSource } from 'typeorm';
import { createStatementRunner } from '../../src/database/statements.js';
import { createListReader } from '../../src/task-runs/lists/list-reader.js';
import { createViewerRunLists, type ViewerRunLists } from '../../src/task-runs/lists/viewer-run-lists.js';
import { createRunReader } from '../../src/task-runs/one-run/run-reader.js';
import { createViewerTaskRuns } from '../../src/task-runs/task-runs.service.js';

/** A subject's lists straight on a database, as a request of the gateway would have them. */
export function createRunListsOn(dataSource: DataSource, subject: string): ViewerRunLists {
  const statements = createStatementRunner(dataSource, () => {});
  const reader = createRunReader(statements, { connections: 1, timeoutMs: 5000 });
  const tally = { statements: 0 };
  const taskRuns = createViewerTaskRuns(reader, { subject, confinement: {}, expiresAt: 0 }, tally);
  return createViewerRunLists(createListReader(statements, { connections: 4, timeoutMs: 5000 }), taskRuns, tally);
}
