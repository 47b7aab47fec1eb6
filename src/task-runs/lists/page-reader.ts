// Reads pages of runs. Task pages with the same statement text share a statement. If no index decides a page's filter
// or provides its order, separate statements find its runs first.

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
import { runRequestIn } from '../visibility/visible-runs.js';
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

/** A way for task pages to share statements. */
interface Sharing {
  readonly maxBatchSize: number;
  readonly minBatchSize?: number;
  /** Maximum size of a page's JSON; omitted if the pages have none. */
  readonly maxBytes?: number;
  readonly batchKeyOf: (key: TaskPageKey) => string;
}

const sharings = {
  /**
   * Pages from all requests. In measurements, many pages per statement left the gateway waiting first and then busy for
   * a long time. Fewer pages, on more connections than for single runs, keep both gateway and database busy.
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
  /** Small pages that one request reads together, with any filter. */
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
  /** Pages with one run and no JSON. */
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

  /** Reads a task page with the runs that the subject sees, together with the facts that determine them. */
  async readTaskPage(key: TaskPageKey, budget: RequestBudget): Promise<TaskPage> {
    const [page] = await this.readTaskPages([key], budget);
    if (page instanceof Error) throw page;
    return page!;
  }

  /** Reads many pages. Similar small ones share a statement. Never rejects. */
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

  /** Reads the next or previous run for each of many runs, as a one-run page without JSON. Never rejects. */
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

  /** Continues scanning from the end of a page that is not full. */
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

  /**
   * Reads pages, then rereads those that lack an analyst's runs. Other callers do not wait for the second statement.
   */
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
   * Returns the page in a row, or reads it separately if it has no row or is too large for a batch.
   * @param batchedRow null if the page was not in a batch
   */
  async #completeTaskPage(key: TaskPageKey, batchedRow: TaskPageRow | null, budget: RequestBudget): Promise<TaskPage> {
    const { selection } = key;
    // If JSON is not selected, large JSON was only inspected and takes no memory.
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

  /** Finds a page's runs with separate statements, or returns null if the page statement finds them. */
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
    const request = runRequestIn(key.scope);
    return readWithinBudget(budget.bytes, {
      joined: rows.length > 0 ? toPage(rows, { ...key, ...request }, budget.bytes.maxBytes) : null,
      readLarge: async (maxBytes) => {
        const single = { ...key, selection: withoutRelations(key.selection) };
        const singleBound = bindProjectPage(single, { runs: 'single', maxBytes });
        const singleRows = await this.statements.read<ProjectPageRow>(singleBound, budget);
        return toPage(singleRows, { ...single, ...request }, budget.bytes.maxBytes);
      },
      runsOf: ({ runs }) => runs,
    });
  }
}

/** Returns the layout for a page with its own statement. */
function unsharedLayout({ remainingBytes }: ByteBudget, selection: RunSelection): PageLayout {
  return joinedLayout(selection, Math.min(maxUnsharedBytes, remainingBytes));
}

/** Whether the caller sees the usage of all of the task's runs but the page contains none of them. */
function lacksRunsOfAnalyst({ analystRuns }: TaskPageKey, page: TaskPage | Error): boolean {
  if (analystRuns !== undefined || page instanceof Error || page.access.visibility === null) return false;
  return decideRoleAccess(page.access.roles, page.access.visibility) === 'usage';
}
