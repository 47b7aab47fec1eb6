// The run changes visible to a caller, created for each request. Every version of a run appears at most once and the
// newest exactly once, in cursor order. No change appears later at a position before a returned cursor.

import type { Caller } from '../../access/caller.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import { orNot, validationFailed } from '../../errors/validation.js';
import { limits } from '../../limits.js';
import type { RunSelection } from '../columns/field-groups.js';
import type { ScopeKind } from '../columns/payload.js';
import type { TaskRunRecord } from '../columns/records.js';
import { rejectNewKinds } from '../failures/new-kinds.js';
import { parsePageSize } from '../lists/page-request.js';
import type { TaskRunService } from '../task-runs.service.js';
import { parseRunFilter, type RunFilterInput, scopeKindOf } from '../visibility/run-filter.js';
import { parseScopePath, type ScopeInput } from '../visibility/run-scope.js';
import {
  type ChangeCursors,
  type ChangePosition,
  firstXidAfter,
  laterPosition,
  positionBefore,
} from './change-cursor.js';
import type { PendingWait } from './change-poller.js';
import type { ChangePage, ChangeReader, RunDeletion } from './change-reader.js';
import { type DecidedScope, decideChangeScope, toFollowedScope } from './change-scope.js';
import type { Wake } from './change-waiter.js';
import { type FollowDependencies, type FollowedChange, followChanges } from './follow-changes.js';
import { assertValid, toCursor } from './forgotten-deletions.js';

/** The arguments for changes, as sent by clients. */
export interface RunChangesInput extends ScopeInput {
  readonly filter?: RunFilterInput | null;
  /** A cursor. If null, pages start before all runs and streams start now. */
  readonly after?: string | null;
  /** `payload` limits the feed to runs whose payload the caller sees, because it returns their payload. */
  readonly scopeKind?: ScopeKind;
}

export interface RunChangesPageInput extends RunChangesInput {
  /** Maximum number of changes on the page, or null for the default. */
  readonly first?: number | null;
  /** Seconds to wait for a change. */
  readonly wait?: number | null;
}

export interface RunChange {
  readonly cursor: string;
  /** Cursor of the previous change, or of the start of the page. */
  readonly previousCursor: string;
  /** The inserted or changed run, or null if it was deleted. */
  readonly run: TaskRunRecord | null;
  /** The deletion, or null if the run was inserted or changed. */
  readonly deleted: RunDeletion | null;
}

export interface RunChangesPage {
  readonly changes: readonly RunChange[];
  /** Cursor for the next page. The feed is complete up to it. */
  readonly endCursor: string;
  /** Whether more changes are already available. */
  readonly hasMore: boolean;
}

export interface RunChangesDependencies
  extends Pick<FollowDependencies, 'poller' | 'sharedWatermark' | 'openTaskRuns' | 'now' | 'heartbeatMs'> {
  /** Whether a caller's issuer is still trusted. */
  readonly isIssuerTrusted: (caller: Caller) => boolean;
  /** The readers for pages and streams. */
  readonly readers: { readonly page: ChangeReader; readonly stream: ChangeReader };
}

/** The run changes visible to a request's caller. */
export class RunChangesService {
  readonly #cursors: ChangeCursors;

  constructor(
    private readonly dependencies: RunChangesDependencies,
    private readonly taskRuns: TaskRunService,
    private readonly budget: RequestBudget,
  ) {
    this.#cursors = dependencies.readers.page.cursors;
  }

  /**
   * @throws GatewayError for the path as for a run; VALIDATION_FAILED for filter, cursor, size and wait, before
   * anything is read; CURSOR_EXPIRED
   */
  async page(input: RunChangesPageInput, selection: RunSelection): Promise<RunChangesPage> {
    const { taskRuns, budget } = this;
    const { readers, poller, sharedWatermark } = this.dependencies;
    const { path, filter, scopeKind, after } = this.#parse(input);
    const size = parsePageSize('first', input.first ?? limits.defaultPageSize.value);
    const waitMs = parseWait(input.wait ?? 0) * 1000;
    budget.counts.count(limits.lists, 1);
    budget.counts.count(limits.pointers, size * selection.pointers.length);
    if (waitMs > 0) budget.deadline.extend(waitMs);
    const followed = toFollowedScope(path, taskRuns.caller, scopeKind);
    const waitUntil = performance.now() + waitMs;
    let start = after?.position ?? null;
    let snapshotFloor = after?.snapshotFloor ?? null;
    for (;;) {
      const decided = await this.#decide(path, scopeKind);
      const { scope, deletedTasks, moveScope, epoch, settled } = decided;
      if (after) assertValid({ ...after, position: start, snapshotFloor }, decided);
      if (start === null) snapshotFloor = settled;
      sharedWatermark.update(decided);
      const kinds = 'runs and deletions' as const;
      const range = { after: start, snapshotFloor, until: settled, size };
      let page = await readers.page.readPage(
        { scope, deletedTasks, moveScope, kinds, filter, selection, ...range },
        budget,
      );
      const timeoutMs = waitUntil - performance.now();
      if (page.changes.length === 0 && !page.hasMore && timeoutMs > 0) {
        const from = firstXidAfter(page.end);
        const wake = await this.#awaitWake(poller.wait({ scope: followed, epoch, settled: from, timeoutMs }));
        page = { ...page, end: laterPosition(page.end, positionBefore(wake.settled)) };
        start = page.end;
        if (!wake.isOver) continue;
      }
      taskRuns.relations.primePage(page.runs, page.fieldGroups, page.relations);
      taskRuns.audit?.addList(filter, page.runs, selection);
      const last = page.changes.at(-1)?.position ?? after?.position ?? null;
      const end = page.hasMore ? page.end : sharedWatermark.endOf(epoch, last, page.end);
      const cursorAt = (position: ChangePosition | null) =>
        this.#cursors.encode(toCursor(decided, { position, snapshotFloor }));
      return toChanges({ ...page, end }, input.after ?? cursorAt(null), cursorAt);
    }
  }

  /**
   * Yields every change from a cursor or from now on, and a heartbeat after 15 seconds without a change. The next page
   * is read when the last change of the previous one was taken. The stream ends when the signal is aborted or the
   * process shuts down, and fails when a grant or the issuer is withdrawn or the token expires.
   * @throws GatewayError as for a page
   */
  async follow(
    input: RunChangesInput,
    selection: RunSelection,
    signal: AbortSignal,
  ): Promise<AsyncIterableIterator<FollowedChange>> {
    const { readers, poller, sharedWatermark, openTaskRuns, now, isIssuerTrusted, heartbeatMs } = this.dependencies;
    const { path, filter, scopeKind, after } = this.#parse(input);
    const history = await this.#decide(path, scopeKind);
    const { settled } = history;
    if (after) assertValid(after, history);
    const { caller, audit } = this.taskRuns;
    audit?.addOpening(filter, selection);
    return followChanges(
      {
        reader: readers.stream,
        poller,
        sharedWatermark,
        openTaskRuns,
        requestBudget: this.budget,
        now,
        heartbeatMs,
        isIssuerTrusted: () => isIssuerTrusted(caller),
      },
      {
        path,
        caller,
        filter,
        scopeKind,
        selection,
        history,
        signal,
        ...(after
          ? {
              position: after.position,
              snapshotFloor: after.position === null ? settled : after.snapshotFloor,
              settled: null,
            }
          : { position: positionBefore(settled), snapshotFloor: null, settled }),
      },
    );
  }

  /**
   * Returns the cursor up to which all changes are currently settled.
   * @throws GatewayError for the path as for a run
   */
  async watermark(path: ScopeInput): Promise<string> {
    const { epoch, settled } = await this.#decide(path, 'usage');
    return this.#cursors.encode({ epoch, position: positionBefore(settled), snapshotFloor: null });
  }

  #parse(input: RunChangesInput) {
    const path = parseScopePath(input);
    const filter = parseRunFilter(input.filter, this.budget.deadline.requestTime, this.taskRuns.modelPointer);
    rejectNewKinds(filter);
    return {
      path,
      filter,
      scopeKind: scopeKindOf(filter, input.scopeKind),
      after: input.after == null ? null : this.#cursors.parse(input.after),
    };
  }

  #decide(path: ScopeInput, scopeKind: ScopeKind): Promise<DecidedScope> {
    return decideChangeScope(this.dependencies.readers.page, this.taskRuns.caller, this.budget, path, scopeKind);
  }

  /** Waits, and ends the wait if the client disconnects. */
  async #awaitWake({ wake, end }: PendingWait): Promise<Wake> {
    const cancellable = { abandon: end };
    const { deadline } = this.budget;
    deadline.add(cancellable);
    if (deadline.isAbandoned) end();
    return wake.finally(() => deadline.delete(cancellable));
  }
}

function parseWait(seconds: number): number {
  const max = limits.changesWait.value;
  if (seconds < 0 || seconds > max) throw validationFailed(['wait'], `must be between 0 and ${max}${orNot(seconds)}`);
  return seconds;
}

function toChanges(
  { changes, end, hasMore }: Pick<ChangePage, 'changes' | 'hasMore'> & { readonly end: ChangePosition | null },
  start: string,
  cursorAt: (position: ChangePosition | null) => string,
): RunChangesPage {
  const cursors = changes.map(({ position }) => cursorAt(position));
  return {
    changes: changes.map(({ run, deleted }, index) => ({
      cursor: cursors[index]!,
      previousCursor: cursors[index - 1] ?? start,
      run,
      deleted,
    })),
    endCursor: cursorAt(end),
    hasMore,
  };
}
