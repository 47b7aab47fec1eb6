// A stream of changes is only a position, so a slow reader falls behind and continues from there. Each page decides
// again which runs the caller sees.

import { setTimeout } from 'node:timers/promises';
import type { Caller } from '../../access/caller.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import { GatewayError } from '../../errors/gateway-error.js';
import { declareLimit } from '../../limits.js';
import type { MemoryHolding } from '../../memory/memory-holding.js';
import { FieldGroup, type RunSelection } from '../columns/field-groups.js';
import type { ScopeKind } from '../columns/payload.js';
import type { TaskRunRecord } from '../columns/records.js';
import type { ScopePath } from '../columns/run-path.js';
import { noRelations } from '../columns/run-relations.js';
import type { TaskRunService } from '../task-runs.service.js';
import type { RunFilter } from '../visibility/run-filter.js';
import { type ChangePosition, firstXidAfter, laterPosition, positionBefore } from './change-cursor.js';
import type { FollowedScope } from './change-poll.js';
import type { ChangePoller, PendingWait } from './change-poller.js';
import type { ChangePage, ChangeReader, RunDeletion } from './change-reader.js';
import { decideChangeScope, toFollowedScope } from './change-scope.js';
import { assertValid, type ChangeHistory, toCursor } from './forgotten-deletions.js';
import type { SharedWatermark } from './shared-watermark.js';

export interface FollowedChange {
  readonly cursor: string;
  /** Cursor of the previous change or heartbeat. */
  readonly previousCursor: string;
  /**
   * The changed run. Both `run` and `deleted` are null in a heartbeat, which means that the stream is complete up to
   * its cursor.
   */
  readonly run: TaskRunRecord | null;
  readonly deleted: RunDeletion | null;
  /** The service that reads the run until the next change is taken, primed with the run's relations. */
  readonly taskRuns: TaskRunService;
  readonly budget: RequestBudget;
  /** Must be called once the change has been written and only the client has to be waited for. */
  startSending(): void;
}

export interface FollowRequest {
  readonly path: ScopePath;
  readonly caller: Caller;
  readonly filter: RunFilter;
  readonly scopeKind: ScopeKind;
  readonly selection: RunSelection;
  /** The state on which the stream's cursors depend. A later epoch ends the stream. */
  readonly history: ChangeHistory;
  readonly position: ChangePosition | null;
  /** Start of the client's walk, as in cursors. */
  readonly snapshotFloor: string | null;
  /**
   * The client has all changes of transactions before this one. Null if all changes after the position are to be read.
   */
  readonly settled: string | null;
  readonly signal: AbortSignal;
}

type Changes = Pick<ChangePage, 'changes' | 'fieldGroups' | 'relations' | 'hasMore' | 'end'>;

export interface FollowDependencies {
  readonly reader: ChangeReader;
  readonly poller: Pick<ChangePoller, 'wait' | 'isClosed'>;
  readonly sharedWatermark: SharedWatermark;
  openTaskRuns(budget: RequestBudget): TaskRunService;
  /** The budget of the request that opened the stream. */
  readonly requestBudget: RequestBudget;
  /** Returns milliseconds since the epoch. */
  now(): number;
  /** Whether the issuer of the caller's token is still trusted. */
  isIssuerTrusted(): boolean;
  /** Time without a change before a heartbeat is sent. */
  readonly heartbeatMs: number | undefined;
}

const defaultHeartbeatMs = declareLimit(15_000, {
  section: 'HTTP',
  name: 'time without a change before a heartbeat',
  unit: 'ms',
  shownAs: 's',
});
/** Heartbeats due within the same step are sent together, so that one statement decides for all of their callers. */
const heartbeatSteps = 15;
const retryMs = 1000;
/** Pages are small while there are few changes, so that thousands of streams fit into memory. */
const smallestPage = { size: 16, maxBytes: 32 * 1024 };
const largestPage = { size: 100, maxBytes: 256 * 1024 };
/**
 * Memory per byte of JSON. The text of the statement's result and that of the response each take up to two bytes per
 * character.
 */
const pageWeight = 4;
/** Retry delay in seconds for a stream that ended because others needed its memory. */
const retryAfter = 5;

/**
 * Yields the changes under a path, and heartbeats.
 * @throws GatewayError PERMISSION_CHECK_FAILED when a grant is withdrawn, EXPIRED_TOKEN, INVALID_TOKEN, CURSOR_EXPIRED,
 * and SERVICE_UNAVAILABLE with the last cursor when others need the memory that a slow reader holds
 */
export function followChanges(
  dependencies: FollowDependencies,
  request: FollowRequest,
): AsyncGenerator<FollowedChange, void, void> {
  return new ChangeStream(dependencies, request).follow();
}

/** A stream that waits for changes while `settled` is set, and reads pages of them otherwise. */
class ChangeStream {
  readonly #dependencies: FollowDependencies;
  readonly #request: FollowRequest;
  readonly #followed: FollowedScope;
  readonly #heartbeatMs: number;
  /** The position up to which the stream has read. */
  #position: ChangePosition | null;
  /** The transaction before which all changes were read, or null if there may be more to read. */
  #settled: string | null;
  /** The last position sent to the client. The stream's own position is later, and may reveal other callers' writes. */
  #sent: ChangePosition | null;
  #previousCursor: string;
  #history: ChangeHistory;
  #heartbeatAt = 0;
  #budget: RequestBudget | undefined;
  #waiting: PendingWait | undefined;
  #page: Changes | null = null;
  #pageSize = smallestPage;

  constructor(dependencies: FollowDependencies, request: FollowRequest) {
    this.#dependencies = dependencies;
    this.#request = request;
    this.#followed = toFollowedScope(request.path, request.caller, request.scopeKind);
    this.#heartbeatMs = dependencies.heartbeatMs ?? defaultHeartbeatMs;
    this.#position = request.position;
    this.#settled = request.settled;
    this.#sent = request.position;
    this.#history = request.history;
    this.#previousCursor = this.#cursorAt(request.position);
  }

  async *follow(): AsyncGenerator<FollowedChange, void, void> {
    const { openTaskRuns, requestBudget, sharedWatermark } = this.#dependencies;
    const {
      history: { epoch },
      signal,
    } = this.#request;
    // A stream that starts now begins with a heartbeat, so that a client that loses it early has a cursor to resume
    // from.
    this.#heartbeatAt = this.#settled === null ? nextHeartbeat(this.#heartbeatMs) : performance.now();
    const pages = requestBudget.bytes.reservePages({
      weight: pageWeight,
      end: () => {
        this.#page = null;
      },
    });
    const startSending = () => pages.startSending();
    const stop = () => {
      this.#waiting?.end();
      this.#budget?.deadline.abandon();
    };
    signal.addEventListener('abort', stop);

    try {
      while (this.#isOpen) {
        if (this.#settled !== null) await this.#waitForChanges(this.#settled);
        if (!this.#isOpen) return;
        this.#assertTokenValid();
        const budget = requestBudget.renew({ pages });
        this.#budget = budget;
        const page = await this.#readChanges(budget).catch(nullIfUnavailable);
        this.#page = page;
        if (page === null) {
          // Sends nothing, not even heartbeats, until the database responds again.
          await setTimeout(retryMs, undefined, { signal, ref: false }).catch(() => {});
        } else {
          for (let index = 0; this.#page !== null && index < this.#page.changes.length; index += 1) {
            const { changes, fieldGroups, relations } = this.#page;
            const { run, deleted, position } = changes[index]!;
            this.#position = position;
            await this.#untilBalancePositive(pages);
            // Preceding events may have taken longer than the reads for one event.
            budget.deadline.extend(0);
            // Each event has its own loaders, because a slow reader may take it long after the previous events.
            const taskRuns = openTaskRuns(budget);
            if (run !== null) taskRuns.relations.primeRun(run, fieldGroups, relations);
            if (run !== null) taskRuns.audit?.addList(this.#request.filter, [run], this.#request.selection);
            yield { ...this.#advance(position), run, deleted, taskRuns, budget, startSending };
            pages.pauseSending();
          }
          if (pages.isEnded) {
            throw new GatewayError('SERVICE_UNAVAILABLE', { retryAfter, cursor: this.#previousCursor });
          }
          this.#endPage(page);
          if (this.#settled !== null && performance.now() >= this.#heartbeatAt) {
            await this.#untilBalancePositive(pages);
            const end = sharedWatermark.endOf(epoch, this.#sent, page.end);
            const heartbeat = { run: null, deleted: null, taskRuns: openTaskRuns(budget) };
            yield { ...this.#advance(end), ...heartbeat, budget, startSending };
          }
          // Otherwise the time until the next page would count as the client's time.
          pages.stopSending();
        }
        this.#page = null;
        budget.end();
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.#budget?.end();
      pages.close();
    }
  }

  get #isOpen(): boolean {
    return !this.#request.signal.aborted && !this.#dependencies.poller.isClosed;
  }

  /** Waits for changes, a heartbeat, or the end of the token. */
  async #waitForChanges(settled: string): Promise<void> {
    const { poller, now } = this.#dependencies;
    const {
      caller,
      history: { epoch },
    } = this.#request;
    const timeoutMs = Math.max(0, Math.min(this.#heartbeatAt - performance.now(), caller.expiresAt * 1000 - now()));
    this.#waiting = poller.wait({ scope: this.#followed, epoch, settled, timeoutMs });
    const wake = await this.#waiting.wake;
    if (!this.#isOpen) return;
    this.#position = laterPosition(this.#position, positionBefore(wake.settled));
    this.#settled = wake.isOver ? wake.settled : null;
  }

  #assertTokenValid(): void {
    const { now, isIssuerTrusted } = this.#dependencies;
    if (now() >= this.#request.caller.expiresAt * 1000) throw new GatewayError('EXPIRED_TOKEN');
    if (!isIssuerTrusted()) throw new GatewayError('INVALID_TOKEN');
  }

  /** Reads the next page of changes. A heartbeat reads none, but also requires an access decision. */
  async #readChanges(budget: RequestBudget): Promise<Changes> {
    const { reader, sharedWatermark } = this.#dependencies;
    const { path, caller, filter, scopeKind, selection, snapshotFloor } = this.#request;
    const decidedScope = await decideChangeScope(reader, caller, budget, path, scopeKind);
    assertValid({ epoch: this.#history.epoch, position: this.#position, snapshotFloor }, decidedScope);
    this.#history = decidedScope;
    sharedWatermark.update(decidedScope);
    if (this.#settled !== null) {
      const none = { changes: [], fieldGroups: FieldGroup.none, relations: noRelations };
      return { ...none, hasMore: false, end: this.#position! };
    }
    const { scope, deletedTasks, moveScope, settled: until } = decidedScope;
    const kinds = 'runs and deletions' as const;
    const range = { after: this.#position, snapshotFloor, until, ...this.#pageSize };
    return reader.readPage({ scope, deletedTasks, moveScope, kinds, filter, selection, ...range }, budget);
  }

  /** Continues after a page that was sent. */
  #endPage({ end, hasMore }: Changes): void {
    this.#position = end;
    this.#pageSize = hasMore ? largerPage(this.#pageSize) : smallestPage;
    if (!hasMore) this.#settled = firstXidAfter(end);
  }

  /** A caller waiting for points counts as slow, so that their debt does not withhold memory from others. */
  async #untilBalancePositive(pages: MemoryHolding): Promise<void> {
    pages.startSending();
    await this.#dependencies.requestBudget.cost.untilBalancePositive(this.#request.signal);
    pages.pauseSending();
  }

  #advance(to: ChangePosition | null): Pick<FollowedChange, 'cursor' | 'previousCursor'> {
    this.#sent = to;
    const cursors = { cursor: this.#cursorAt(to), previousCursor: this.#previousCursor };
    this.#previousCursor = cursors.cursor;
    this.#heartbeatAt = nextHeartbeat(this.#heartbeatMs);
    return cursors;
  }

  #cursorAt(position: ChangePosition | null): string {
    const { snapshotFloor } = this.#request;
    return this.#dependencies.reader.cursors.encode(toCursor(this.#history, { position, snapshotFloor }));
  }
}

function largerPage({ size, maxBytes }: typeof smallestPage): typeof smallestPage {
  return { size: Math.min(2 * size, largestPage.size), maxBytes: Math.min(2 * maxBytes, largestPage.maxBytes) };
}

function nextHeartbeat(heartbeatMs: number): number {
  const stepMs = heartbeatMs / heartbeatSteps;
  return Math.floor((performance.now() + heartbeatMs) / stepMs) * stepMs;
}

function nullIfUnavailable(error: unknown): null {
  if (error instanceof GatewayError && error.extensions.code === 'SERVICE_UNAVAILABLE') return null;
  throw error;
}
