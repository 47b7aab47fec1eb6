// Reads pages of changes, preceded by their scope and the end of the settled changes.

import type { RequestBudget } from '../../admission/request-budget.js';
import type { StatementRunner } from '../../database/connection/statement-runner.js';
import { mergeDuplicates } from '../../scheduling/merge-duplicates.js';
import type { ReadType } from '../../scheduling/pending-read.js';
import { type BatchRead, type ReadScheduler, readSingle } from '../../scheduling/read-scheduler.js';
import { registerSingle, registerStatement } from '../../scheduling/register-statement.js';
import { columnReaderOf, toRuns } from '../columns/columnar-run.js';
import type { FieldGroups } from '../columns/field-groups.js';
import {
  enforceByteBudget,
  joinedLayout,
  type PageLayout,
  readWithinBudget,
  totalJsonBytes,
  withoutRelations,
} from '../columns/page-layout.js';
import type { TaskRunRecord } from '../columns/records.js';
import { noRelations, type Relations, toRelations } from '../columns/run-relations.js';
import type { OrganizationScopeKey } from '../visibility/organization-scope-statement.js';
import type { ScopeKey } from '../visibility/scope-statement.js';
import { runRequestIn } from '../visibility/visible-runs.js';
import { type ChangeCursors, type ChangePosition, laterPosition, positionBefore } from './change-cursor.js';
import {
  bindChangeScopes,
  bindOrganizationChangeScope,
  type ChangeScope,
  type OrganizationChangeScope,
} from './change-scope-statement.js';
import {
  bindChangePage,
  type ChangePageKey,
  type ChangesRow,
  changedXidColumn,
  type DeletionRow,
} from './change-statement.js';
import { assertRemembered } from './forgotten-deletions.js';

/** A run that was deleted, or moved out of its task. */
export interface RunDeletion {
  readonly runId: string;
  /** The task that contained the run. */
  readonly taskId: string;
  readonly deletedAt: string;
}

/** A version of a run, or its deletion. */
export type PagedChange = { readonly position: ChangePosition } & (
  | { readonly run: TaskRunRecord; readonly deleted: null }
  | { readonly run: null; readonly deleted: RunDeletion }
);

/** Changes in the order of their positions, with the relations read together with their runs. */
export interface ChangePage {
  readonly changes: readonly PagedChange[];
  /** The runs among the changes. */
  readonly runs: readonly TaskRunRecord[];
  /** The field groups that were read. */
  readonly fieldGroups: FieldGroups;
  readonly relations: Relations;
  /** Whether the page ends before a run that would make its JSON exceed the limit. */
  readonly isCut: boolean;
  /** Whether there may be more changes. Even after a page without changes there may be more, unless all runs match. */
  readonly hasMore: boolean;
  /** The position up to which the feed is complete. */
  readonly end: ChangePosition;
}

export interface ChangeReaderOptions {
  readonly lane: 'page' | 'bulk';
  /** Maximum number of equal requests that share a statement. */
  readonly maxBatchSize: number;
  /** Limit for the JSON of a page. A larger run gets a separate page. */
  readonly maxPageBytes: number;
  /** Whether memory for a page is acquired before it is read. */
  readonly acquiresPages: boolean;
  readonly staleEpoch: string | null;
  readonly cursors: ChangeCursors;
}

export type ReadingOptions = Omit<ChangeReaderOptions, 'staleEpoch' | 'cursors'>;

/** Options for requests, whose clients wait for the page. */
export const requestReading: ReadingOptions = {
  lane: 'page',
  maxBatchSize: 1,
  maxPageBytes: 4 * 1024 * 1024,
  acquiresPages: false,
};
/** Options for streams. Hundreds of them may follow the same runs, and no client waits for a page. */
export const streamReading: ReadingOptions = {
  lane: 'bulk',
  maxBatchSize: 1000,
  maxPageBytes: 256 * 1024,
  acquiresPages: true,
};

/** The memory for a run's values without its JSON, in bytes of JSON. */
const valueBytes = 512;

interface PageRead {
  readonly key: ChangePageKey;
  readonly layout: PageLayout;
  /** A key that is equal for keys that can share rows. */
  readonly batchKey: string;
}

type RowsRead = BatchRead<PageRead, readonly ChangesRow[]>;

/** Reads for all requests with the same options, which may share statements. */
export class ChangeReader {
  /** The epoch whose changes have become invalid, or null while they are valid. */
  readonly staleEpoch: string | null;
  readonly cursors: ChangeCursors;
  readonly #options: ChangeReaderOptions;
  readonly #readScopes: BatchRead<ScopeKey, ChangeScope>;
  readonly #readOrganizationScope: BatchRead<OrganizationScopeKey, OrganizationChangeScope>;
  readonly #readAcquired: RowsRead;
  readonly #readRows: RowsRead;

  constructor(statements: StatementRunner, scheduler: ReadScheduler, options: ChangeReaderOptions) {
    const { lane, maxBatchSize, maxPageBytes, acquiresPages, staleEpoch, cursors } = options;
    this.staleEpoch = staleEpoch;
    this.cursors = cursors;
    this.#options = options;
    this.#readScopes = scheduler.register<ScopeKey, ChangeScope>(`change scopes for ${lane}`, {
      lane,
      maxBatchSize: Math.max(maxBatchSize, 64),
      requiresPrimary: true,
      async readMany(keys, signal) {
        const merged = mergeDuplicates(keys, scopeKey, (key) => key);
        const { statement, values } = bindChangeScopes(merged.keys);
        return merged.expand(await statements.run<ChangeScope>(statement, values, signal));
      },
    });
    this.#readOrganizationScope = registerSingle({ statements, scheduler }, `organization change scope for ${lane}`, {
      lane,
      requiresPrimary: true,
      bind: bindOrganizationChangeScope,
      toResult: ([row]: OrganizationChangeScope[]) => row!,
    });
    const registerRows = (name: string, options: Partial<ReadType<PageRead, readonly ChangesRow[]>>): RowsRead =>
      registerStatement({ statements, scheduler }, `${name} for ${lane}`, {
        lane,
        maxBatchSize,
        connectionShare: 0.75,
        requiresPrimary: true,
        ...options,
        batchKeyOf: ({ batchKey }) => batchKey,
        bind: ([read]) => bindChangePage(read!.key, read!.layout),
        toResults: (rows: ChangesRow[], reads) => reads.map(() => rows),
      });
    this.#readAcquired = registerRows('acquired changes', {});
    this.#readRows = acquiresPages ? this.#readAcquired : registerRows('changes', { maxBytes: maxPageBytes });
  }

  readScope(key: ScopeKey, budget: RequestBudget): Promise<ChangeScope> {
    return readSingle(this.#readScopes, key, budget);
  }

  readOrganizationScope(key: OrganizationScopeKey, budget: RequestBudget): Promise<OrganizationChangeScope> {
    return readSingle(this.#readOrganizationScope, key, budget);
  }

  /**
   * Reads a page up to the changes that were settled when its scope was read.
   * @throws GatewayError CURSOR_EXPIRED if deletions after its start were forgotten
   */
  async readPage(key: ChangePageKey, budget: RequestBudget): Promise<ChangePage> {
    const { maxPageBytes, acquiresPages } = this.#options;
    const pageBytes = Math.min(key.maxBytes ?? maxPageBytes, budget.bytes.remainingBytes);
    const read = (maxBytes: number) =>
      this.#readLayout(this.#readRows, key, joinedLayout(key.selection, maxBytes), budget);
    const page = acquiresPages
      ? await budget.bytes.readSerially(pageBytes, read, ({ runs }) => totalJsonBytes(runs), {
          bytes: key.size * valueBytes,
          bytesOf: ({ runs }) => runs.length * valueBytes,
        })
      : await read(pageBytes);
    if (!acquiresPages) enforceByteBudget(budget.bytes, page.runs);
    if (page.tooLargeBytes === null) return page;
    return key.stopsBeforeLarge ? { ...page, isCut: true } : this.#readLargeRun(key, page, budget);
  }

  /** Reads the first run, whose JSON is larger than a page may be. */
  async #readLargeRun(key: ChangePageKey, first: ReadPage, budget: RequestBudget): Promise<ReadPage> {
    const singleKey = { ...key, size: 1, selection: withoutRelations(key.selection) };
    let page = first;
    // Repeats only if a larger run replaces it in the meantime.
    while (page.tooLargeBytes !== null) {
      const bytes = page.tooLargeBytes;
      const runs = bytes <= budget.bytes.remainingBytes ? 'joined' : 'single';
      page = await readWithinBudget(budget.bytes, {
        joined: null,
        bytes,
        readLarge: (maxBytes) => this.#readLayout(this.#readAcquired, singleKey, { runs, maxBytes }, budget),
        runsOf: ({ runs }) => runs,
      });
    }
    return page;
  }

  async #readLayout(read: RowsRead, key: ChangePageKey, layout: PageLayout, budget: RequestBudget): Promise<ReadPage> {
    const batchKey = this.#options.maxBatchSize > 1 ? JSON.stringify([key, layout]) : '';
    return toPage(await readSingle(read, { key, layout, batchKey }, budget), key, budget.bytes.maxBytes);
  }
}

/** A page as it was read. If it is empty because its first run is too large, it is not used. */
type ReadPage = ChangePage & Pick<ChangesRow, 'tooLargeBytes'>;

function toPage(
  rows: readonly ChangesRow[],
  { scope, selection, after, snapshotFloor, size }: ChangePageKey,
  maxBytes: number,
): ReadPage {
  const { settled, found, scannedXid, scannedId, tooLargeBytes, lastForgotten, deletions } = rows[0]!;
  // Checked in the page's snapshot, because deletions may have been forgotten since its scope was read.
  assertRemembered({ position: after, snapshotFloor }, lastForgotten);
  const read = rows.filter(({ runs }) => runs !== null);
  const request = { selection, maxBytes, ...runRequestIn(scope) };
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

/** Merges deletions into runs. A page that ends before a large run contains no deletions after that run. */
function mergeDeletions(runs: readonly PagedChange[], deletions: readonly DeletionRow[]): PagedChange[] {
  const changes = [...runs];
  for (const { xid, runsBefore, ...deleted } of deletions) {
    if (runsBefore > runs.length) break;
    const position = { xid, id: deleted.runId };
    // The offset is the number of deletions already inserted.
    changes.splice(runsBefore + changes.length - runs.length, 0, { position, run: null, deleted });
  }
  return changes;
}

function scopeKey({ path: { orgId, projectId, taskId }, subject }: ScopeKey): string {
  return `${orgId} ${projectId} ${taskId} ${subject}`;
}
