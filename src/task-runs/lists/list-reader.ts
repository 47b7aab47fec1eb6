// Reads lists of runs. Pages of the same form share statements. A page with a filter or JSON Pointers has its own text
// and is read alone. Where no index finds its runs, they are found first, by a scan or in an order by a value.

import type { RequestBudget } from '../../admission/request-budget.js';
import type { StatementRunner, StatementSignal } from '../../database/connection/statement-runner.js';
import { createSqlParameters } from '../../database/sql-parameters.js';
import type { BoundStatement } from '../../database/statements.js';
import { limits } from '../../limits.js';
import type { ReadKind } from '../batching/pending-read.js';
import { readOne } from '../batching/read-one.js';
import type { ReadScheduler } from '../batching/read-scheduler.js';
import { type RunsRow, toRuns } from '../record/columnar-run.js';
import { FieldGroup, type FieldGroups, type RunSelection } from '../record/field-groups.js';
import { joinedForm, type PageForm, readWithinBudget, withoutRelations } from '../record/page-form.js';
import { includesJson } from '../record/projection.js';
import type { TaskRunRecord } from '../record/records.js';
import type { ScopePath } from '../record/run-path.js';
import { noRelations, type Relations, toRelations } from '../record/run-relations.js';
import { requiresScan } from '../scope/filter-parts.js';
import { forEachScope, readByForm, requestedTaskIds, scopeForm } from '../scope/requested-scopes.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { RunScope, TaskAccess } from '../scope/run-scope.js';
import { noTerms, openSearch, type Search, type SearchTerms, searchStateStatement } from '../scope/search-terms.js';
import { visibleRuns } from '../scope/visible-runs.js';
import { bindContexts, type RunContextRow } from './context-statement.js';
import { createCursorCodec, type RunPosition } from './cursor.js';
import { bindOrderedPage, type OrderedRow } from './order-statement.js';
import type { PageRequest } from './page-request.js';
import { createProjectPageStatements, type ProjectPageKey } from './project-page-statement.js';
import { orderedValueOf } from './run-order.js';
import { type ScanAllowance, type ScannedStep, scanRuns } from './scan-runs.js';
import { bindScanStep, type ScanRow, type ScanStep } from './scan-statement.js';
import {
  batchKeyOfFilteredPage,
  batchKeyOfTaskPage,
  createTaskPageStatements,
  isBatchable,
  type TaskPageKey,
  type TaskPageRow,
} from './task-page-statement.js';

export interface ListReader {
  /** Reads a page of a task with the runs that the subject sees there, and the facts that decide which these are. */
  readTaskPage(key: TaskPageKey, budget: RequestBudget): Promise<TaskPage>;
  /** Reads many pages. Small ones of a kind share a statement. Never rejects. */
  readTaskPages(keys: readonly TaskPageKey[], budget: RequestBudget): Promise<readonly (TaskPage | Error)[]>;
  readProjectPage(request: ProjectPageRequest, allowance: ScanAllowance, budget: RequestBudget): Promise<RunPage>;
  /** Reads the next or previous runs of many, each as a page of one run without JSON. Never rejects. */
  readAdjacentRuns(keys: readonly TaskPageKey[], budget: RequestBudget): Promise<readonly (TaskPage | Error)[]>;
  /** @throws GatewayError VALIDATION_FAILED for a search without its index */
  openSearch(scope: RunScope, filter: RunFilter, budget: RequestBudget): Promise<Search>;
  isSearchable(budget: RequestBudget): Promise<boolean>;
  countRuns(key: CountKey, budget: RequestBudget): Promise<number>;
  /**
   * Counts the lists of all objects in a list. Those that differ only in their scopes share a statement. Never rejects.
   */
  countAll(keys: readonly CountKey[], budget: RequestBudget): Promise<readonly (number | Error)[]>;
  countUpTo(key: BoundedCountKey, allowance: ScanAllowance, budget: RequestBudget): Promise<BoundedCount>;
  /** Like {@link countAll}, but with a filter that requires a scan, each list is counted separately. */
  countAllUpTo(
    keys: readonly BoundedCountKey[],
    allowance: ScanAllowance,
    budget: RequestBudget,
  ): Promise<readonly (BoundedCount | Error)[]>;
  readContexts(key: ContextsKey, budget: RequestBudget): Promise<readonly RunContextRow[]>;
}

export interface ContextsKey {
  readonly scope: RunScope;
  readonly contextIds: readonly string[];
}

export interface CountKey {
  readonly scope: RunScope;
  readonly filter: RunFilter;
  /** The search for runs of the filter in the search index. */
  readonly search: Search;
}

export interface BoundedCountKey extends CountKey {
  readonly max: number;
}

export interface ProjectPageRequest extends CountKey {
  readonly page: PageRequest;
  readonly selection: RunSelection;
}

export interface BoundedCount {
  readonly count: number;
  /** Whether all runs were counted. */
  readonly isExact: boolean;
}

export interface TaskPage {
  readonly access: TaskAccess;
  /** The page, which must not be returned unless the facts allow it. */
  readonly page: RunPage;
}

/** The runs of a page in its order, with the relations that were read with them. */
export interface RunPage {
  readonly runs: readonly TaskRunRecord[];
  /** The field groups that were read. */
  readonly fieldGroups: FieldGroups;
  /** Whether the list continues beyond the page in the direction of reading. */
  readonly hasMore: boolean;
  /** The last run that was tested, where the next page continues; null: it continues at the page's last run. */
  readonly scanEnd: RunPosition | null;
  readonly relations: Relations;
}

// limit | Inside | bytes of the JSON of a page in a shared statement | MiB | read by itself
const batchedForm: PageForm = { form: 'joined', maxBytes: 1024 * 1024 };
/**
 * Measured: with many pages in a statement, the gateway first waits and is then busy for long. Fewer pages, on more
 * connections than for single runs, keep both gateway and database busy.
 */
const batching = {
  // limit | Inside | pages in a shared statement | | a further statement
  maxBatchSize: 5,
  minBatchSize: 3,
  connectionShare: 0.75,
};

// limit | Inside | bytes of the JSON of a small page in a shared statement | KiB | read by itself
const smallForm: PageForm = { form: 'joined', maxBytes: 256 * 1024 };
// limit | Inside | runs of a small page | | counts as a large page
const maxSmallPageSize = 10;

// limit | Inside | bytes of the JSON of a page read as one text | MiB | read run by run
/** A small part of the memory for all requests. A larger page is read run by run, once there is room for it. */
const maxUnsharedBytes = 4 * 1024 * 1024;

/** Returns the form of a page that has its own statement. */
function unsharedForm({ remainingBytes }: RequestBudget, selection: RunSelection): PageForm {
  return joinedForm(selection, Math.min(maxUnsharedBytes, remainingBytes));
}

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
  const readSmall = scheduler.register<TaskPageKey, TaskPageRow>({
    lane: 'page',
    // limit | Inside | small pages of a request in a shared statement | | a further statement
    maxBatchSize: 50,
    connectionShare: batching.connectionShare,
    maxBytes: smallForm.maxBytes,
    batchKeyOf: batchKeyOfFilteredPage,
    readMany: (keys, signal) => run(bindTaskPages(keys, smallForm), signal),
  });
  const readAdjacentRuns = scheduler.register<TaskPageKey, TaskPageRow>({
    lane: 'page',
    maxBatchSize: limits.pageSize.value,
    connectionShare: batching.connectionShare,
    batchKeyOf: batchKeyOfTaskPage,
    readMany: (keys, signal) => run(bindTaskPages(keys, batchedForm), signal),
  });
  const registerStatement = (options: Partial<ReadKind<BoundStatement, readonly object[]>>) => {
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
  /** Runs the statement of a page whose JSON was not acquired before. */
  const runPageStatement = registerStatement({ maxBytes: maxUnsharedBytes });
  const runStatement = registerStatement({});
  const runAggregate = registerStatement({ lane: 'aggregate' });
  const readStep = scheduler.register<ScanStep, ScannedStep>({
    lane: 'aggregate',
    maxBatchSize: 1,
    async readMany([step], signal) {
      const startedAt = performance.now();
      const [row] = await run<ScanRow>(bindScanStep(step!), signal);
      return [{ row: row!, elapsedMs: performance.now() - startedAt }];
    },
  });

  interface FoundRuns {
    /** null: the statement of the page finds them. */
    readonly ids: readonly string[] | null;
    readonly hasMore: boolean;
    readonly scanEnd: RunPosition | null;
  }

  async function findRuns(
    request: ProjectPageRequest,
    allowance: ScanAllowance,
    budget: RequestBudget,
  ): Promise<FoundRuns> {
    const { page, filter } = request;
    const orderedValue = orderedValueOf(page.order);
    if (orderedValue !== null) {
      const rows = await runAggregate<OrderedRow>(bindOrderedPage(await withTerms(request), orderedValue), budget);
      const ids = rows.map(({ id }) => id);
      return { ids: ids.slice(0, page.size), hasMore: ids.length > page.size, scanEnd: null };
    }
    if (!requiresScan(filter)) return { ids: null, hasMore: false, scanEnd: null };
    const scan = { ...request, size: page.size, maxFound: page.size + 1, returnsRuns: true };
    const { found, ids, end } = await scanRuns(scan, allowance, (step) => readOne(readStep, step, budget));
    return { ids: ids.slice(0, page.size), hasMore: found > page.size || end !== null, scanEnd: end };
  }

  /**
   * Returns the page of a row, or reads it by itself where there is no row, or the page is too large for a batch.
   * @param batchedRow null: the page was in no batch
   */
  async function completeTaskPage(
    key: TaskPageKey,
    batchedRow: TaskPageRow | null,
    budget: RequestBudget,
  ): Promise<TaskPage> {
    const { selection } = key;
    // Without JSON in the selection, large JSON was only inspected and takes no memory.
    const isTooLarge = batchedRow?.runs === null && includesJson(selection);
    const rows = batchedRow?.runs
      ? [batchedRow]
      : isTooLarge
        ? []
        : await runPageStatement<TaskPageRow>(bindTaskPages([key], unsharedForm(budget, selection)), budget);
    return readWithinBudget(budget, {
      joined: rows[0]?.runs ? toTaskPage(rows, key, budget.maxBytes) : null,
      async readLarge(maxBytes) {
        const single = { ...key, selection: withoutRelations(selection) };
        const singleRows = await runStatement<TaskPageRow>(
          bindTaskPages([single], { form: 'single', maxBytes }),
          budget,
        );
        return toTaskPage(singleRows, single, budget.maxBytes);
      },
      runsOf: ({ page }) => page.runs,
    });
  }

  const readTaskPage = async (key: TaskPageKey, budget: RequestBudget) =>
    completeTaskPage(key, isBatchable(key) ? await readOne(readBatched, key, budget) : null, budget);

  const readCounts = async (bound: BoundStatement, budget: RequestBudget) =>
    (await runAggregate<{ count: number }>(bound, budget)).map(({ count }) => count);
  const countRuns = async (key: CountKey, budget: RequestBudget) => {
    const [count] = await readCounts(bindCount(await withTerms(key)), budget);
    return count!;
  };
  const countUpTo = async ({ max, ...key }: BoundedCountKey, allowance: ScanAllowance, budget: RequestBudget) => {
    const scan = { ...key, page: wholeList, size: max, maxFound: max + 1, returnsRuns: false };
    const { found, end } = await scanRuns(scan, allowance, (step) => readOne(readStep, step, budget));
    return toBoundedCount(found, max, end === null);
  };

  return {
    readTaskPage,
    async readTaskPages(keys, budget) {
      const small = keys.filter(({ page }) => page.size <= maxSmallPageSize);
      const smallRows = small.length > 1 ? await readSmall(small, budget) : [];
      const rowByKey = new Map(smallRows.map((row, index) => [small[index]!, row]));
      const readPageOf = async (key: TaskPageKey) => {
        const row = rowByKey.get(key);
        if (row instanceof Error) return row;
        return row === undefined ? readTaskPage(key, budget) : completeTaskPage(key, row, budget);
      };
      return Promise.all(keys.map((key) => readPageOf(key).catch((error: Error) => error)));
    },
    async readProjectPage(request, allowance, budget) {
      const { ids, ...found } = await findRuns(request, allowance, budget);
      if (ids?.length === 0) return { ...noRuns, ...found };
      const key: ProjectPageKey = { ...request, ids };
      const rows = await runPageStatement<RunsRow>(bindProjectPage(key, unsharedForm(budget, key.selection)), budget);
      const { path } = key.scope;
      const page = await readWithinBudget(budget, {
        joined: rows.length > 0 ? toPage(rows, path, key, budget.maxBytes) : null,
        async readLarge(maxBytes) {
          const single = { ...key, selection: withoutRelations(key.selection) };
          const singleRows = await runStatement<RunsRow>(bindProjectPage(single, { form: 'single', maxBytes }), budget);
          return toPage(singleRows, path, single, budget.maxBytes);
        },
        runsOf: ({ runs }) => runs,
      });
      return ids === null ? page : { ...page, ...found };
    },
    async readAdjacentRuns(keys, budget) {
      const rows = await readAdjacentRuns(keys, budget);
      return rows.map((row, index) => (row instanceof Error ? row : toTaskPage([row], keys[index]!, budget.maxBytes)));
    },
    openSearch: (scope, filter, budget) => openSearch(scope, filter, (bound) => runStatement(bound, budget)),
    async isSearchable(budget) {
      const bound = { statement: searchStateStatement, values: [] };
      const [row] = await runStatement<{ isSearchable: boolean }>(bound, budget);
      return row!.isSearchable;
    },
    countRuns,
    countAll: (keys, budget) =>
      readByForm(
        keys,
        countForm,
        (key) => countRuns(key, budget),
        (keys) => readCounts(bindCounts(keys), budget),
      ),
    countUpTo,
    countAllUpTo: (keys, allowance, budget) =>
      readByForm(
        keys,
        (key) => countForm(key) && `${key.max} ${countForm(key)}`,
        (key) => countUpTo(key, allowance, budget),
        async (keys) => {
          const { max } = keys[0]!;
          return (await readCounts(bindCounts(keys, max), budget)).map((count) => toBoundedCount(count, max, true));
        },
      ),
    readContexts: ({ scope, contextIds }, budget) => runAggregate(bindContexts(scope, contextIds), budget),
  };
}

function toBoundedCount(found: number, max: number, isWhole: boolean): BoundedCount {
  return { count: Math.min(found, max), isExact: found <= max && isWhole };
}

/** null: counted by statements of its own. */
function countForm({ scope, filter }: CountKey): string | null {
  return requiresScan(filter) ? null : `${scopeForm(scope, filter)} ${JSON.stringify(filter)}`;
}

/** Counts the runs of a scope. */
function bindCount({ scope, filter, terms }: CountKey & WithTerms): BoundStatement {
  const parameters = createSqlParameters();
  const text = `SELECT count(*)::integer AS count FROM ${visibleRuns(scope, filter, { terms, parameters }, 'run.id')}`;
  // Planned for its values, like statistics: a generic plan may read the whole table.
  return { statement: { name: 'task_run_count', text, planName: null }, values: parameters.values };
}

/** Counts the runs of several scopes of one form: all of them, or one more than a maximum. */
function bindCounts(keys: readonly CountKey[], max?: number): BoundStatement {
  const parameters = createSqlParameters();
  const { scope, filter } = keys[0]!;
  const options = { terms: noTerms, parameters, taskIds: requestedTaskIds };
  const runs = `SELECT FROM ${visibleRuns(scope, filter, options, 'run.id')}`;
  const limit = max === undefined ? '' : ` LIMIT ${parameters.add(max + 1, 'integer')}`;
  const text = `SELECT count(*)::integer AS count FROM (${runs}${limit}) AS run`;
  const scopes = keys.map((key) => key.scope);
  const statement = { name: 'task_run_count', text: forEachScope(scopes, text, parameters), planName: null };
  return { statement, values: parameters.values };
}

interface WithTerms {
  readonly terms: SearchTerms;
}

/** Adds the index terms for a statement that reads all runs of a list. */
async function withTerms<Key extends CountKey>(key: Key): Promise<Key & WithTerms> {
  return { ...key, terms: await key.search.termsUpTo(limits.searchedAggregateRuns.value) };
}

export const noRuns: RunPage = {
  ...{ runs: [], fieldGroups: FieldGroup.none, hasMore: false, scanEnd: null, relations: noRelations },
};
/** The range of a count. */
const wholeList: PageRequest = {
  ...{ size: 0, isBackward: false, order: 'CREATED_DESC', after: null, before: null },
  cursors: createCursorCodec(null),
};

interface ReadPage {
  readonly page: PageRequest;
  readonly selection: RunSelection;
}

function toTaskPage(rows: readonly TaskPageRow[], key: TaskPageKey, maxBytes: number): TaskPage {
  const { taskId, visibility, isProject, rank } = rows[0]!;
  return { access: { taskId, visibility, isProject, rank }, page: toPage(rows, key.path, key, maxBytes) };
}

/** @param rows with the runs in the order of reading, one more than the page holds if there is one */
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
    scanEnd: null,
    // Runs that were read one by one have no relations yet.
    relations: read.length === 1 ? toRelations(read[0]!) : noRelations,
  };
}
