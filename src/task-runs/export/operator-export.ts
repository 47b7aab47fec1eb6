// The export for database operators: all runs under a path, without a token or a role.

import { type RequestBudget, unlimitedBudget } from '../../admission/request-budget.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import { declareLimit } from '../../limits.js';
import { ReadScheduler } from '../../scheduling/read-scheduler.js';
import { createChangeCursors, positionBefore } from '../changes/change-cursor.js';
import { ChangeReader } from '../changes/change-reader.js';
import type { DecidedScope } from '../changes/change-scope.js';
import type { RunSelection } from '../columns/field-groups.js';
import type { ScopePath } from '../columns/run-path.js';
import { createListReaders } from '../lists/list-readers.js';
import { RunReader } from '../run/run-reader.js';
import { noFilter } from '../visibility/run-filter.js';
import { noSearch } from '../visibility/search-terms.js';
import { type CatalogueRow, readCatalogue } from './catalogue-reader.js';
import type { ExportPosition } from './export-position.js';
import { type ExportedPage, exportReading, maxRunBytes, readExport } from './run-export.js';

const maxPageRuns = declareLimit(500, {
  section: 'Database and files',
  name: 'runs on a page of `npm run export`',
  beyond: 'read as several pages',
});

export interface OperatorExport {
  readCatalogue(): Promise<CatalogueRow[]>;
  /** Returns the cursor up to which all changes are currently settled. */
  watermark(): Promise<string>;
  countRuns(): Promise<number>;
  pages(part: ExportSlice, signal: AbortSignal): AsyncGenerator<ExportedPage>;
}

export interface ExportSlice {
  readonly watermark: string;
  /** The position to start from, or null for the first run. */
  readonly from: ExportPosition | null;
  /** Maximum number of runs. */
  readonly limit: number;
}

export interface OperatorExportOptions {
  readonly path: ScopePath;
  readonly selection: RunSelection;
  /** Encrypts change cursors. */
  readonly cursorKey: Buffer;
  /** Time limit for a statement. */
  readonly timeoutMs: number;
}

export function createOperatorExport(
  statements: StatementRunner,
  { path, selection, cursorKey, timeoutMs }: OperatorExportOptions,
): OperatorExport {
  const cursors = createChangeCursors(cursorKey);
  const scheduler = new ReadScheduler({ connections: () => 1, timeoutMs });
  const reader = new ChangeReader(statements, scheduler, { ...exportReading, staleEpoch: null, cursors });
  const runs = new RunReader(statements, scheduler);
  const readFiles = runs.readFiles.bind(runs);
  const { counts } = createListReaders({ statements, scheduler });
  const openBudget = () => unlimitedBudget({ callerId: '', timeoutMs, maxBytes: maxRunBytes });
  const readScope = async (budget: RequestBudget): Promise<DecidedScope> => {
    const { tasks, projectRoles: _, ...history } = await reader.readScope({ path, subject: '' }, budget);
    const allRunsTaskIds = tasks.flatMap(({ taskId }) => taskId ?? []);
    const scope = { path, allRunsTaskIds, ownRunsTaskIds: [], userId: null };
    return { scope, deletedTasks: [], moveScope: null, ...history };
  };

  return {
    readCatalogue: () => readCatalogue(statements, path),
    async watermark() {
      const { epoch, settled } = await readScope(openBudget());
      return cursors.encode({ epoch, position: positionBefore(settled), snapshotFloor: null });
    },
    async countRuns() {
      const budget = openBudget();
      const { scope } = await readScope(budget);
      return counts.countRuns({ scope, filter: noFilter, search: noSearch }, budget);
    },
    pages({ watermark, from, limit }, signal) {
      const { epoch, position: until } = cursors.parse(watermark, 'watermark');
      const range = { epoch, after: null, snapshotFloor: null, until: until!, limit, ...(from && { from }) };
      const pages = openBudget().bytes.reservePages({});
      const source = { reader, readFiles, readScope, openBudget, pages, filter: noFilter, selection, maxPageRuns };
      return readExport(source, range, signal);
    },
  };
}
