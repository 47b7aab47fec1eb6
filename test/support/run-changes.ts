import { setTimeout } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { createStatementRunner } from '../../src/database/connection/statement-runner.js';
import { createReadScheduler } from '../../src/task-runs/batching/read-scheduler.js';
import { createChangeReader } from '../../src/task-runs/changes/change-reader.js';
import {
  createRunChangesService,
  type RunChangesPageInput,
  type RunChangesService,
} from '../../src/task-runs/changes/run-changes.service.js';
import { createRunReader } from '../../src/task-runs/one-run/run-reader.js';
import type { RunSelection } from '../../src/task-runs/record/field-groups.js';
import { createTaskRunService } from '../../src/task-runs/task-runs.service.js';
import { createBudget, createCaller } from './callers.js';
import type { Queries } from './databases.js';

const ids: RunSelection = { fieldGroups: 0, pointers: [] };

/** A subject's changes straight on a database, as a request of the gateway would have them. */
export function createRunChangesOn(dataSource: DataSource, subject: string, maxBytes?: number): RunChangesService {
  const statements = createStatementRunner(dataSource, { onStatement: () => {}, isCancelling: false });
  const scheduler = createReadScheduler({ connections: 4, timeoutMs: 5000 });
  const budget = createBudget(maxBytes === undefined ? {} : { maxBytes });
  const taskRuns = createTaskRunService(createRunReader(statements, scheduler), createCaller(subject), budget);
  return createRunChangesService(createChangeReader(statements, scheduler), taskRuns, budget);
}

/**
 * Until all transactions that have begun by now have ended, wherever on the server: until then their changes, and all
 * later ones, are not reported.
 */
export async function untilSettled(database: Queries): Promise<void> {
  const [{ xid }] = await database.query('SELECT pg_current_xact_id()::text AS xid');
  for (;;) {
    const sql = 'SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS "isSettled"';
    const [{ isSettled }] = await database.query(sql, [xid]);
    if (isSettled) return;
    await setTimeout(10);
  }
}

/** Everything behind a cursor, page by page. */
export async function readChanges(
  openChanges: () => RunChangesService,
  input: Omit<RunChangesPageInput, 'first'>,
  { first = 100, selection = ids }: { first?: number; selection?: RunSelection } = {},
) {
  const read: { id: string; cursor: string; previousCursor: string }[] = [];
  for (let after = input.after ?? null; ; ) {
    const { changes, endCursor, hasMore } = await openChanges().page({ ...input, first, after }, selection);
    read.push(...changes.map(({ run, cursor, previousCursor }) => ({ id: run.id, cursor, previousCursor })));
    after = endCursor;
    if (!hasMore) return { read, ids: read.map(({ id }) => id), endCursor };
  }
}
