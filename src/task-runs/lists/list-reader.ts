// Reads lists of runs. Pages with the same batch key share statements. A page with a filter or JSON Pointers has its own text
// and is read alone. Where no index finds its runs, they are found first, by a scan or in an order by a value.

import { decideRoleAccess, explainForbidden } from '../../access/policy.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import type { StatementRunner, StatementSignal } from '../../database/connection/statement-runner.js';
import type { BoundStatement } from '../../database/statements.js';
import { limits } from '../../limits.js';
import type { ReadType } from '../batching/pending-read.js';
import { type BatchRead, type ReadScheduler, readOne } from '../batching/read-scheduler.js';
import { type RunRequest, type RunsRow, toRuns } from '../record/columnar-run.js';
import { FieldGroup, type FieldGroups, type RunSelection } from '../record/field-groups.js';
import { joinedLayout, type PageLayout, readWithinBudget, withoutRelations } from '../record/page-layout.js';
import { includesJson } from '../record/projection.js';
import type { TaskRunRecord } from '../record/records.js';
import type { ScopePath } from '../record/run-path.js';
import { noRelations, type Relations, toRelations } from '../record/run-relations.js';
import { requiresScan } from '../scope/filter-parts.js';
import { readByBatchKey } from '../scope/requested-scopes.js';
import { noFilter, type RunFilter } from '../scope/run-filter.js';
import type { RunScope, TaskAccess } from '../scope/run-scope.js';
import { bindSearchState, openSearch, type Search } from '../scope/search-terms.js';
import { withheldIn } from '../scope/visible-runs.js';
import { bindContexts, type RunContextRow } from './context-statement.js';
import { batchKeyOfCount, bindCount, bindCounts, type CountKey, withTerms } from './count-statement.js';
import { createCursorCodec, type RunPosition } from './cursor.js';
import { bindOrderedPage, type OrderedRow } from './order-statement.js';
import { type ScanEndRow, scanEndOf } from './page-query.js';
import { type PageRequest, pageBeyond } from './page-request.js';
import { bindProjectPage, type ProjectPageKey, type ProjectPageRow } from './project-page-statement.js';
import { orderedValueOf } from './run-order.js';
import { type Scan, type ScanAllowance, type ScannedStep, type ScanRequest, scanRuns } from './scan-runs.js';
import { bindScanStep, type ScanRow, type ScanStep } from './scan-statement.js';
import {
  batchKeyOfFilteredPage,
  batchKeyOfTaskPage,
  bindTaskPages,
  isBatchable,
  type TaskPageKey,
  type TaskPageRow,
} from './task-page-statement.js';

export interface ContextsKey {
  readonly scope: RunScope;
  readonly contextIds: readonly string[];
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
const batchedLayout: PageLayout = { runs: 'joined', maxBytes: 1024 * 1024 };
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
const smallLayout: PageLayout = { runs: 'joined', maxBytes: 256 * 1024 };
// limit | Inside | runs of a small page | | counts as a large page
const maxSmallPageSize = 10;

// limit | Inside | bytes of the JSON of a page read as one text | MiB | read run by run
/** A small part of the memory for all requests. A larger page is read run by run, once there is room for it. */
const maxUnsharedBytes = 4 * 1024 * 1024;

/** Returns the layout of a page that has its own statement. */
function unsharedLayout({ remainingBytes }: RequestBudget, selection: RunSelection): PageLayout {
  return joinedLayout(selection, Math.min(maxUnsharedBytes, remainingBytes));
}

interface FoundRuns {
  readonly ids: readonly string[];
  readonly hasMore: boolean;
  readonly scanEnd: RunPosition | null;
}

type StatementRead = BatchRead<BoundStatement, readonly object[]>;

export class ListReader {
  readonly #readBatched: BatchRead<TaskPageKey, TaskPageRow>;
  readonly #readSmall: BatchRead<TaskPageKey, TaskPageRow>;
  readonly #readAdjacent: BatchRead<TaskPageKey, TaskPageRow>;
  readonly #readPageStatement: StatementRead;
  readonly #readStatement: StatementRead;
  readonly #readAggregate: StatementRead;
  readonly #readStep: BatchRead<ScanStep, ScannedStep>;

  constructor(
    private readonly statements: StatementRunner,
    scheduler: ReadScheduler,
  ) {
    this.#readBatched = scheduler.register('task pages', {
      lane: 'page',
      ...batching,
      maxBytes: batchedLayout.maxBytes,
      batchKeyOf: batchKeyOfTaskPage,
      readMany: (keys, signal) => this.#run(bindTaskPages(keys, batchedLayout), signal),
    });
    this.#readSmall = scheduler.register('small task pages', {
      lane: 'page',
      // limit | Inside | small pages of a request in a shared statement | | a further statement
      maxBatchSize: 50,
      connectionShare: batching.connectionShare,
      maxBytes: smallLayout.maxBytes,
      batchKeyOf: batchKeyOfFilteredPage,
      readMany: (keys, signal) => this.#run(bindTaskPages(keys, smallLayout), signal),
    });
    this.#readAdjacent = scheduler.register('adjacent runs', {
      lane: 'page',
      maxBatchSize: limits.pageSize.value,
      connectionShare: batching.connectionShare,
      batchKeyOf: batchKeyOfTaskPage,
      readMany: (keys, signal) => this.#run(bindTaskPages(keys, batchedLayout), signal),
    });
    // The statement of a page whose JSON was not acquired before.
    this.#readPageStatement = this.#registerStatement(scheduler, 'single page', { maxBytes: maxUnsharedBytes });
    this.#readStatement = this.#registerStatement(scheduler, 'list statement', {});
    this.#readAggregate = this.#registerStatement(scheduler, 'aggregate', { lane: 'aggregate' });
    this.#readStep = scheduler.register<ScanStep, ScannedStep>('scan', {
      lane: 'aggregate',
      maxBatchSize: 1,
      readMany: async ([step], signal) => [await this.#runStep(step!, signal)],
    });
  }

  /** Reads a page of a task with the runs that the subject sees there, and the facts that decide which these are. */
  async readTaskPage(key: TaskPageKey, budget: RequestBudget): Promise<TaskPage> {
    const page = await this.#readSinglePage(key, budget);
    return lacksRunsOfAnalyst(key, page) ? this.#readSinglePage({ ...key, analystRuns: 'all' }, budget) : page;
  }

  async #readSinglePage(key: TaskPageKey, budget: RequestBudget): Promise<TaskPage> {
    return this.#completeTaskPage(key, isBatchable(key) ? await readOne(this.#readBatched, key, budget) : null, budget);
  }

  /** Reads many pages. Small ones of a kind share a statement. Never rejects. */
  async readTaskPages(keys: readonly TaskPageKey[], budget: RequestBudget): Promise<readonly (TaskPage | Error)[]> {
    return this.#rereadForAnalyst(keys, await this.#readTaskPages(keys, budget), (analystKeys) =>
      this.#readTaskPages(analystKeys, budget),
    );
  }

  async #readTaskPages(keys: readonly TaskPageKey[], budget: RequestBudget): Promise<readonly (TaskPage | Error)[]> {
    const small = keys.filter(({ page }) => page.size <= maxSmallPageSize);
    const smallRows = small.length > 1 ? await this.#readSmall(small, budget) : [];
    const rowByKey = new Map(smallRows.map((row, index) => [small[index]!, row]));
    const readPageOf = async (key: TaskPageKey) => {
      const row = rowByKey.get(key);
      if (row instanceof Error) return row;
      return row === undefined ? this.#readSinglePage(key, budget) : this.#completeTaskPage(key, row, budget);
    };
    return Promise.all(keys.map((key) => readPageOf(key).catch((error: Error) => error)));
  }

  async readProjectPage(
    request: ProjectPageRequest,
    allowance: ScanAllowance,
    budget: RequestBudget,
  ): Promise<RunPage> {
    const found = await this.#findRuns(request, allowance, budget);
    if (found !== null) return this.#readFoundRuns(request, found, budget);
    const { page, filter } = request;
    const maxTested = filter === noFilter ? 0 : allowance.takeForPage(page.size);
    const first = await this.#readProjectPage({ ...request, ids: null, maxTested }, budget);
    if (first.scanEnd === null) allowance.giveBack(maxTested);
    return this.continuePage(request, first, allowance, budget);
  }

  /** Scans on from the end of a page that is not full. */
  async continuePage(
    request: ProjectPageRequest,
    first: RunPage,
    allowance: ScanAllowance,
    budget: RequestBudget,
  ): Promise<RunPage> {
    const { scanEnd, runs } = first;
    const { page } = request;
    const missing = page.size - runs.length;
    if (scanEnd === null || missing === 0 || allowance.isSpent) return first;
    const scan = { ...request, page: pageBeyond(page, scanEnd), size: missing, maxFound: missing + 1 };
    const { found, ids, end } = await this.#scan({ ...scan, returnsRuns: true }, allowance, budget);
    const continued = { hasMore: found > missing || end !== null, scanEnd: end };
    if (ids.length === 0) return { ...first, ...continued };
    const rest = await this.#readFoundRuns(request, { ids: ids.slice(0, missing), ...continued }, budget);
    return { ...(page.isBackward ? joinParts(rest, first) : joinParts(first, rest)), ...continued };
  }

  async #readFoundRuns(
    request: ProjectPageRequest,
    { ids, ...found }: FoundRuns,
    budget: RequestBudget,
  ): Promise<RunPage> {
    if (ids.length === 0) return { ...noRuns, ...found };
    return { ...(await this.#readProjectPage({ ...request, ids, maxTested: 0 }, budget)), ...found };
  }

  async #readProjectPage(key: ProjectPageKey, budget: RequestBudget): Promise<RunPage> {
    const bound = bindProjectPage(key, unsharedLayout(budget, key.selection));
    const rows = await this.#runPageStatement<ProjectPageRow>(bound, budget);
    const { path } = key.scope;
    const withheld = withheldIn(key.scope);
    return readWithinBudget(budget, {
      joined: rows.length > 0 ? toPage(rows, path, { ...key, ...withheld }, budget.maxBytes) : null,
      readLarge: async (maxBytes) => {
        const single = { ...key, selection: withoutRelations(key.selection) };
        const singleBound = bindProjectPage(single, { runs: 'single', maxBytes });
        const singleRows = await this.#runStatement<ProjectPageRow>(singleBound, budget);
        return toPage(singleRows, path, { ...single, ...withheld }, budget.maxBytes);
      },
      runsOf: ({ runs }) => runs,
    });
  }

  /** Reads the next or previous runs of many, each as a page of one run without JSON. Never rejects. */
  async readAdjacentRuns(keys: readonly TaskPageKey[], budget: RequestBudget): Promise<readonly (TaskPage | Error)[]> {
    const read = async (keys: readonly TaskPageKey[]) => {
      const rows = await this.#readAdjacent(keys, budget);
      return rows.map((row, index) => (row instanceof Error ? row : toTaskPage([row], keys[index]!, budget.maxBytes)));
    };
    return this.#rereadForAnalyst(keys, await read(keys), read);
  }

  /** Replaces pages that lack the runs of an analyst. Other callers do not wait for a further statement. */
  async #rereadForAnalyst(
    keys: readonly TaskPageKey[],
    pages: readonly (TaskPage | Error)[],
    read: (keys: readonly TaskPageKey[]) => Promise<readonly (TaskPage | Error)[]>,
  ): Promise<readonly (TaskPage | Error)[]> {
    const indexes = [...pages.keys()].filter((index) => lacksRunsOfAnalyst(keys[index]!, pages[index]!));
    if (indexes.length === 0) return pages;
    const reread = await read(indexes.map((index) => ({ ...keys[index]!, analystRuns: 'all' as const })));
    const pageAt = new Map(indexes.map((index, at) => [index, reread[at]!]));
    return pages.map((page, index) => pageAt.get(index) ?? page);
  }

  /** @throws GatewayError VALIDATION_FAILED for a search without its index */
  openSearch(scope: RunScope, filter: RunFilter, budget: RequestBudget): Promise<Search> {
    return openSearch(scope, filter, (bound) => this.#runStatement(bound, budget));
  }

  async isSearchable(budget: RequestBudget): Promise<boolean> {
    const [row] = await this.#runStatement<{ isSearchable: boolean }>(bindSearchState(), budget);
    return row!.isSearchable;
  }

  async countRuns(key: CountKey, budget: RequestBudget): Promise<number> {
    const [count] = await this.#readCounts(bindCount(await withTerms(key)), budget);
    return count!;
  }

  /**
   * Counts the lists of all objects in a list. Those that differ only in their scopes share a statement. Never rejects.
   */
  countAll(keys: readonly CountKey[], budget: RequestBudget): Promise<readonly (number | Error)[]> {
    return readByBatchKey(
      keys,
      batchKeyOfCount,
      (key) => this.countRuns(key, budget),
      (batch) => this.#readCounts(bindCounts(batch), budget),
    );
  }

  async countUpTo(
    { max, ...key }: BoundedCountKey,
    allowance: ScanAllowance,
    budget: RequestBudget,
  ): Promise<BoundedCount> {
    const scan = { ...key, page: wholeList, size: max, maxFound: max + 1, returnsRuns: false };
    const { found, end } = await this.#scan(scan, allowance, budget);
    return toBoundedCount(found, max, end === null);
  }

  /** Like {@link countAll}, but with a filter that requires a scan, each list is counted separately. */
  countAllUpTo(
    keys: readonly BoundedCountKey[],
    allowance: ScanAllowance,
    budget: RequestBudget,
  ): Promise<readonly (BoundedCount | Error)[]> {
    return readByBatchKey(
      keys,
      (key) => batchKeyOfCount(key) && `${key.max} ${batchKeyOfCount(key)}`,
      (key) => this.countUpTo(key, allowance, budget),
      async (batch) => {
        const { max } = batch[0]!;
        const counts = await this.#readCounts(bindCounts(batch, max), budget);
        return counts.map((count) => toBoundedCount(count, max, true));
      },
    );
  }

  readContexts({ scope, contextIds }: ContextsKey, budget: RequestBudget): Promise<readonly RunContextRow[]> {
    return this.#runAggregate(bindContexts(scope, contextIds), budget);
  }

  /** Finds the runs of a page by other statements than its own; null: its own one finds them. */
  async #findRuns(
    request: ProjectPageRequest,
    allowance: ScanAllowance,
    budget: RequestBudget,
  ): Promise<FoundRuns | null> {
    const { page, filter } = request;
    const orderedValue = orderedValueOf(page.order);
    if (orderedValue !== null) {
      const bound = bindOrderedPage(await withTerms(request), orderedValue);
      const rows = await this.#runAggregate<OrderedRow>(bound, budget);
      const ids = rows.map(({ id }) => id);
      return { ids: ids.slice(0, page.size), hasMore: ids.length > page.size, scanEnd: null };
    }
    if (!requiresScan(filter)) return null;
    const scan = { ...request, size: page.size, maxFound: page.size + 1, returnsRuns: true };
    const { found, ids, end } = await this.#scan(scan, allowance, budget);
    return { ids: ids.slice(0, page.size), hasMore: found > page.size || end !== null, scanEnd: end };
  }

  /**
   * Returns the page of a row, or reads it by itself where there is no row, or the page is too large for a batch.
   * @param batchedRow null: the page was in no batch
   */
  async #completeTaskPage(key: TaskPageKey, batchedRow: TaskPageRow | null, budget: RequestBudget): Promise<TaskPage> {
    const { selection } = key;
    // Without JSON in the selection, large JSON was only inspected and takes no memory.
    const isTooLarge = batchedRow?.runs === null && includesJson(selection);
    const rows = batchedRow?.runs
      ? [batchedRow]
      : isTooLarge
        ? []
        : await this.#runPageStatement<TaskPageRow>(bindTaskPages([key], unsharedLayout(budget, selection)), budget);
    return readWithinBudget(budget, {
      joined: rows[0]?.runs ? toTaskPage(rows, key, budget.maxBytes) : null,
      readLarge: async (maxBytes) => {
        const single = { ...key, selection: withoutRelations(selection) };
        const bound = bindTaskPages([single], { runs: 'single', maxBytes });
        return toTaskPage(await this.#runStatement<TaskPageRow>(bound, budget), single, budget.maxBytes);
      },
      runsOf: ({ page }) => page.runs,
    });
  }

  #scan(request: ScanRequest, allowance: ScanAllowance, budget: RequestBudget): Promise<Scan> {
    return scanRuns(request, allowance, (step) => readOne(this.#readStep, step, budget));
  }

  async #readCounts(bound: BoundStatement, budget: RequestBudget): Promise<number[]> {
    return (await this.#runAggregate<{ count: number }>(bound, budget)).map(({ count }) => count);
  }

  async #runPageStatement<Row>(bound: BoundStatement, budget: RequestBudget): Promise<readonly Row[]> {
    return (await readOne(this.#readPageStatement, bound, budget)) as readonly Row[];
  }

  async #runStatement<Row>(bound: BoundStatement, budget: RequestBudget): Promise<readonly Row[]> {
    return (await readOne(this.#readStatement, bound, budget)) as readonly Row[];
  }

  async #runAggregate<Row>(bound: BoundStatement, budget: RequestBudget): Promise<readonly Row[]> {
    return (await readOne(this.#readAggregate, bound, budget)) as readonly Row[];
  }

  #registerStatement(
    scheduler: ReadScheduler,
    name: string,
    options: Partial<ReadType<BoundStatement, readonly object[]>>,
  ): StatementRead {
    return scheduler.register<BoundStatement, readonly object[]>(name, {
      lane: 'page',
      maxBatchSize: 1,
      connectionShare: batching.connectionShare,
      ...options,
      readMany: async ([bound], signal) => [await this.#run(bound!, signal)],
    });
  }

  #run<Row extends object>({ statement, values }: BoundStatement, signal: StatementSignal): Promise<Row[]> {
    return this.statements.run<Row>(statement, values, signal);
  }

  async #runStep(step: ScanStep, signal: StatementSignal): Promise<ScannedStep> {
    const startedAt = performance.now();
    const [row] = await this.#run<ScanRow>(bindScanStep(step), signal);
    return { row: row!, elapsedMs: performance.now() - startedAt };
  }
}

/** Whether the caller sees the usage of all runs of the task, and the page has none of them. */
function lacksRunsOfAnalyst({ analystRuns }: TaskPageKey, page: TaskPage | Error): boolean {
  if (analystRuns !== undefined || page instanceof Error || page.access.visibility === null) return false;
  return decideRoleAccess(page.access.roles, page.access.visibility) === 'usage';
}

function toBoundedCount(found: number, max: number, isWhole: boolean): BoundedCount {
  return { count: Math.min(found, max), isExact: found <= max && isWhole };
}

export const noRuns: RunPage = {
  runs: [],
  fieldGroups: FieldGroup.none,
  hasMore: false,
  scanEnd: null,
  relations: noRelations,
};
/** The range of a count. */
const wholeList: PageRequest = {
  size: 0,
  isBackward: false,
  order: 'CREATED_DESC',
  after: null,
  before: null,
  cursors: createCursorCodec(null),
};

/** Joins two parts of a page in its order. */
function joinParts(one: RunPage, other: RunPage): Pick<RunPage, 'runs' | 'fieldGroups' | 'relations'> {
  const [ofOne, ofOther] = [one.relations, other.relations];
  return {
    runs: [...one.runs, ...other.runs],
    // A part that was read run by run has no relations.
    fieldGroups: one.fieldGroups & other.fieldGroups,
    relations: {
      groupById: new Map([...ofOne.groupById, ...ofOther.groupById]),
      filesByRun: new Map([...ofOne.filesByRun, ...ofOther.filesByRun]),
    },
  };
}

interface ReadPage extends Pick<RunRequest, 'withheldOf'> {
  readonly page: PageRequest;
  readonly selection: RunSelection;
}

function toTaskPage(rows: readonly TaskPageRow[], key: TaskPageKey, maxBytes: number): TaskPage {
  const { taskId, visibility, isProject, roles } = rows[0]!;
  const access = { taskId, visibility, isProject, roles };
  const missing = key.analystRuns === 'all' ? explainForbidden(access) : null;
  const withheld = missing && { withheldOf: () => ({ missing }) };
  return { access, page: toPage(rows, key.path, { ...key, ...withheld }, maxBytes) };
}

/** @param rows with the runs in the order of reading, one more than the page holds if there is one */
function toPage(
  rows: readonly Pick<TaskPageRow, keyof RunsRow | keyof ScanEndRow>[],
  path: ScopePath,
  { page: { size, isBackward }, selection, withheldOf }: ReadPage,
  maxBytes: number,
): RunPage {
  const read = rows.filter((row): row is RunsRow => row.runs !== null);
  const request = { path, selection, maxBytes, ...(withheldOf && { withheldOf }) };
  const runs = read.flatMap((row) => toRuns(row, () => request) as TaskRunRecord[]);
  const pageRuns = runs.slice(0, size);
  const scanEnd = runs.length > size ? null : scanEndOf(rows[0]);
  return {
    runs: isBackward ? pageRuns.reverse() : pageRuns,
    fieldGroups: selection.fieldGroups,
    hasMore: runs.length > size || scanEnd !== null,
    scanEnd,
    // Runs that were read one by one have no relations yet.
    relations: read.length === 1 ? toRelations(read[0]!) : noRelations,
  };
}
