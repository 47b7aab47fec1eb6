// All runs that a filter holds, task by task in the order of their changes, up to what is settled when the export begins.
// A run that changes meanwhile moves behind that, and is in the export that goes on from there. That one begins with the
// deletions since: a run that was deleted and inserted again has its version behind them.

import { setImmediate } from 'node:timers/promises';
import { GatewayError } from '../../errors/gateway-error.js';
import type { MemoryHolding } from '../../memory/memory-holding.js';
import type { RequestBudget } from '../batching/request-budget.js';
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
  /** Behind it. */
  readonly position: ExportPosition;
}

export interface ExportSource {
  readonly reader: ChangeReader;
  readonly readFiles: (
    runIds: readonly string[],
    budget: RequestBudget,
  ) => Promise<readonly (readonly StoredFile[] | Error)[]>;
  /** Decides anew at each call. @throws GatewayError when the caller may not see the path, or not any more */
  readonly readScope: (budget: RequestBudget) => Promise<DecidedScope>;
  /** What one page may spend. */
  readonly openBudget: () => RequestBudget;
  /** What the export holds of pages. */
  readonly pages: MemoryHolding;
  readonly filter: RunFilter;
  readonly selection: RunSelection;
}

export interface ExportRange {
  /** In which positions are comparable. */
  readonly epoch: string;
  /** null: from the first change of each task. */
  readonly after: ChangePosition | null;
  /** Where the export ends. */
  readonly until: ChangePosition;
  /** Where an earlier part of the same export has ended. */
  readonly from?: ExportPosition;
  /** Of runs. */
  readonly limit?: number;
}

interface PageRead {
  readonly budget: RequestBudget;
  /** Fulfilled once the statement of the page is on its way, or it is known that there will be none. */
  readonly sent: Promise<void>;
  /** null: everything is read. */
  readonly page: Promise<ExportedPage | null>;
}

interface PageRequest {
  readonly decided: DecidedScope;
  readonly position: ExportPosition;
  /** Of the page, at most. */
  readonly size: number;
}

// limit | Database and files | runs on a page of an export | | read as further pages
const maxPageRuns = 500;
// limit | Database and files | bytes of JSON of a run in an export | MiB | the value is null
/** Of a run's JSON: as much as fits into one text. */
export const maxRunBytes = 256 * 1024 * 1024;

/** A client that does not read holds two pages at most: one that is being sent, and the next. */
export const exportReading: ReadingOptions = {
  lane: 'bulk',
  maxBatchSize: 1,
  // limit | Database and files | bytes of JSON on a page of an export | MiB | a larger run comes alone
  maxPageBytes: 1024 * 1024,
  acquiresPages: true,
};
/** A byte of JSON is in memory as text of the statement, as a cell, as text of the export and as what is sent; CSV doubles quotes. */
export const exportWeight = 6;

/**
 * Reads each page by statements of its own, one page ahead of the one that is in use.
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
    // It fails where it is waited for.
    page.catch(() => {});
    // The driver sends at the end of this turn of the event loop.
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
      // Only where there is room: nobody waits for it, and it must not be in the way of anybody.
      prefetched =
        remaining > 0 && source.pages.hasRoomFor(exportReading.maxPageBytes) ? startRead(page.position) : undefined;
      // Whoever writes the page keeps this process busy meanwhile, and the database would have nothing to do.
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
    ...{ scope, deletedTasks, kinds: position.stage === undefined ? ('runs' as const) : ('deletions' as const) },
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
    // A run that is read by itself, for its size, comes without them.
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

/** Returns what is read next; null: the stage is over. */
function nextPart({ scope, deletedTasks }: DecidedScope, position: ExportPosition) {
  if (position.stage === 'deletions of deleted tasks') {
    if (deletedTasks === null) return null;
    return { scope: { ...scope, allRunsTaskIds: [], ownRunsTaskIds: [] }, deletedTasks, lastTask: null };
  }
  const tasks = nextTasks(scope, position);
  return tasks && { ...tasks, deletedTasks: null };
}

/** A server that is behind, as a standby may be, does not have all that was settled when the export began. */
function assertSettled(settledPosition: ChangePosition, until: ChangePosition): void {
  if (BigInt(settledPosition.xid) < BigInt(until.xid)) throw new GatewayError('SERVICE_UNAVAILABLE', { retryAfter: 1 });
}
