// A stream of changes is only a position: a slow reader is behind, and continues from there. Each page decides again
// which runs the caller sees.

import { setTimeout } from 'node:timers/promises';
import type { Caller } from '../../access/caller.js';
import type { RequestBudget } from '../../admission/request-budget.js';
import { GatewayError } from '../../errors/gateway-error.js';
import type { RunSelection } from '../record/field-groups.js';
import type { TaskRunRecord } from '../record/records.js';
import type { ScopePath } from '../record/run-path.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { TaskRunService } from '../task-runs.service.js';
import { assertSameEpoch, type ChangePosition, firstXidAfter, laterPosition, positionBefore } from './change-cursor.js';
import type { ChangePoller, PendingWait } from './change-poller.js';
import type { ChangePage, ChangeReader, RunDeletion } from './change-reader.js';
import { decideChangeScope, toFollowedScope } from './change-scope.js';
import type { SharedWatermark } from './shared-watermark.js';

export interface FollowedChange {
  readonly cursor: string;
  /** The cursor of the previous change or heartbeat. */
  readonly previousCursor: string;
  /** null, like `deleted`: a heartbeat. The stream is complete up to its cursor. */
  readonly run: TaskRunRecord | null;
  readonly deleted: RunDeletion | null;
  /** The service for reads of the run until the next change is taken. */
  readonly taskRuns: TaskRunService;
  readonly budget: RequestBudget;
  /** To be called when the change is written, and waits for the client alone. */
  startSending(): void;
}

export interface FollowRequest {
  readonly path: ScopePath;
  readonly caller: Caller;
  readonly filter: RunFilter;
  readonly selection: RunSelection;
  readonly epoch: string;
  readonly position: ChangePosition | null;
  /** The client has all changes of transactions before this one; null: all changes after the position are read. */
  readonly settled: string | null;
  readonly signal: AbortSignal;
}

type Changes = Pick<ChangePage, 'changes' | 'hasMore' | 'end'>;

export interface FollowDependencies {
  readonly reader: ChangeReader;
  readonly poller: ChangePoller;
  readonly sharedWatermark: SharedWatermark;
  openTaskRuns(budget: RequestBudget): TaskRunService;
  /** The budget of the request that opened the stream. */
  readonly requestBudget: RequestBudget;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Whether the issuer of the caller's token is still trusted. */
  isIssuerTrusted(): boolean;
  /** The time without a change after which there is a heartbeat. */
  readonly heartbeatMs: number | undefined;
}

// limit | HTTP | time without a change before a heartbeat | s |
const defaultHeartbeatMs = 15_000;
/** Heartbeats due within the same step are sent together, so that one statement decides for all their callers. */
const heartbeatSteps = 15;
const retryMs = 1000;
/** Pages are small while there are few changes, so that thousands of streams fit into memory. */
const smallestPage = { size: 16, maxBytes: 32 * 1024 };
const largestPage = { size: 100, maxBytes: 256 * 1024 };
/** Memory per byte of JSON: in the texts of statement and response, with up to two bytes each. */
const pageWeight = 4;
/** Seconds, for a stream that was ended because others needed its memory. */
const retryAfter = 5;

/**
 * @throws GatewayError PERMISSION_CHECK_FAILED when a grant is withdrawn, EXPIRED_TOKEN, INVALID_TOKEN, CURSOR_EXPIRED,
 *   and SERVICE_UNAVAILABLE with the last cursor when others need what a slow reader holds
 */
export async function* followChanges(
  {
    reader,
    poller,
    sharedWatermark,
    openTaskRuns,
    requestBudget,
    now,
    isIssuerTrusted,
    heartbeatMs = defaultHeartbeatMs,
  }: FollowDependencies,
  { path, caller, filter, selection, epoch, signal, ...start }: FollowRequest,
): AsyncGenerator<FollowedChange, void, void> {
  let { position, settled } = start;
  const followed = toFollowedScope(path, caller);
  const expiresAt = caller.expiresAt * 1000;
  const cursorAt = (each: ChangePosition | null) => reader.cursors.encode({ epoch, position: each });
  /** The position that the client was given last. That of the stream is later, and may reveal writes of others. */
  let sent = position;
  let previousCursor = cursorAt(sent);
  // A stream from now on begins with a heartbeat, so that a client that loses it early has a cursor to resume at.
  let heartbeatAt = settled === null ? nextHeartbeat(heartbeatMs) : performance.now();
  let budget: RequestBudget | undefined;
  let waiting: PendingWait | undefined;
  let page: Changes | null = null;
  let pageSize = smallestPage;
  const pages = requestBudget.holdPages({
    weight: pageWeight,
    end: () => {
      page = null;
    },
  });
  const startSending = () => pages.startSending();
  const stop = () => {
    waiting?.end();
    budget?.abandon();
  };
  signal.addEventListener('abort', stop);

  try {
    while (!signal.aborted && !poller.isClosed) {
      if (settled !== null) {
        const timeoutMs = Math.max(0, Math.min(heartbeatAt - performance.now(), expiresAt - now()));
        waiting = poller.wait({ scope: followed, epoch, settled, timeoutMs });
        const wake = await waiting.wake;
        if (signal.aborted || poller.isClosed) return;
        position = laterPosition(position, positionBefore(wake.settled));
        settled = wake.isOver ? wake.settled : null;
      }
      if (now() >= expiresAt) throw new GatewayError('EXPIRED_TOKEN');
      if (!isIssuerTrusted()) throw new GatewayError('INVALID_TOKEN');
      budget = requestBudget.renew({ pages });
      const taskRuns = openTaskRuns(budget);
      page = await readChanges(taskRuns, budget).catch(nullIfUnavailable);
      if (page === null) {
        // Sends nothing, not even heartbeats, until the database responds again.
        await setTimeout(retryMs, undefined, { signal, ref: false }).catch(() => {});
      } else {
        const { end, hasMore } = page;
        for (let index = 0; page !== null && index < page.changes.length; index += 1) {
          const { run, deleted, ...change } = page.changes[index]!;
          position = change.position;
          await untilBalancePositive();
          // The events before may have taken longer than the reads of one.
          budget.extend(0);
          yield { ...advance(position), run, deleted, taskRuns, budget, startSending };
          pages.pauseSending();
        }
        if (pages.isEnded) throw new GatewayError('SERVICE_UNAVAILABLE', { retryAfter, cursor: previousCursor });
        position = end;
        pageSize = hasMore ? largerPage(pageSize) : smallestPage;
        if (!hasMore) settled = firstXidAfter(position);
        if (settled !== null && performance.now() >= heartbeatAt) {
          await untilBalancePositive();
          yield {
            ...advance(sharedWatermark.endOf(epoch, sent, position)),
            run: null,
            deleted: null,
            taskRuns,
            budget,
            startSending,
          };
        }
        // Otherwise the time until the next page would count as the client's.
        pages.stopSending();
      }
      page = null;
      budget.end();
    }
  } finally {
    signal.removeEventListener('abort', stop);
    budget?.end();
    pages.close();
  }

  /** Reads the next page of changes, or none for a heartbeat, which also requires a decision about access. */
  async function readChanges(taskRuns: TaskRunService, budget: RequestBudget): Promise<Changes> {
    const decidedScope = await decideChangeScope(reader, caller, budget, path);
    assertSameEpoch({ epoch }, decidedScope.epoch);
    sharedWatermark.update(decidedScope);
    if (settled !== null) return { changes: [], hasMore: false, end: position! };
    const { scope, deletedTasks, moveScope, settled: until } = decidedScope;
    const kinds = 'runs and deletions' as const;
    const key = { scope, deletedTasks, moveScope, kinds, filter, selection, after: position, until, ...pageSize };
    const read = await reader.readPage(key, budget);
    taskRuns.relations.primePage(read.runs, read.fieldGroups, read.relations);
    return read;
  }

  /** A caller that waits for points is slow itself, so that its debts do not keep memory from others. */
  async function untilBalancePositive(): Promise<void> {
    pages.startSending();
    await requestBudget.cost.untilBalancePositive(signal);
    pages.pauseSending();
  }

  function advance(to: ChangePosition | null): Pick<FollowedChange, 'cursor' | 'previousCursor'> {
    sent = to;
    const cursors = { cursor: cursorAt(to), previousCursor };
    previousCursor = cursors.cursor;
    heartbeatAt = nextHeartbeat(heartbeatMs);
    return cursors;
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
