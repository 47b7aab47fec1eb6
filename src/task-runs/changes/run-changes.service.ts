// What changes among the runs that a caller sees, made for each request. Every version of a run comes at most once, and
// its newest exactly once, in the order of the cursors; none appears behind a cursor that was handed out.

import { limits } from '../../limits.js';
import type { RequestBudget } from '../batching/request-budget.js';
import { parsePageSize } from '../lists/page-request.js';
import type { RunSelection } from '../record/field-groups.js';
import type { TaskRunRecord } from '../record/records.js';
import { parseRunFilter, type RunFilterInput } from '../scope/run-filter.js';
import { parseScopePath, type ScopeInput } from '../scope/run-scope.js';
import type { TaskRunService } from '../task-runs.service.js';
import { assertSameEpoch, encodeChangeCursor, parseChangeCursor, positionBefore } from './change-cursor.js';
import type { ChangePage, ChangeReader } from './change-reader.js';

/** Which changes, as a client writes it. */
export interface RunChangesInput extends ScopeInput {
  readonly filter?: RunFilterInput | null;
  /** A cursor; null: before all runs. */
  readonly after?: string | null;
}

export interface RunChangesPageInput extends RunChangesInput {
  /** Of the page, at most; null: the default. */
  readonly first?: number | null;
}

export interface RunChange {
  readonly cursor: string;
  /** Of the change before it, or where the page began. */
  readonly previousCursor: string;
  readonly run: TaskRunRecord;
}

export interface RunChangesPage {
  readonly changes: readonly RunChange[];
  /** For `after`: nothing up to here will be missing. */
  readonly endCursor: string;
  /** Whether there are more already. */
  readonly hasMore: boolean;
}

export interface RunChangesService {
  /**
   * @throws GatewayError for the path as for a run; VALIDATION_FAILED for filter, cursor and size, before anything is
   * read; CURSOR_EXPIRED
   */
  page(input: RunChangesPageInput, selection: RunSelection): Promise<RunChangesPage>;
  /**
   * The cursor up to which everything is settled now.
   * @throws GatewayError for the path as for a run
   */
  watermark(path: ScopeInput): Promise<string>;
}

export function createRunChangesService(
  reader: ChangeReader,
  taskRuns: TaskRunService,
  budget: RequestBudget,
): RunChangesService {
  return {
    async page(input, selection) {
      const path = parseScopePath(input);
      const filter = parseRunFilter(input.filter);
      const size = parsePageSize('first', input.first ?? limits.defaultPageSize.value);
      const after = input.after == null ? null : parseChangeCursor(input.after);
      budget.count(limits.lists, 1);
      budget.count(limits.pointers, size * selection.pointers.length);
      const { scope, epoch, settled } = await readScope(path);
      if (after) assertSameEpoch(after, epoch);
      const start = after?.position ?? null;
      const page = await reader.readPage({ scope, filter, selection, after: start, until: settled, size }, budget);
      taskRuns.relations.primePage(page.runs, page.fieldGroups, page.relations);
      return toChanges(page, epoch, encodeChangeCursor({ epoch, position: start }));
    },
    async watermark(path) {
      const { epoch, settled } = await readScope(path);
      return encodeChangeCursor({ epoch, position: positionBefore(settled) });
    },
  };

  async function readScope(path: ScopeInput) {
    let clock = { epoch: '', settled: '' };
    const scope = await taskRuns.scopeOf(path, async (key) => {
      const { tasks, ...read } = await reader.readScope(key, budget);
      clock = read;
      return tasks;
    });
    return { scope, ...clock };
  }
}

function toChanges({ runs, positions, end, hasMore }: ChangePage, epoch: string, start: string): RunChangesPage {
  const cursors = positions.map((position) => encodeChangeCursor({ epoch, position }));
  return {
    changes: runs.map((run, index) => ({ cursor: cursors[index]!, previousCursor: cursors[index - 1] ?? start, run })),
    endCursor: encodeChangeCursor({ epoch, position: end }),
    hasMore,
  };
}
