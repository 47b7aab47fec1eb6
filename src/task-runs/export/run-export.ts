// Exports all runs that match a filter, task by task in the order of their changes, up to the changes settled when the
// export begins. A run that changes in the meantime moves beyond that point and is included in the next export, which
// continues there. The next export begins with the deletions since then, so a run that was deleted and inserted again
// has its version after its deletion.

import { setImmediate } from 'node:timers/promises';
import type { RequestBudget } from '../../admission/request-budget.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { declareLimit } from '../../limits.js';
import type { MemoryHolding } from '../../memory/memory-holding.js';
import { type ChangePosition, firstXidAfter } from '../changes/change-cursor.js';
import type { ChangePage, ChangeReader, ReadingOptions, RunDeletion } from '../changes/change-reader.js';
import type { DecidedScope } from '../changes/change-scope.js';
import { FieldGroup, type RunSelection } from '../columns/field-groups.js';
import { totalJsonBytes } from '../columns/page-layout.js';
import type { StoredFile, TaskRunRecord } from '../columns/records.js';
import type { RunFilter } from '../visibility/run-filter.js';
import { advance, deletionsStart, type ExportPosition, exportStart, nextStage, nextTasks } from './export-position.js';

export interface ExportedPage {
  readonly runs: readonly TaskRunRecord[];
  readonly deletions: readonly RunDeletion[];
  readonly filesByRun: ReadonlyMap<string, readonly StoredFile[]>;
  /** The position after the page. */
  readonly position: ExportPosition;
  /** Whether it is the last page of a part. Its memory is released once the part has been sent. */
  readonly endsPart?: boolean;
  /** Must be called once the page has been written and only the client has to be waited for. */
  startSending(): void;
}

type ReadPage = Omit<ExportedPage, 'startSending'> & Pick<ChangePage, 'isCut'>;

export interface ExportSource {
  readonly reader: Pick<ChangeReader, 'readPage'>;
  readonly readFiles: (
    runIds: readonly string[],
    budget: RequestBudget,
  ) => Promise<readonly (readonly StoredFile[] | Error)[]>;
  /** Decides again on each call. @throws GatewayError if the caller may not, or may no longer, see the path */
  readonly readScope: (budget: RequestBudget) => Promise<DecidedScope>;
  /** Opens the budget for a page. */
  readonly openBudget: () => RequestBudget;
  /** The memory for the export's pages. */
  readonly pages: MemoryHolding;
  /** Limits of a part, or omitted if the consumer keeps no pages. */
  readonly part?: PartLimits | undefined;
  /** Maximum number of runs per page. */
  readonly maxPageRuns: number;
  readonly filter: RunFilter;
  readonly selection: RunSelection;
}

export interface ExportRange {
  /** The epoch in which positions are comparable. */
  readonly epoch: string;
  /** The position after which changes are read, or null to start at the first change of each task. */
  readonly after: ChangePosition | null;
  /** Start of the client's walk, from the cursor of `after`. */
  readonly snapshotFloor: string | null;
  /** End of the export. */
  readonly until: ChangePosition;
  /** End of an earlier part of the same export. */
  readonly from?: ExportPosition;
  /** Maximum number of runs. */
  readonly limit?: number;
}

interface PageRead {
  readonly budget: RequestBudget;
  /** Fulfilled once the page's statement has been sent or turns out not to be needed. */
  readonly sent: Promise<void>;
  /** The page, or null if all runs have been read. */
  readonly page: Promise<ReadPage | null>;
}

interface PageRequest {
  readonly position: ExportPosition;
  /** Maximum number of runs on the page. */
  readonly size: number;
  /**
   * Maximum number of JSON bytes on the page, which ends before a larger run. If undefined, such a run gets a separate
   * page.
   */
  readonly maxBytes?: number | undefined;
}

/** Limit for a run's JSON, which has to fit into one string. */
export const maxRunBytes = declareLimit(256 * 1024 * 1024, {
  section: 'Database and files',
  name: 'bytes of JSON per run in an export',
  unit: 'bytes',
  shownAs: 'MiB',
  beyond: 'the value is null',
});

/** Options for exports. A client that does not read holds at most two pages: the one being sent and the next one. */
export const exportReading: ReadingOptions = {
  lane: 'bulk',
  maxBatchSize: 1,
  maxPageBytes: declareLimit(1024 * 1024, {
    section: 'Database and files',
    name: 'bytes of JSON per page of an export',
    unit: 'bytes',
    shownAs: 'MiB',
    beyond: 'a larger run is a separate page',
  }),
  acquiresPages: true,
};
/**
 * Memory per byte of JSON: in the statement, in a cell, in the export's text (where CSV doubles quotes), and in the
 * bytes sent.
 */
export const exportWeight = 6;

/** Limits of an export part, such as a row group, which the consumer keeps until it is complete. */
export interface PartLimits {
  readonly maxRows: number;
  readonly maxJsonBytes: number;
}

/** Approximate size of a row in a part, without its JSON. */
const rowBytes = 512;

/**
 * Yields pages, each read with separate statements, one page ahead of the one in use.
 * @throws GatewayError that ends the export
 */
export function readExport(
  source: ExportSource,
  range: ExportRange,
  signal: AbortSignal,
): AsyncGenerator<ExportedPage> {
  return source.part === undefined ? readPages(source, range, signal) : readParts(source, source.part, range, signal);
}

async function* readPages(source: ExportSource, range: ExportRange, signal: AbortSignal): AsyncGenerator<ExportedPage> {
  const { pages } = source;
  const startSending = () => pages.startSending();
  let remaining = range.limit ?? Number.POSITIVE_INFINITY;
  const budgets = openBudgets(source, signal);
  const read = (position: ExportPosition): PageRead =>
    startRead(source, range, { position, size: Math.min(source.maxPageRuns, remaining) }, budgets.open());
  try {
    let current: PageRead | undefined = read(startOf(range));
    while (current !== undefined) {
      const page: ReadPage | null = await current.page;
      signal.throwIfAborted();
      if (page === null) return;
      remaining -= page.runs.length;
      const { budget }: PageRead = current;
      // Prefetches only if there is room, since the next page is not awaited yet and must not delay others.
      const canPrefetch: boolean =
        remaining > 0 && budget.cost.isBalancePositive && pages.hasRoomFor(exportReading.maxPageBytes);
      const prefetched: PageRead | undefined = canPrefetch ? read(page.position) : undefined;
      // Writing the page keeps this process busy. Without this wait, the database would be idle meanwhile.
      await prefetched?.sent;
      if (page.runs.length > 0 || page.deletions.length > 0) yield { ...page, startSending };
      pages.stopSending();
      budgets.end(budget);
      if (prefetched === undefined) await budget.cost.untilBalancePositive(signal);
      current = prefetched ?? (remaining > 0 ? read(page.position) : undefined);
    }
  } finally {
    budgets.endAll();
    pages.close();
  }
}

/**
 * Yields the pages of parts. Memory for a whole part is acquired before its first page is read, and released once the
 * part has been sent. Otherwise, exports that keep pages while waiting for memory would wait for each other forever.
 * The end of a part depends only on the runs: it includes as many as its limits allow. A run with more JSON becomes a
 * separate part.
 */
async function* readParts(
  source: ExportSource,
  { maxRows, maxJsonBytes }: PartLimits,
  range: ExportRange,
  signal: AbortSignal,
): AsyncGenerator<ExportedPage> {
  const { pages } = source;
  const budgets = openBudgets(source, signal);
  const startSending = () => pages.startSending();
  let position = startOf(range);
  let isLargeNext = false;
  try {
    for (;;) {
      const budget = budgets.open();
      // Memory for a large run is acquired once its size is known.
      if (!isLargeNext) await budget.bytes.reserve(maxJsonBytes + maxRows * rowBytes);
      let rows: number = isLargeNext ? 1 : maxRows;
      let maxBytes: number | undefined = isLargeNext ? undefined : maxJsonBytes;
      let isEmpty = true;
      const read = (): PageRead => {
        budget.deadline.extend(0);
        return startRead(source, range, { position, size: Math.min(source.maxPageRuns, rows), maxBytes }, budget);
      };
      let current: PageRead | undefined = read();
      while (current !== undefined) {
        const page: ReadPage | null = await current.page;
        signal.throwIfAborted();
        if (page === null) {
          if (!isEmpty) yield { ...noRuns, position, endsPart: true, startSending };
          return;
        }
        const pageRows = page.runs.length + page.deletions.length;
        position = page.position;
        rows -= pageRows;
        if (maxBytes !== undefined) maxBytes -= totalJsonBytes(page.runs);
        isEmpty &&= pageRows === 0;
        const endsPart: boolean = page.isCut || rows === 0;
        isLargeNext = page.isCut && isEmpty;
        current = endsPart ? undefined : read();
        await current?.sent;
        if (isEmpty) continue;
        yield { ...page, endsPart, startSending };
        pages.stopSending();
      }
      budgets.end(budget);
      await budget.cost.untilBalancePositive(signal);
    }
  } finally {
    budgets.endAll();
    pages.close();
  }
}

function startOf({ from, after }: ExportRange): ExportPosition {
  return from ?? (after === null ? exportStart : deletionsStart);
}

/** Opens budgets, and abandons the open ones when the signal is aborted. */
function openBudgets({ openBudget }: ExportSource, signal: AbortSignal) {
  const opened = new Set<RequestBudget>();
  const abandon = () => {
    for (const budget of opened) budget.deadline.abandon();
  };
  signal.addEventListener('abort', abandon);
  return {
    open() {
      const budget = openBudget();
      opened.add(budget);
      return budget;
    },
    end(budget: RequestBudget) {
      opened.delete(budget);
      budget.end();
    },
    endAll() {
      signal.removeEventListener('abort', abandon);
      abandon();
      for (const budget of opened) budget.end();
    },
  };
}

function startRead(source: ExportSource, range: ExportRange, request: PageRequest, budget: RequestBudget): PageRead {
  const scope = source.readScope(budget);
  const page = scope.then((decided) => readPage(source, range, decided, request, budget));
  // Rejections are handled by the code that awaits the page.
  page.catch(() => {});
  // The driver sends at the end of this event-loop iteration.
  const sent = scope.then(
    () => setImmediate(),
    () => {},
  );
  return { budget, sent, page };
}

const noRuns = { runs: [], deletions: [], filesByRun: new Map() };

async function readPage(
  { reader, readFiles, filter, selection }: ExportSource,
  { epoch, after, snapshotFloor, until }: ExportRange,
  decided: DecidedScope,
  { position, size, maxBytes }: PageRequest,
  budget: RequestBudget,
): Promise<ReadPage | null> {
  if (decided.epoch !== epoch) throw new GatewayError('CURSOR_EXPIRED');
  const part = nextPart(decided, position);
  if (part === null) {
    if (position.stage === undefined) return null;
    return { ...noRuns, position: nextStage(position), isCut: false };
  }
  const { scope, deletedTasks, lastTask } = part;
  const key = {
    scope,
    deletedTasks,
    moveScope: decided.moveScope,
    kinds: position.stage === undefined ? ('runs' as const) : ('deletions' as const),
    filter,
    selection,
    after: position.lastRun ?? after,
    snapshotFloor,
    until: firstXidAfter(until),
    size,
    ...(maxBytes !== undefined && { maxBytes, stopsBeforeLarge: true }),
  };
  const page = await reader.readPage(key, budget);
  if (page.isCut && page.changes.length === 0) return { ...noRuns, position, isCut: true };
  if (!page.hasMore) assertSettled(page.end, until);
  const lastRun = page.hasMore ? page.end : null;
  return {
    runs: page.runs,
    deletions: page.changes.flatMap(({ deleted }) => deleted ?? []),
    filesByRun: await filesOf(page),
    isCut: page.isCut,
    position: lastTask === null && lastRun === null ? nextStage(position) : advance(position, lastTask, lastRun),
  };

  async function filesOf({ runs, fieldGroups, relations }: ChangePage) {
    if (runs.length === 0) return new Map();
    // A large run that was read separately has no files yet.
    if (fieldGroups & FieldGroup.files || !(selection.fieldGroups & FieldGroup.files)) return relations.filesByRun;
    const files = await readFiles(
      runs.map(({ id }) => id),
      budget,
    );
    return new Map(
      runs.map(({ id }, index) => {
        const runFiles = files[index]!;
        if (runFiles instanceof Error) throw runFiles;
        return [id, runFiles];
      }),
    );
  }
}

/** Returns the part to read next, or null if the stage is complete. */
function nextPart({ scope, deletedTasks }: DecidedScope, position: ExportPosition) {
  if (position.stage === 'deletions of deleted tasks') {
    if (deletedTasks.length === 0) return null;
    return { scope: { ...scope, allRunsTaskIds: [], ownRunsTaskIds: [] }, deletedTasks, lastTask: null };
  }
  const tasks = nextTasks(scope, position);
  return tasks && { ...tasks, deletedTasks: [] };
}

/** Rejects a page from a standby that lacks changes that were settled when the export began. */
function assertSettled(settledPosition: ChangePosition, until: ChangePosition): void {
  if (BigInt(settledPosition.xid) < BigInt(until.xid)) throw new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 });
}
