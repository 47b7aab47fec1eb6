// A caller's run lists, created for each request: pages and counts of exactly the runs that the caller can read
// individually.

import DataLoader from 'dataloader';
import type { RequestBudget } from '../../admission/request-budget.js';
import { orNot, validationFailed } from '../../errors/validation.js';
import { formatCount } from '../../format-count.js';
import { limits } from '../../limits.js';
import { lazy, lazyByName } from '../../scheduling/lazy.js';
import { mergeDuplicates } from '../../scheduling/merge-duplicates.js';
import { FieldGroup, mergeSelections, type RunSelection } from '../columns/field-groups.js';
import type { ScopeKind } from '../columns/payload.js';
import type { TaskRunRecord } from '../columns/records.js';
import { isTaskPath, type ScopePath, type TaskPath } from '../columns/run-path.js';
import { hasNewKinds } from '../failures/new-kinds.js';
import type { TaskRunService } from '../task-runs.service.js';
import { requiresScan } from '../visibility/filter-parts.js';
import {
  filterAsWritten,
  noFilter,
  parseRunFilter,
  type RunFilter,
  type RunFilterInput,
  scopeKindOf,
} from '../visibility/run-filter.js';
import {
  assertScopeAllowed,
  type CallerScope,
  decideChargedScope,
  parseScopePath,
  type ScopeInput,
} from '../visibility/run-scope.js';
import { noSearch } from '../visibility/search-terms.js';
import { countList } from './count-list.js';
import type { BoundedCount, BoundedCountKey } from './count-reader.js';
import type { CountKey } from './count-statement.js';
import { type CursorCodec, type RunPosition, timeOfCursor } from './cursor.js';
import type { ListReaders } from './list-readers.js';
import { type PageInput, type PageRequest, parsePageRequest, requestedSize } from './page-request.js';
import { orderedValueOf } from './run-order.js';
import { noRuns, type RunPage, type TaskPage } from './run-page.js';
import { ScanAllowance } from './scan-runs.js';
import type { TaskPageKey } from './task-page-statement.js';

const maxCount = limits.countUpTo.value;

/** List arguments without the task or project, as sent by clients. */
export interface RunPageInput extends PageInput {
  readonly filter?: RunFilterInput | null;
  /** `payload` limits the list to runs whose payload the caller sees, because it returns their payload. */
  readonly scopeKind?: ScopeKind;
}

/** List arguments, as sent by clients. */
export interface RunListInput extends ScopeInput, RunPageInput {}

/** The fields selected in a list. */
export interface RunListSelection {
  /** The selection on the runs, or null if the runs themselves are not selected. */
  readonly selection: RunSelection | null;
  /** Number of selected fields per run, for nested lists; omitted without other lists. */
  readonly fieldsPerRun?: number;
  readonly count: boolean;
}

export interface RunList {
  readonly runAccess: CallerScope['runAccess'];
  readonly runs: readonly TaskRunRecord[];
  /** Number of runs in the list, or undefined if not selected. */
  readonly count: Promise<number> | undefined;
  /** Counts the list's runs up to a maximum, or until the request's scans end. */
  countUpTo(max: number): Promise<BoundedCount>;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  /** Positions for the page's cursors, or null if the page is empty. */
  readonly start: RunPosition | null;
  readonly end: RunPosition | null;
  /** The last run tested if the page is not full, or null if the page is full or the list ends. */
  readonly scannedTo: RunPosition | null;
  readonly cursors: CursorCodec;
}

type ReadTaskPage = (key: TaskPageKey) => Promise<TaskPage>;

interface ListKey extends RunListSelection {
  /** Whether it is one of the lists that belong to the objects in another list. */
  readonly isGrouped: boolean;
  readonly path: ScopePath;
  readonly filter: RunFilter;
  readonly scopeKind: ScopeKind;
  readonly page: PageRequest;
}

interface Counts {
  countRuns(key: CountKey): Promise<number>;
  countUpTo(key: BoundedCountKey): Promise<BoundedCount>;
}

export class RunListService {
  readonly #allowance: ScanAllowance;
  readonly #lists = lazy(() => new DataLoader((keys: readonly ListKey[]) => this.#readLists(keys), { cache: false }));
  readonly #counts = lazy(() => this.#createCounts());
  readonly #groupedCounts = lazy(() => this.#createGroupedCounts());
  readonly #openSearch = lazy(() =>
    lazyByName(countKey, ({ scope, filter }: Omit<CountKey, 'search'>) =>
      this.readers.scans.openSearch(scope, filter, this.budget),
    ),
  );

  /** @param maxScannedRuns maximum number of runs that the request's scans test; defaults to the limit per operation */
  constructor(
    private readonly readers: ListReaders,
    private readonly taskRuns: TaskRunService,
    private readonly budget: RequestBudget,
    maxScannedRuns?: number,
  ) {
    this.#allowance = new ScanAllowance(budget.deadline, maxScannedRuns);
  }

  /** Whether the database has a search index for words. */
  canSearch(): Promise<boolean> {
    return this.readers.scans.isSearchable(this.budget);
  }

  /** @throws GatewayError for the path as for a run; VALIDATION_FAILED for filter and page, before anything is read. */
  async list(input: RunListInput, selection: RunListSelection): Promise<RunList> {
    const path = parseScopePath(input);
    return this.prepareList(input, selection)(path);
  }

  /**
   * Prepares a list before its path is known.
   * @param groupName name shared by the lists of all objects in a list, which count as one
   * @throws GatewayError VALIDATION_FAILED for filter and page
   */
  prepareList(
    input: RunPageInput,
    selection: RunListSelection,
    groupName?: string,
  ): (path: ScopePath) => Promise<RunList> {
    const { budget } = this;
    const time = timeOfCursor(input.after ?? input.before ?? '') ?? budget.deadline.requestTime;
    const { modelPointer } = this.taskRuns;
    const filter = parseRunFilter(input.filter, time, modelPointer);
    const scopeKind = scopeKindOf(filter, input.scopeKind);
    const cursorFilter = filterAsWritten(filter, input.filter, modelPointer);
    const size = requestedSize(input);
    const runs = { size: selection.selection === null ? 0 : size, argument: input.last == null ? 'first' : 'last' };
    countList(budget.counts, groupName === undefined ? undefined : { name: groupName, page: runs });
    budget.counts.count(limits.listFields, size * (selection.fieldsPerRun ?? 0));
    budget.counts.count(limits.pointers, size * (selection.selection?.pointers.length ?? 0));
    return async (path) => {
      const page = parsePageRequest(input, path, cursorFilter, cursorFilter === filter ? undefined : time);
      const isGrouped = groupName !== undefined;
      const list = await this.#lists().load({ path, filter, scopeKind, page, isGrouped, ...selection });
      this.taskRuns.audit?.addList(filter, list.runs, selection.selection);
      return list;
    };
  }

  async #readLists(keys: readonly ListKey[]): Promise<readonly (RunList | Error)[]> {
    const merged = mergeDuplicates(keys, listKey, mergeKeys);
    const readSinglePage: ReadTaskPage = (key) => this.readers.pages.readTaskPage(key, this.budget);
    const readPage = merged.keys.length > 1 ? this.#openTaskPages() : readSinglePage;
    return merged.expand(await Promise.all(merged.keys.map((key) => this.#readList(key, readPage).catch(toError))));
  }

  async #readList(key: ListKey, readPage: ReadTaskPage): Promise<RunList> {
    const { path, page, selection, scopeKind } = key;
    const isOrderedByValue = orderedValueOf(page.order) !== null;
    const isTaskPage = selection && !isOrderedByValue && !requiresScan(key.filter);
    const taskPage =
      isTaskPage && isTaskPath(path) ? await this.#readPageWithScope(key, path, selection, readPage) : null;
    const scope = taskPage?.scope ?? (await this.taskRuns.scopeOf(path, scopeKind));
    const filter = hasNewKinds(key.filter) ? await this.taskRuns.resolveFilter(scope, key.filter) : key.filter;
    const search = requiresScan(filter) ? await this.#openSearch()({ scope, filter }) : noSearch;
    const listed = { scope, filter, search };
    const counts = key.isGrouped ? this.#groupedCounts : this.#counts;
    const count = key.count ? counts().countRuns(listed) : undefined;
    // The promise may reject before it is awaited.
    count?.catch(() => {});
    const found = selection ? await this.#readPage(listed, page, selection, taskPage?.page) : noRuns;
    const { runs, hasMore, scanEnd } = found;
    const [start = null, end = null] = [runs[0], runs.at(-1)];
    return {
      runAccess: scope.runAccess,
      runs,
      count,
      countUpTo: async (max) => {
        assertCountable(max);
        return counts().countUpTo({ ...listed, max });
      },
      // A page that starts at a cursor has at least one predecessor, the cursor's own run.
      hasNext: page.isBackward ? page.before !== null : hasMore,
      hasPrevious: page.isBackward ? hasMore : page.after !== null,
      start: page.isBackward ? (scanEnd ?? start) : start,
      end: page.isBackward ? end : (scanEnd ?? end),
      scannedTo: runs.length < page.size ? scanEnd : null,
      cursors: page.cursors,
    };
  }

  /** Reads the facts and the page with one statement. The facts decide whether the page is returned. */
  async #readPageWithScope(
    { filter, scopeKind, page }: ListKey,
    path: TaskPath,
    selection: RunSelection,
    readPage: ReadTaskPage,
  ) {
    const { caller } = this.taskRuns;
    assertScopeAllowed(caller, path);
    const { subject, userId } = caller;
    const maxTested = filter === noFilter ? 0 : this.#allowance.takeForPage(page.size);
    const read = await readPage({
      ...{ path, subject, userId, filter, page, selection, maxTested },
      ...(scopeKind === 'payload' && { analystRuns: 'own' }),
    });
    if (read.page.scanEnd === null) this.#allowance.giveBack(maxTested);
    return { scope: decideChargedScope(this.budget.cost, caller, path, [read.access], scopeKind), page: read.page };
  }

  /** Opens a loader for pages requested in the same tick. */
  #openTaskPages(): ReadTaskPage {
    const readMany = (keys: readonly TaskPageKey[]) => this.readers.pages.readTaskPages(keys, this.budget);
    const pages = new DataLoader(readMany, { cache: false });
    return (key) => pages.load(key);
  }

  /** @param first the part of the page that one statement has already read, if any */
  async #readPage(listed: CountKey, page: PageRequest, selection: RunSelection, first?: RunPage): Promise<RunPage> {
    // Cursors include the value that orders the runs.
    const orderGroups = orderedValueOf(page.order) === null ? FieldGroup.none : FieldGroup.details;
    const orderedSelection = { ...selection, fieldGroups: selection.fieldGroups | orderGroups };
    const request = { ...listed, page, selection: orderedSelection };
    const read = first
      ? this.readers.pages.continuePage(request, first, this.#allowance, this.budget)
      : this.readers.pages.readProjectPage(request, this.#allowance, this.budget);
    return this.#primeRelations(await read);
  }

  #primeRelations(page: RunPage): RunPage {
    this.taskRuns.relations.primePage(page.runs, page.fieldGroups, page.relations);
    return page;
  }

  #createCounts(): Counts {
    const { budget, readers } = this;
    const reader = readers.counts;
    return {
      countRuns: lazyByName(countKey, (key: CountKey) => reader.countRuns(key, budget)),
      countUpTo: lazyByName(boundedCountKey, (key) => reader.countUpTo(key, this.#allowance, budget)),
    };
  }

  /** Creates the counts for lists that belong to the objects in a list. */
  #createGroupedCounts(): Counts {
    const { budget, readers } = this;
    const reader = readers.counts;
    const readExact = (keys: readonly CountKey[]) => reader.countAll(keys, budget);
    const readBounded = (keys: readonly BoundedCountKey[]) => reader.countAllUpTo(keys, this.#allowance, budget);
    const exact = new DataLoader(readExact, { cache: false });
    const bounded = new DataLoader(readBounded, { cache: false });
    return {
      countRuns: lazyByName(countKey, (key: CountKey) => exact.load(key)),
      countUpTo: lazyByName(boundedCountKey, (key) => bounded.load(key)),
    };
  }
}

function assertCountable(max: number): void {
  if (max < 1 || max > maxCount) {
    throw validationFailed(['max'], `must be between 1 and ${formatCount(maxCount)}${orNot(max)}`);
  }
}

function countKey({ scope, filter }: Omit<CountKey, 'search'>): string {
  return JSON.stringify([scope.path, filter]);
}

function boundedCountKey(key: BoundedCountKey): string {
  return `${key.max} ${countKey(key)}`;
}

function listKey({ path, filter, page: { cursors: _, ...page } }: ListKey): string {
  return JSON.stringify([path, filter, page]);
}

function mergeKeys(one: ListKey, other: ListKey): ListKey {
  const selection =
    one.selection && other.selection
      ? mergeSelections(one.selection, other.selection)
      : (one.selection ?? other.selection);
  return { ...one, selection, count: one.count || other.count, isGrouped: one.isGrouped || other.isGrouped };
}

/** An unreadable list does not affect the others in its operation. */
function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('reading a list failed', { cause: error });
}
