import type { DataSource } from 'typeorm';
import { createSqlParameters } from '../database/sql-parameters.js';
import { createComposedStatements, type StatementRunner } from '../database/statements.js';
import { batchLimits, createRequestBatcher, type DatabaseLimits } from './batching/request-batcher.js';
import type { PageRequest } from './page-request.js';
import { createPageStatements } from './page-statement.js';
import type { TaskRunRecord } from './records.js';
import type { RunFilter } from './run-filter.js';
import type { RunSelection } from './run-parts.js';
import { toRunRecords } from './run-rows.js';
import type { RunScope, ScopeFacts } from './run-scope.js';
import { createTaskPageStatements, kindOfTaskPage, type TaskPageKey } from './task-page-statement.js';
import { visibleRuns } from './visible-runs.js';

/** Reads lists of the runs that a scope lets its viewer see. */
export interface ListReader {
  /** A page of all runs of a task with the facts that decide whether the viewer sees it; by a statement others may share. */
  readTaskPage(key: TaskPageKey): Promise<TaskPage>;
  /** The runs of a page in its order, and whether the list goes on beyond it in the direction of reading. */
  readPage(scope: RunScope, filter: RunFilter, page: PageRequest, selection: RunSelection): Promise<RunPage>;
  countRuns(scope: RunScope, filter: RunFilter): Promise<number>;
}

export interface TaskPage {
  readonly facts: ScopeFacts;
  /** Not to be shown before the facts allow it. Null: its JSON is too large to be read along with other pages. */
  readonly page: RunPage | null;
}

export interface RunPage {
  readonly runs: readonly TaskRunRecord[];
  readonly goesOn: boolean;
}

/** Stored JSON of a page, compressed as it is, up to which pages are read together. */
const sharedPageBytes = 1024 * 1024;
/**
 * Measured: many pages in one statement keep the gateway waiting, and then busy for long; fewer at a time, on more
 * connections than single runs have, keep both at work.
 */
const sharing = { maxBatchSize: 5, minBatchSize: 3, share: 0.75 };

export function createListReader(
  dataSource: DataSource,
  statements: StatementRunner,
  limits: DatabaseLimits,
): ListReader {
  const bindTaskPages = createTaskPageStatements(dataSource);
  const readTaskPages = createRequestBatcher(
    async (keys: readonly TaskPageKey[]) => {
      const { statement, values, toRows } = bindTaskPages(keys, sharedPageBytes);
      return toRows(await statements.runArrays(statement, values));
    },
    batchLimits(limits, sharing),
    ([key]) => kindOfTaskPage(key!),
  );
  const composePage = createPageStatements(dataSource);
  const toCount = createComposedStatements('task_run_count');

  return {
    async readTaskPage(key) {
      const [row] = await readTaskPages([key]);
      const { facts, runs } = row!;
      return { facts, page: runs && toPage(runs, key.page) };
    },
    async readPage(scope, filter, page, selection) {
      const { statement, values, columnNames } = composePage(scope, filter, page, selection);
      const rows = await statements.runArrays(statement, values);
      const asked = { path: scope.path, selection };
      return toPage(toRunRecords({ rows, columnNames }, () => asked) as TaskRunRecord[], page);
    },
    async countRuns(scope, filter) {
      const parameters = createSqlParameters();
      const text = `SELECT count(*)::integer AS count FROM ${visibleRuns(scope, filter, parameters)}`;
      const [row] = await statements.run<{ count: number }>(toCount(text), parameters.values);
      return row!.count;
    },
  };
}

/** @param runs from the end where reading begins, one more than asked for if there is one */
function toPage(runs: readonly TaskRunRecord[], { size, isFromBack }: PageRequest): RunPage {
  const ofPage = runs.slice(0, size);
  return { runs: isFromBack ? ofPage.reverse() : ofPage, goesOn: runs.length > size };
}
