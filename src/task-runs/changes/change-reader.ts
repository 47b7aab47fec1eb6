// Reads pages of changes, and before them the scope and the end of the settled ones.

import type { RequestBudget } from '../../admission/request-budget.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import { mergeDuplicates } from '../batching/merge-duplicates.js';
import type { ReadType } from '../batching/pending-read.js';
import { type ReadScheduler, readOne } from '../batching/read-scheduler.js';
import { registerStatement } from '../batching/register-statement.js';
import { columnReaderOf, toRuns } from '../record/columnar-run.js';
import type { FieldGroups } from '../record/field-groups.js';
import {
  enforceByteBudget,
  joinedLayout,
  type PageLayout,
  readWithinBudget,
  totalJsonBytes,
  withoutRelations,
} from '../record/page-layout.js';
import type { TaskRunRecord } from '../record/records.js';
import { noRelations, type Relations, toRelations } from '../record/run-relations.js';
import type { ScopeKey } from '../scope/scope-statement.js';
import { withheldIn } from '../scope/visible-runs.js';
import { type ChangeCursors, type ChangePosition, laterPosition, positionBefore } from './change-cursor.js';
import { bindChangeScopes, type ChangeScope } from './change-scope-statement.js';
import {
  bindChangePage,
  type ChangePageKey,
  type ChangesRow,
  changedXidColumn,
  type DeletionRow,
} from './change-statement.js';
import { assertRemembered } from './forgotten-deletions.js';

export interface ChangeReader {
  /** The epoch whose changes are not valid any more; null: they are valid. */
  readonly staleEpoch: string | null;
  readonly cursors: ChangeCursors;
  readScope(key: ScopeKey, budget: RequestBudget): Promise<ChangeScope>;
  /**
   * Reads a page up to the changes that were settled when its scope was read.
   * @throws GatewayError CURSOR_EXPIRED if deletions behind its start were forgotten
   */
  readPage(key: ChangePageKey, budget: RequestBudget): Promise<ChangePage>;
}

/** A run that was deleted, or moved away from its task. */
export interface RunDeletion {
  readonly runId: string;
  /** The task that the run was in. */
  readonly taskId: string;
  readonly deletedAt: string;
}

/** A version of a run, or its deletion. */
export type PagedChange = { readonly position: ChangePosition } & (
  | { readonly run: TaskRunRecord; readonly deleted: null }
  | { readonly run: null; readonly deleted: RunDeletion }
);

/** Changes in the order of their positions, with the relations that were read with their runs. */
export interface ChangePage {
  readonly changes: readonly PagedChange[];
  /** The runs among them. */
  readonly runs: readonly TaskRunRecord[];
  /** The field groups that were read. */
  readonly fieldGroups: FieldGroups;
  readonly relations: Relations;
  /** Whether it ends before a run with which its JSON would exceed the limit. */
  readonly isCut: boolean;
  /** Whether there may be more. A page without changes may have more if not all runs match. */
  readonly hasMore: boolean;
  /** The position up to which the feed is complete. */
  readonly end: ChangePosition;
}

export interface ChangeReaderOptions {
  readonly lane: 'page' | 'bulk';
  /** The most equal requests that share a statement. */
  readonly maxBatchSize: number;
  /** The limit for the JSON of a page. A larger run is a page of its own. */
  readonly maxPageBytes: number;
  /** Whether memory for a page is acquired before it is read. */
  readonly acquiresPages: boolean;
  readonly staleEpoch: string | null;
  readonly cursors: ChangeCursors;
}

export type ReadingOptions = Omit<ChangeReaderOptions, 'staleEpoch' | 'cursors'>;

/** Options for requests whose clients wait for the page. */
export const requestReading: ReadingOptions = {
  lane: 'page',
  maxBatchSize: 1,
  maxPageBytes: 4 * 1024 * 1024,
  acquiresPages: false,
};
/** Options for streams: hundreds may follow the same runs, and no client waits for a page. */
export const streamReading: ReadingOptions = {
  lane: 'bulk',
  maxBatchSize: 1000,
  maxPageBytes: 256 * 1024,
  acquiresPages: true,
};

/** The memory of a run's values without its JSON, as bytes of JSON. */
const valueBytes = 512;

interface PageRead {
  readonly key: ChangePageKey;
  readonly layout: PageLayout;
  /** Equal for keys that can share rows. */
  readonly batchKey: string;
}

export function createChangeReader(
  statements: StatementRunner,
  scheduler: ReadScheduler,
  { lane, maxBatchSize, maxPageBytes, acquiresPages, staleEpoch, cursors }: ChangeReaderOptions,
): ChangeReader {
  const toRead = (key: ChangePageKey, layout: PageLayout): PageRead => {
    return { key, layout, batchKey: maxBatchSize > 1 ? JSON.stringify([key, layout]) : '' };
  };
  const scheduled = { statements, scheduler };
  const readScopes = scheduler.register<ScopeKey, ChangeScope>(`change scopes for ${lane}`, {
    lane,
    maxBatchSize: Math.max(maxBatchSize, 64),
    isCurrent: true,
    async readMany(keys, signal) {
      const merged = mergeDuplicates(keys, scopeKey, (key) => key);
      const { statement, values } = bindChangeScopes(merged.keys);
      return merged.expand(await statements.run<ChangeScope>(statement, values, signal));
    },
  });
  const registerRows = (name: string, options: Partial<ReadType<PageRead, readonly ChangesRow[]>>) =>
    registerStatement<PageRead, ChangesRow, readonly ChangesRow[]>(scheduled, `${name} for ${lane}`, {
      lane,
      maxBatchSize,
      connectionShare: 0.75,
      isCurrent: true,
      ...options,
      batchKeyOf: ({ batchKey }) => batchKey,
      bind: ([read]) => bindChangePage(read!.key, read!.layout),
      toResults: (rows, reads) => reads.map(() => rows),
    });
  const readAcquired = registerRows('acquired changes', {});
  const readRows = acquiresPages ? readAcquired : registerRows('changes', { maxBytes: maxPageBytes });

  return {
    staleEpoch,
    cursors,
    readScope: (key, budget) => readOne(readScopes, key, budget),
    async readPage(key, budget) {
      const pageBytes = Math.min(key.maxBytes ?? maxPageBytes, budget.bytes.remainingBytes);
      const readLayout = async (read: typeof readRows, key: ChangePageKey, layout: PageLayout) =>
        toPage(await readOne(read, toRead(key, layout), budget), key, budget.bytes.maxBytes);
      const readPage = (maxBytes: number) => readLayout(readRows, key, joinedLayout(key.selection, maxBytes));
      let page = acquiresPages
        ? await budget.bytes.readSerially(pageBytes, readPage, ({ runs }) => totalJsonBytes(runs), {
            bytes: key.size * valueBytes,
            bytesOf: ({ runs }) => runs.length * valueBytes,
          })
        : await readPage(pageBytes);
      if (!acquiresPages) enforceByteBudget(budget.bytes, page.runs);
      const singleKey = { ...key, size: 1, selection: withoutRelations(key.selection) };
      if (key.stopsBeforeLarge && page.tooLargeBytes !== null) return { ...page, isCut: true };
      // The first run has more JSON than a page may have. Repeated only if a larger run takes its place meanwhile.
      while (page.tooLargeBytes !== null) {
        const bytes = page.tooLargeBytes;
        const runs = bytes <= budget.bytes.remainingBytes ? 'joined' : 'single';
        page = await readWithinBudget(budget.bytes, {
          joined: null,
          bytes,
          readLarge: (maxBytes) => readLayout(readAcquired, singleKey, { runs, maxBytes }),
          runsOf: ({ runs }) => runs,
        });
      }
      return page;
    },
  };
}

/** A page as it was read. If it is empty because its first run is too large, it is not used. */
type ReadPage = ChangePage & Pick<ChangesRow, 'tooLargeBytes'>;

function toPage(
  rows: readonly ChangesRow[],
  { scope, selection, after, walkStart, size }: ChangePageKey,
  maxBytes: number,
): ReadPage {
  const { settled, found, scannedXid, scannedId, tooLargeBytes, lastForgotten, deletions } = rows[0]!;
  // In the snapshot of the page: some may have been forgotten since its scope was read.
  assertRemembered({ position: after, walkStart }, lastForgotten);
  const read = rows.filter(({ runs }) => runs !== null);
  const request = { path: scope.path, selection, maxBytes, ...withheldIn(scope) };
  const runs = read.flatMap((row) => toRuns(row, () => request) as TaskRunRecord[]);
  const xids = read.flatMap((row) => columnReaderOf(row)<string>(changedXidColumn) ?? []);
  const changes = mergeDeletions(
    runs.map((run, index) => ({ position: { xid: xids[index]!, id: run.id }, run, deleted: null })),
    deletions ?? [],
  );
  const isTruncated = found > changes.length && changes.length > 0;
  const isFullyScanned = scannedXid === null || scannedId === null;
  return {
    changes,
    runs,
    tooLargeBytes,
    fieldGroups: selection.fieldGroups,
    relations: read.length === 1 ? toRelations(read[0]!) : noRelations,
    isCut: isTruncated && changes.length < size,
    hasMore: isTruncated || !isFullyScanned,
    end: isTruncated
      ? changes.at(-1)!.position
      : isFullyScanned
        ? laterPosition(after, positionBefore(settled))
        : { xid: scannedXid, id: scannedId },
  };
}

/** Merges deletions into runs. A page that ends before a large run has no deletions after that run. */
function mergeDeletions(runs: readonly PagedChange[], deletions: readonly DeletionRow[]): PagedChange[] {
  const changes = [...runs];
  for (const { xid, runsBefore, ...deleted } of deletions) {
    if (runsBefore > runs.length) break;
    const position = { xid, id: deleted.runId };
    // The offset is the number of deletions that were inserted before.
    changes.splice(runsBefore + changes.length - runs.length, 0, { position, run: null, deleted });
  }
  return changes;
}

function scopeKey({ path: { orgId, projectId, taskId }, subject }: ScopeKey): string {
  return `${orgId} ${projectId} ${taskId} ${subject}`;
}
