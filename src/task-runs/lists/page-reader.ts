// Reads pages of runs. Pages of tasks with equal texts share statements. A page whose filter no index decides has its runs
// found first, by a scan or in an order by a value.

import { decideRoleAccess } from '../../access/policy.js';
import type { ByteBudget } from '../../admission/byte-budget.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import { declareLimit, limits } from '../../limits.js';
import { type BatchRead, readSingle } from '../../scheduling/read-scheduler.js';
import { registerStatement, type ScheduledStatements } from '../../scheduling/register-statement.js';
import type { RunSelection } from '../columns/field-groups.js';
import { joinedLayout, type PageLayout, readWithinBudget, withoutRelations } from '../columns/page-layout.js';
import { includesJson } from '../columns/projection.js';
import { requiresScan } from '../visibility/filter-parts.js';
import { noFilter } from '../visibility/run-filter.js';
import { withheldIn } from '../visibility/visible-runs.js';
import { type CountKey, withTerms } from './count-statement.js';
import type { RunPosition } from './cursor.js';
import { connectionShare, type ListStatements, maxUnsharedBytes } from './list-statements.js';
import { bindOrderedPage, type OrderedRow } from './order-statement.js';
import { type PageRequest, pageBeyond } from './page-request.js';
import { bindProjectPage, type ProjectPageKey, type ProjectPageRow } from './project-page-statement.js';
import { orderedValueOf } from './run-order.js';
import { joinParts, noRuns, type RunPage, type TaskPage, toPage, toTaskPage } from './run-page.js';
import type { ScanReader } from './scan-reader.js';
import type { ScanAllowance } from './scan-runs.js';
import {
  batchKeyOfFilteredPage,
  batchKeyOfTaskPage,
  bindTaskPages,
  isBatchable,
  type TaskPageKey,
  type TaskPageRow,
} from './task-page-statement.js';

export interface ProjectPageRequest extends CountKey {
  readonly page: PageRequest;
  readonly selection: RunSelection;
}

/** A way to share the statements of pages of tasks. */
interface Sharing {
  readonly maxBatchSize: number;
  readonly minBatchSize?: number;
  /** The most JSON of a page; omitted: the pages have none. */
  readonly maxBytes?: number;
  readonly batchKeyOf: (key: TaskPageKey) => string;
}

const sharings = {
  /**
   * Pages of all requests. Measured: with many pages in a statement, the gateway first waits and is then busy for long. Fewer
   * pages, on more connections than for single runs, keep both gateway and database busy.
   */
  amongRequests: {
    maxBatchSize: declareLimit(5, {
      section: 'Inside',
      name: 'pages in a shared statement',
      beyond: 'another statement',
    }),
    minBatchSize: 3,
    maxBytes: declareLimit(1024 * 1024, {
      section: 'Inside',
      name: 'bytes of JSON per page in a shared statement',
      unit: 'bytes',
      shownAs: 'MiB',
      beyond: 'read separately',
    }),
    batchKeyOf: batchKeyOfTaskPage,
  },
  /** Small pages that a request reads at once, with any filter. */
  small: {
    maxBatchSize: declareLimit(50, {
      section: 'Inside',
      name: 'small pages of a request in a shared statement',
      beyond: 'another statement',
    }),
    maxBytes: declareLimit(256 * 1024, {
      section: 'Inside',
      name: 'bytes of JSON per small page in a shared statement',
      unit: 'bytes',
      shownAs: 'KiB',
      beyond: 'read separately',
    }),
    batchKeyOf: batchKeyOfFilteredPage,
  },
  /** Pages of one run, without JSON. */
  adjacent: { maxBatchSize: limits.pageSize.value, batchKeyOf: batchKeyOfTaskPage },
} satisfies Readonly<Record<string, Sharing>>;

const maxSmallPageSize = declareLimit(10, {
  section: 'Inside',
  name: 'runs on a small page',
  beyond: 'counts as a large page',
});

interface FoundRuns {
  readonly ids: readonly string[];
  readonly hasMore: boolean;
  readonly scanEnd: RunPosition | null;
}

type TaskPageRead = BatchRead<TaskPageKey, TaskPageRow>;

export class PageReader {
  readonly #readShared: Readonly<Record<keyof typeof sharings, TaskPageRead>>;

  constructor(
    scheduled: ScheduledStatements,
    private readonly statements: ListStatements,
    private readonly scans: ScanReader,
  ) {
    const register = (name: string, { maxBytes, ...sharing }: Sharing): TaskPageRead =>
      registerStatement(scheduled, name, {
        lane: 'page',
        connectionShare,
        ...(maxBytes !== undefined && { maxBytes }),
        ...sharing,
        bind: (keys) => bindTaskPages(keys, { runs: 'joined', maxBytes: maxBytes ?? Number.MAX_SAFE_INTEGER }),
        toResults: (rows: TaskPageRow[]) => rows,
      });
    this.#readShared = {
      amongRequests: register('task pages', sharings.amongRequests),
      small: register('small task pages', sharings.small),
      adjacent: register('adjacent runs', sharings.adjacent),
    };
  }

  /** Reads a page of a task with the runs that the subject sees there, and the facts that decide which these are. */
  async readTaskPage(key: TaskPageKey, budget: RequestBudget): Promise<TaskPage> {
    const [page] = await this.readTaskPages([key], budget);
    if (page instanceof Error) throw page;
    return page!;
  }

  /** Reads many pages. Small ones of a kind share a statement. Never rejects. */
  readTaskPages(keys: readonly TaskPageKey[], budget: RequestBudget): Promise<readonly (TaskPage | Error)[]> {
    return this.#withRunsOfAnalyst(keys, async (keys) => {
      const small = keys.filter(({ page }) => page.size <= maxSmallPageSize);
      const smallRows = small.length > 1 ? await this.#readShared.small(small, budget) : [];
      const rowByKey = new Map(smallRows.map((row, index) => [small[index]!, row]));
      const readPageOf = async (key: TaskPageKey) => {
        const row =
          rowByKey.get(key) ??
          (isBatchable(key) ? await readSingle(this.#readShared.amongRequests, key, budget) : null);
        if (row instanceof Error) return row;
        return this.#completeTaskPage(key, row, budget);
      };
      return Promise.all(keys.map((key) => readPageOf(key).catch((error: Error) => error)));
    });
  }

  /** Reads the next or previous runs of many, each as a page of one run without JSON. Never rejects. */
  readAdjacentRuns(keys: readonly TaskPageKey[], budget: RequestBudget): Promise<readonly (TaskPage | Error)[]> {
    return this.#withRunsOfAnalyst(keys, async (keys) => {
      const rows = await this.#readShared.adjacent(keys, budget);
      return rows.map((row, index) =>
        row instanceof Error ? row : toTaskPage([row], keys[index]!, budget.bytes.maxBytes),
      );
    });
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
    const { found, ids, end } = await this.scans.scan({ ...scan, returnsRuns: true }, allowance, budget);
    const continued = { hasMore: found > missing || end !== null, scanEnd: end };
    if (ids.length === 0) return { ...first, ...continued };
    const rest = await this.#readFoundRuns(request, { ids: ids.slice(0, missing), ...continued }, budget);
    return { ...(page.isBackward ? joinParts(rest, first) : joinParts(first, rest)), ...continued };
  }

  /** Reads pages, and those again that lack the runs of an analyst. Other callers do not wait for a further statement. */
  async #withRunsOfAnalyst(
    keys: readonly TaskPageKey[],
    read: (keys: readonly TaskPageKey[]) => Promise<readonly (TaskPage | Error)[]>,
  ): Promise<readonly (TaskPage | Error)[]> {
    const pages = await read(keys);
    const indexes = [...pages.keys()].filter((index) => lacksRunsOfAnalyst(keys[index]!, pages[index]!));
    if (indexes.length === 0) return pages;
    const reread = await read(indexes.map((index) => ({ ...keys[index]!, analystRuns: 'all' as const })));
    const pageAt = new Map(indexes.map((index, at) => [index, reread[at]!]));
    return pages.map((page, index) => pageAt.get(index) ?? page);
  }

  /**
   * Returns the page of a row, or reads it separately where there is no row, or the page is too large for a batch.
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
        : await this.statements.readPage<TaskPageRow>(
            bindTaskPages([key], unsharedLayout(budget.bytes, selection)),
            budget,
          );
    return readWithinBudget(budget.bytes, {
      joined: rows[0]?.runs ? toTaskPage(rows, key, budget.bytes.maxBytes) : null,
      readLarge: async (maxBytes) => {
        const single = { ...key, selection: withoutRelations(selection) };
        const bound = bindTaskPages([single], { runs: 'single', maxBytes });
        return toTaskPage(await this.statements.read<TaskPageRow>(bound, budget), single, budget.bytes.maxBytes);
      },
      runsOf: ({ page }) => page.runs,
    });
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
      const rows = await this.statements.aggregate<OrderedRow>(bound, budget);
      const ids = rows.map(({ id }) => id);
      return { ids: ids.slice(0, page.size), hasMore: ids.length > page.size, scanEnd: null };
    }
    if (!requiresScan(filter)) return null;
    const scan = { ...request, size: page.size, maxFound: page.size + 1, returnsRuns: true };
    const { found, ids, end } = await this.scans.scan(scan, allowance, budget);
    return { ids: ids.slice(0, page.size), hasMore: found > page.size || end !== null, scanEnd: end };
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
    const bound = bindProjectPage(key, unsharedLayout(budget.bytes, key.selection));
    const rows = await this.statements.readPage<ProjectPageRow>(bound, budget);
    const { path } = key.scope;
    const withheld = withheldIn(key.scope);
    return readWithinBudget(budget.bytes, {
      joined: rows.length > 0 ? toPage(rows, path, { ...key, ...withheld }, budget.bytes.maxBytes) : null,
      readLarge: async (maxBytes) => {
        const single = { ...key, selection: withoutRelations(key.selection) };
        const singleBound = bindProjectPage(single, { runs: 'single', maxBytes });
        const singleRows = await this.statements.read<ProjectPageRow>(singleBound, budget);
        return toPage(singleRows, path, { ...single, ...withheld }, budget.bytes.maxBytes);
      },
      runsOf: ({ runs }) => runs,
    });
  }
}

/** Returns the layout of a page that has its own statement. */
function unsharedLayout({ remainingBytes }: ByteBudget, selection: RunSelection): PageLayout {
  return joinedLayout(selection, Math.min(maxUnsharedBytes, remainingBytes));
}

/** Whether the caller sees the usage of all runs of the task, and the page has none of them. */
function lacksRunsOfAnalyst({ analystRuns }: TaskPageKey, page: TaskPage | Error): boolean {
  if (analystRuns !== undefined || page instanceof Error || page.access.visibility === null) return false;
  return decideRoleAccess(page.access.roles, page.access.visibility) === 'usage';
}
