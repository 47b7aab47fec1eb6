// Exports all runs that match a filter, task by task in the order of their changes, up to the changes that are settled
// when the export begins. A run that changes meanwhile moves after that, and is in the next export, which continues
// there. The next export begins with the deletions since: a run that was deleted and inserted again has its version after
// them.

import { setImmediate } from 'node:timers/promises';
import type { RequestBudget } from '../../admission/request-budget.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { MemoryHolding } from '../../memory/memory-holding.js';
import { type ChangePosition, firstXidAfter } from '../changes/change-cursor.js';
import type { ChangePage, ChangeReader, ReadingOptions, RunDeletion } from '../changes/change-reader.js';
import type { DecidedScope } from '../changes/change-scope.js';
import { FieldGroup, type RunSelection } from '../record/field-groups.js';
import type { StoredFile, TaskRunRecord } from '../record/records.js';
import type { RunFilter } from '../scope/run-filter.js';
import { advance, deletionsStart, type ExportPosition, exportStart, nextStage, nextTasks } from './export-position.js';

export interface ExportedPage {
  readonly runs: readonly TaskRunRecord[];
  readonly deletions: readonly RunDeletion[];
  readonly filesByRun: ReadonlyMap<string, readonly StoredFile[]>;
  /** The position after the page. */
  readonly position: ExportPosition;
}

export interface ExportSource {
  readonly reader: ChangeReader;
  readonly readFiles: (
    runIds: readonly string[],
    budget: RequestBudget,
  ) => Promise<readonly (readonly StoredFile[] | Error)[]>;
  /** Decides again at each call. @throws GatewayError when the caller may not see the path, or not any more */
  readonly readScope: (budget: RequestBudget) => Promise<DecidedScope>;
  /** Opens the budget of a page. */
  readonly openBudget: () => RequestBudget;
  /** The memory of the export's pages. */
  readonly pages: MemoryHolding;
  readonly filter: RunFilter;
  readonly selection: RunSelection;
}

export interface ExportRange {
  /** The epoch in which positions are comparable. */
  readonly epoch: string;
  /** null: from the first change of each task. */
  readonly after: ChangePosition | null;
  /** The end of the export. */
  readonly until: ChangePosition;
  /** The end of an earlier part of the same export. */
  readonly from?: ExportPosition;
  /** The most runs. */
  readonly limit?: number;
}

interface PageRead {
  readonly budget: RequestBudget;
  /** Fulfilled once the statement of the page is sent, or is known not to be needed. */
  readonly sent: Promise<void>;
  /** null: all runs are read. */
  readonly page: Promise<ExportedPage | null>;
}

interface PageRequest {
  readonly decided: DecidedScope;
  readonly position: ExportPosition;
  /** The most runs of the page. */
  readonly size: number;
}

// limit | Database and files | runs on a page of an export | | read as further pages
const maxPageRuns = 500;
// limit | Database and files | bytes of JSON of a run in an export | MiB | the value is null
/** The limit for a run's JSON, which has to fit into one text. */
export const maxRunBytes = 256 * 1024 * 1024;

/** Options for exports. A client that does not read holds at most two pages: one that is being sent, and the next. */
export const exportReading: ReadingOptions = {
  lane: 'bulk',
  maxBatchSize: 1,
  // limit | Database and files | bytes of JSON on a page of an export | MiB | a larger run comes alone
  maxPageBytes: 1024 * 1024,
  acquiresPages: true,
};
/**
 * Memory per byte of JSON: in the statement, in a cell, in the export's text, which doubles quotes in CSV, and in the
 * bytes sent.
 */
export const exportWeight = 6;

/**
 * Yields pages, each read by separate statements, one page ahead of the one in use.
 * @throws GatewayError that ends the export
 */
export async function* readExport(
  source: ExportSource,
  range: ExportRange,
  signal: AbortSignal,
): AsyncGenerator<ExportedPage> {
  let remaining = range.limit ?? Number.POSITIVE_INFINITY;
  const startRead = (position: ExportPosition): PageRead => {
    const budget = source.openBudget();
    const size = Math.min(maxPageRuns, remaining);
    const scope = source.readScope(budget);
    const page = scope.then((decided) => readPage(source, range, { decided, position, size }, budget));
    // Its rejection is handled where it is awaited.
    page.catch(() => {});
    // The driver sends at the end of this iteration of the event loop.
    const sent = scope.then(
      () => setImmediate(),
      () => {},
    );
    return { budget, sent, page };
  };
  let read: PageRead | undefined = startRead(range.from ?? (range.after === null ? exportStart : deletionsStart));
  let prefetched: PageRead | undefined;
  const abandon = () => {
    for (const each of [read, prefetched]) each?.budget.abandon();
  };
  signal.addEventListener('abort', abandon);
  try {
    while (read !== undefined) {
      const page: ExportedPage | null = await read.page;
      signal.throwIfAborted();
      if (page === null) return;
      remaining -= page.runs.length;
      // Only if there is room: the next page is not awaited yet, and must not delay others.
      prefetched =
        remaining > 0 && source.pages.hasRoomFor(exportReading.maxPageBytes) ? startRead(page.position) : undefined;
      // Writing the page keeps this process busy. Without this, the database would be idle meanwhile.
      await prefetched?.sent;
      source.pages.startSending();
      if (page.runs.length > 0 || page.deletions.length > 0) yield page;
      source.pages.stopSending();
      read.budget.end();
      read = prefetched ?? (remaining > 0 ? startRead(page.position) : undefined);
    }
  } finally {
    signal.removeEventListener('abort', abandon);
    abandon();
    for (const each of [read, prefetched]) each?.budget.end();
    source.pages.close();
  }
}

async function readPage(
  { reader, readFiles, filter, selection }: ExportSource,
  { epoch, after, until }: ExportRange,
  { decided, position, size }: PageRequest,
  budget: RequestBudget,
): Promise<ExportedPage | null> {
  if (decided.epoch !== epoch) throw new GatewayError('CURSOR_EXPIRED');
  const part = nextPart(decided, position);
  if (part === null) {
    if (position.stage === undefined) return null;
    return { runs: [], deletions: [], filesByRun: new Map(), position: nextStage(position) };
  }
  const { scope, deletedTasks, lastTask } = part;
  const key = {
    ...{ scope, deletedTasks, moveScope: decided.moveScope },
    ...{ kinds: position.stage === undefined ? ('runs' as const) : ('deletions' as const) },
    ...{ filter, selection, after: position.lastRun ?? after, until: firstXidAfter(until), size },
  };
  const page = await reader.readPage(key, budget);
  if (!page.hasMore) assertSettled(page.end, until);
  const lastRun = page.hasMore ? page.end : null;
  return {
    runs: page.runs,
    deletions: page.changes.flatMap(({ deleted }) => deleted ?? []),
    filesByRun: await filesOf(page),
    position: lastTask === null && lastRun === null ? nextStage(position) : advance(position, lastTask, lastRun),
  };

  async function filesOf({ runs, fieldGroups, relations }: ChangePage) {
    if (runs.length === 0) return new Map();
    // A large run that was read by itself has no files yet.
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

/** Returns the part to read next; null: the stage is complete. */
function nextPart({ scope, deletedTasks }: DecidedScope, position: ExportPosition) {
  if (position.stage === 'deletions of deleted tasks') {
    if (deletedTasks === null) return null;
    return { scope: { ...scope, allRunsTaskIds: [], ownRunsTaskIds: [] }, deletedTasks, lastTask: null };
  }
  const tasks = nextTasks(scope, position);
  return tasks && { ...tasks, deletedTasks: null };
}

/** Rejects a page of a standby that lacks changes which were settled when the export began. */
function assertSettled(settledPosition: ChangePosition, until: ChangePosition): void {
  if (BigInt(settledPosition.xid) < BigInt(until.xid)) throw new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 });
}
