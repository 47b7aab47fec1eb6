// Reads lists of runs. Pages of the same form share statements; one with a filter or JSON Pointers, whose text is its
// own, is read alone. Both are decoded into the same records.

import type { StatementRunner, StatementSignal } from '../../database/connection/statement-runner.js';
import { createSqlParameters } from '../../database/sql-parameters.js';
import type { BoundStatement } from '../../database/statements.js';
import { limits } from '../../limits.js';
import type { ReadKind } from '../batching/pending-read.js';
import { readOne } from '../batching/read-one.js';
import type { ReadScheduler } from '../batching/read-scheduler.js';
import type { RequestBudget } from '../batching/request-budget.js';
import { type RunsRow, toRuns } from '../record/columnar-run.js';
import type { FieldGroups, RunSelection } from '../record/field-groups.js';
import { includesJson } from '../record/projection.js';
import type { TaskRunRecord } from '../record/records.js';
import type { ScopePath } from '../record/run-path.js';
import { noRelations, type Relations, toRelations } from '../record/run-relations.js';
import { chooseCandidateIndex, requiresScan } from '../scope/candidates.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { RunScope, TaskAccess } from '../scope/run-scope.js';
import { visibleRuns } from '../scope/visible-runs.js';
import { bindContexts, type RunContextRow } from './context-statement.js';
import { enforceByteBudget, maxUnsharedBytes, totalJsonBytes, unsharedForm, withoutRelations } from './page-bytes.js';
import type { PageForm } from './page-query.js';
import type { PageRequest } from './page-request.js';
import { createProjectPageStatements, type ProjectPageKey } from './project-page-statement.js';
import { orderedValueOf } from './run-order.js';
import {
  batchKeyOfTaskPage,
  createTaskPageStatements,
  isBatchable,
  type TaskPageKey,
  type TaskPageRow,
} from './task-page-statement.js';

export interface ListReader {
  /** A page of a task, of the runs that the subject sees there, with what says which these are. */
  readTaskPage(key: TaskPageKey, budget: RequestBudget): Promise<TaskPage>;
  readProjectPage(request: Omit<ProjectPageKey, 'index'>, budget: RequestBudget): Promise<RunPage>;
  /** The same for many runs at a time, each with a page of one run, without JSON; never rejects. */
  readAdjacentRuns(keys: readonly TaskPageKey[], budget: RequestBudget): Promise<readonly (TaskPage | Error)[]>;
  countRuns(key: CountKey, budget: RequestBudget): Promise<number>;
  readContexts(key: ContextsKey, budget: RequestBudget): Promise<readonly RunContextRow[]>;
}

export interface ContextsKey {
  readonly scope: RunScope;
  readonly contextIds: readonly string[];
}

export interface CountKey {
  readonly scope: RunScope;
  readonly filter: RunFilter;
}

export interface TaskPage {
  readonly access: TaskAccess;
  /** Must not be shown before the facts allow it. */
  readonly page: RunPage;
}

/** The runs of a page in its order, with the relations that were read with them. */
export interface RunPage {
  readonly runs: readonly TaskRunRecord[];
  /** What they were read for. */
  readonly fieldGroups: FieldGroups;
  /** Whether the list continues beyond the page in the direction of reading. */
  readonly hasMore: boolean;
  readonly relations: Relations;
}

// limit | Inside | bytes of the JSON of a page in a shared statement | MiB | read by itself
const batchedForm: PageForm = { form: 'joined', maxBytes: 1024 * 1024 };
/**
 * Measured: many pages in one statement keep the gateway waiting, and then busy for long; fewer at a time, on more
 * connections than single runs have, keep both gateway and database busy.
 */
const batching = {
  // limit | Inside | pages in a shared statement | | a further statement
  maxBatchSize: 5,
  minBatchSize: 3,
  connectionShare: 0.75,
};

export function createListReader(statements: StatementRunner, scheduler: ReadScheduler): ListReader {
  const bindTaskPages = createTaskPageStatements();
  const bindProjectPage = createProjectPageStatements();
  const run = <Row extends object>({ statement, values }: BoundStatement, signal: StatementSignal) =>
    statements.run<Row>(statement, values, signal);
  const readBatched = scheduler.register<TaskPageKey, TaskPageRow>({
    lane: 'page',
    ...batching,
    maxBytes: batchedForm.maxBytes,
    batchKeyOf: batchKeyOfTaskPage,
    readMany: (keys, signal) => run(bindTaskPages(keys, batchedForm), signal),
  });
  const readAdjacentRuns = scheduler.register<TaskPageKey, TaskPageRow>({
    lane: 'page',
    maxBatchSize: limits.pageSize.value,
    connectionShare: batching.connectionShare,
    batchKeyOf: batchKeyOfTaskPage,
    readMany: (keys, signal) => run(bindTaskPages(keys, batchedForm), signal),
  });
  const registerLone = (options: Partial<ReadKind<BoundStatement, readonly object[]>>) => {
    const read = scheduler.register<BoundStatement, readonly object[]>({
      lane: 'page',
      maxBatchSize: 1,
      connectionShare: batching.connectionShare,
      ...options,
      readMany: async ([bound], signal) => [await run(bound!, signal)],
    });
    return async <Row>(bound: BoundStatement, budget: RequestBudget) =>
      (await readOne(read, bound, budget)) as readonly Row[];
  };
  /** For a page, with JSON for which no room was acquired. */
  const readPage = registerLone({ maxBytes: maxUnsharedBytes });
  const runSingle = registerLone({});
  const readContexts = scheduler.register<ContextsKey, readonly RunContextRow[]>({
    lane: 'aggregate',
    maxBatchSize: 1,
    readMany: async ([key], signal) => [await run(bindContexts(key!.scope, key!.contextIds), signal)],
  });
  const readCount = scheduler.register<CountKey, number>({
    lane: 'aggregate',
    maxBatchSize: 1,
    readMany: async ([key], signal) => {
      const parameters = createSqlParameters();
      const { scope, filter } = key!;
      const index = requiresScan(filter)
        ? await chooseCandidateIndex(scope, filter, (bound) => run(bound, signal))
        : 'list';
      const text = `SELECT count(*)::integer AS count FROM ${visibleRuns(scope, filter, { index, parameters }, 'run.id')}`;
      // Planned for its values, as statistics are: a plan for any tasks may read the whole table.
      const statement = { name: 'task_run_count', text, planName: null };
      const [row] = await run<{ count: number }>({ statement, values: parameters.values }, signal);
      return [row!.count];
    },
  });

  return {
    async readTaskPage(key, budget) {
      const readSingleRows = () =>
        readPage<TaskPageRow>(bindTaskPages([key], unsharedForm(budget, key.selection)), budget);
      const isBatched = isBatchable(key);
      let rows = isBatched ? [await readOne(readBatched, key, budget)] : await readSingleRows();
      // Large JSON takes long to look at, but no space.
      if (isBatched && rows[0]!.runs === null && !includesJson(key.selection)) rows = await readSingleRows();
      if (rows[0]!.runs !== null) {
        const read = toTaskPage(rows, key, budget.maxBytes);
        enforceByteBudget(budget, read.page.runs);
        return read;
      }
      const runByRunKey = { ...key, selection: withoutRelations(key.selection) };
      return budget.readSerially(
        budget.remainingBytes,
        async (maxBytes) => {
          const runRows = await runSingle<TaskPageRow>(
            bindTaskPages([runByRunKey], { form: 'single', maxBytes }),
            budget,
          );
          return toTaskPage(runRows, runByRunKey, budget.maxBytes);
        },
        ({ page }) => totalJsonBytes(page.runs),
      );
    },
    async readProjectPage(request, budget) {
      const { scope, filter } = request;
      const order = orderedValueOf(request.page.order) === null ? undefined : request.page.order;
      const index =
        order !== undefined || requiresScan(filter)
          ? await chooseCandidateIndex(scope, filter, (bound) => runSingle(bound, budget), order)
          : 'list';
      const key = { ...request, index };
      const rows = await readPage<RunsRow>(bindProjectPage(key, unsharedForm(budget, key.selection)), budget);
      if (rows.length > 0) {
        const page = toPage(rows, key.scope.path, key, budget.maxBytes);
        enforceByteBudget(budget, page.runs);
        return page;
      }
      const runByRunKey = { ...key, selection: withoutRelations(key.selection) };
      return budget.readSerially(
        budget.remainingBytes,
        async (maxBytes) => {
          const runRows = await runSingle<RunsRow>(bindProjectPage(runByRunKey, { form: 'single', maxBytes }), budget);
          return toPage(runRows, key.scope.path, runByRunKey, budget.maxBytes);
        },
        ({ runs }) => totalJsonBytes(runs),
      );
    },
    async readAdjacentRuns(keys, budget) {
      const rows = await readAdjacentRuns(keys, budget);
      return rows.map((row, index) => (row instanceof Error ? row : toTaskPage([row], keys[index]!, budget.maxBytes)));
    },
    countRuns: (key, budget) => readOne(readCount, key, budget),
    readContexts: (key, budget) => readOne(readContexts, key, budget),
  };
}

interface ReadPage {
  readonly page: PageRequest;
  readonly selection: RunSelection;
}

function toTaskPage(rows: readonly TaskPageRow[], key: TaskPageKey, maxBytes: number): TaskPage {
  const { taskId, visibility, isProject, rank } = rows[0]!;
  return { access: { taskId, visibility, isProject, rank }, page: toPage(rows, key.path, key, maxBytes) };
}

/** @param rows with the runs from the end where reading begins, one more than the page holds if there is one */
function toPage(
  rows: readonly Pick<TaskPageRow, keyof RunsRow>[],
  path: ScopePath,
  { page: { size, isBackward }, selection }: ReadPage,
  maxBytes: number,
): RunPage {
  const read = rows.filter((row): row is RunsRow => row.runs !== null);
  const request = { path, selection, maxBytes };
  const runs = read.flatMap((row) => toRuns(row, () => request) as TaskRunRecord[]);
  const pageRuns = runs.slice(0, size);
  return {
    runs: isBackward ? pageRuns.reverse() : pageRuns,
    fieldGroups: selection.fieldGroups,
    hasMore: runs.length > size,
    // Runs read one by one have none.
    relations: read.length === 1 ? toRelations(read[0]!) : noRelations,
  };
}
