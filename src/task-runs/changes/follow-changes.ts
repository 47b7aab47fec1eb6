// A stream of changes is a position and nothing else: whoever is slow is behind, and reads on from there. At every page
// it is decided anew what the caller sees.

import { setTimeout } from 'node:timers/promises';
import { GatewayError } from '../../errors/gateway-error.js';
import type { RequestBudget } from '../batching/request-budget.js';
import type { RunSelection } from '../record/field-groups.js';
import type { TaskRunRecord } from '../record/records.js';
import type { ScopePath } from '../record/run-path.js';
import type { RunFilter } from '../scope/run-filter.js';
import type { TaskRunService } from '../task-runs.service.js';
import {
  assertSameEpoch,
  type ChangePosition,
  encodeChangeCursor,
  firstXidBehind,
  laterOf,
  positionBefore,
} from './change-cursor.js';
import type { ChangePoller } from './change-poller.js';
import type { ChangeReader } from './change-reader.js';
import { decideChangeScope } from './change-scope.js';

export interface FollowedChange {
  readonly cursor: string;
  /** Of what came before it in the stream. */
  readonly previousCursor: string;
  /** null: a heartbeat. Nothing is missing up to its cursor. */
  readonly run: TaskRunRecord | null;
  /** For what is read of the run until the next change is taken. */
  readonly taskRuns: TaskRunService;
  readonly budget: RequestBudget;
}

export interface FollowRequest {
  readonly path: ScopePath;
  readonly filter: RunFilter;
  readonly selection: RunSelection;
  readonly epoch: string;
  readonly position: ChangePosition | null;
  /** What transactions before this one have changed is known; null: all behind the position is to be read. */
  readonly settled: string | null;
  /** In milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly signal: AbortSignal;
}

export interface FollowDependencies {
  readonly reader: ChangeReader;
  readonly poller: ChangePoller;
  openTaskRuns(budget: RequestBudget): TaskRunService;
  /** The budget of each part of the stream. */
  renewBudget(): RequestBudget;
  /** Milliseconds since the epoch. */
  now(): number;
}

const heartbeatMs = 15_000;
/** Heartbeats that are due within it come together, so that one statement decides what all their callers see. */
const heartbeatStepMs = 1000;
const retryMs = 1000;
const pageSize = 100;

/** @throws GatewayError PERMISSION_CHECK_FAILED when a grant is withdrawn, EXPIRED_TOKEN, CURSOR_EXPIRED */
export async function* followChanges(
  { reader, poller, openTaskRuns, renewBudget, now }: FollowDependencies,
  { path, filter, selection, epoch, expiresAt, signal, ...start }: FollowRequest,
): AsyncGenerator<FollowedChange, void, void> {
  let { position, settled } = start;
  const cursorAt = (each: ChangePosition | null) => encodeChangeCursor({ epoch, position: each });
  let previousCursor = cursorAt(position);
  // Begun now, it says first where that is: a client that loses it before anything changes misses nothing either.
  let heartbeatAt = settled === null ? nextHeartbeat() : performance.now();

  while (!signal.aborted && !poller.isClosed) {
    if (settled !== null) {
      const timeoutMs = Math.max(0, Math.min(heartbeatAt - performance.now(), expiresAt - now()));
      const wake = await poller.wait({ path, epoch, settled, timeoutMs, signal });
      if (signal.aborted || poller.isClosed) return;
      position = laterOf(position, positionBefore(wake.settled));
      settled = wake.isOver ? wake.settled : null;
    }
    if (now() >= expiresAt) throw new GatewayError('EXPIRED_TOKEN');
    try {
      for await (const change of readPart()) {
        yield { ...change, previousCursor };
        previousCursor = change.cursor;
        heartbeatAt = nextHeartbeat();
      }
    } catch (error) {
      // Silence, without heartbeats, until the database is there again.
      if (!isUnavailable(error)) throw error;
      await setTimeout(retryMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** The next page of changes where there are any, or the heartbeat that is due. */
  async function* readPart(): AsyncGenerator<Omit<FollowedChange, 'previousCursor'>> {
    const budget = renewBudget();
    const abandon = () => budget.abandon();
    signal.addEventListener('abort', abandon);
    try {
      const taskRuns = openTaskRuns(budget);
      const decided = await decideChangeScope(reader, taskRuns, budget, path);
      assertSameEpoch({ epoch }, decided.epoch);
      if (settled === null) {
        const key = {
          scope: decided.scope,
          filter,
          selection,
          after: position,
          until: decided.settled,
          size: pageSize,
        };
        const { runs, positions, fieldGroups, relations, hasMore, end } = await reader.readPage(key, budget);
        taskRuns.relations.primePage(runs, fieldGroups, relations);
        for (const [index, run] of runs.entries()) {
          position = positions[index]!;
          yield { cursor: cursorAt(position), run, taskRuns, budget };
        }
        position = end;
        if (!hasMore) settled = firstXidBehind(end);
      }
      if (settled !== null && performance.now() >= heartbeatAt) {
        yield { cursor: cursorAt(position), run: null, taskRuns, budget };
      }
    } finally {
      signal.removeEventListener('abort', abandon);
      budget.end();
    }
  }
}

function nextHeartbeat(): number {
  return Math.floor((performance.now() + heartbeatMs) / heartbeatStepMs) * heartbeatStepMs;
}

function isUnavailable(error: unknown): boolean {
  return error instanceof GatewayError && error.extensions.code === 'SERVICE_UNAVAILABLE';
}
