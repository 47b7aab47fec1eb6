import type { DataSource } from 'typeorm';
import { createSqlParameters } from '../database/sql-parameters.js';
import { createComposedStatements, type StatementRunner } from '../database/statements.js';
import type { PageRequest } from './page-request.js';
import { createPageStatements } from './page-statement.js';
import type { TaskRunRecord } from './records.js';
import type { RunFilter } from './run-filter.js';
import type { RunSelection } from './run-parts.js';
import { toRunRecords } from './run-rows.js';
import type { RunScope } from './run-scope.js';
import { visibleRuns } from './visible-runs.js';

/** Reads lists of the runs that a scope lets its viewer see. */
export interface ListReader {
  /** The runs of a page in its order, and whether the list goes on beyond it in the direction of reading. */
  readPage(scope: RunScope, filter: RunFilter, page: PageRequest, selection: RunSelection): Promise<RunPage>;
  countRuns(scope: RunScope, filter: RunFilter): Promise<number>;
}

export interface RunPage {
  readonly runs: readonly TaskRunRecord[];
  readonly goesOn: boolean;
}

export function createListReader(dataSource: DataSource, statements: StatementRunner): ListReader {
  const composePage = createPageStatements(dataSource);
  const toCount = createComposedStatements('task_run_count');

  return {
    async readPage(scope, filter, page, selection) {
      const { statement, values, columnNames } = composePage(scope, filter, page, selection);
      const rows = await statements.runArrays(statement, values);
      const goesOn = rows.length > page.size;
      const asked = { path: scope.path, selection };
      const runs = toRunRecords({ rows, columnNames }, () => asked).slice(0, page.size) as TaskRunRecord[];
      return { runs: page.isFromBack ? runs.reverse() : runs, goesOn };
    },
    async countRuns(scope, filter) {
      const parameters = createSqlParameters();
      const text = `SELECT count(*)::integer AS count FROM ${visibleRuns(scope, filter, parameters)}`;
      const [row] = await statements.run<{ count: number }>(toCount(text), parameters.values);
      return row!.count;
    },
  };
}
