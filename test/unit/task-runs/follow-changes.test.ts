// Streams of changes with a test reader, and the memory of their pages.

import type { RequestBudget } from '../../../src/admission/request-budget.js';
import { MemoryLedger, pageGraceMs } from '../../../src/memory/memory-ledger.js';
import type { ChangePage, ChangeReader } from '../../../src/task-runs/changes/change-reader.js';
import type { ChangePageKey } from '../../../src/task-runs/changes/change-statement.js';
import { type FollowDependencies, followChanges } from '../../../src/task-runs/changes/follow-changes.js';
import { createSharedWatermark } from '../../../src/task-runs/changes/shared-watermark.js';
import type { TaskRunRecord } from '../../../src/task-runs/columns/records.js';
import type { TaskRunService } from '../../../src/task-runs/task-runs.service.js';
import { noFilter } from '../../../src/task-runs/visibility/run-filter.js';
import { createBudget, createCaller } from '../../support/callers.js';
import { useFakeTime } from '../../support/fake-time.js';
import { idOf } from '../../support/permission-world.js';
import { changeCursors } from '../../support/run-changes.js';

const [orgId, projectId, taskId] = [1, 2, 3].map(idOf) as [string, string, string];
const caller = { ...createCaller('ada'), expiresAt: Number.MAX_SAFE_INTEGER / 1000 };
const epoch = 'the epoch';
const requestMs = 10_000;
const megabyte = 1024 * 1024;

/** Follows changes from now on: a heartbeat, and one page of two runs. */
function followTwoRuns(onPage = () => {}) {
  let isClosed = false;
  const clock = { now: 0 };
  const memory = new MemoryLedger(4 * megabyte, () => clock.now);
  const budget = createBudget({ callerId: caller.id, memory, deadline: performance.now() + requestMs });
  const task = { taskId, visibility: 'all_viewers', isProject: true, rank: 4 };
  const reader = {
    staleEpoch: null,
    cursors: changeCursors,
    readScope: async () => ({ tasks: [task], projectRank: 4, epoch, settled: '100', lastForgotten: null }),
    readPage: (key: ChangePageKey, pageBudget: RequestBudget) =>
      pageBudget.bytes.readSerially(
        key.maxBytes!,
        async () => {
          isClosed = true;
          onPage();
          const changes = [1, 2].map((n) => ({
            position: { xid: '100', id: idOf(n) },
            run: { id: idOf(n) },
            deleted: null,
          }));
          return { changes, runs: [], relations: {}, hasMore: false, end: { xid: '101', id: idOf(2) } };
        },
        () => 1024,
      ) as unknown as Promise<ChangePage>,
  } as unknown as ChangeReader;
  const poller: FollowDependencies['poller'] = {
    get isClosed() {
      return isClosed;
    },
    wait: ({ settled, timeoutMs }) => ({ wake: Promise.resolve({ settled, isOver: timeoutMs === 0 }), end() {} }),
  };
  const openTaskRuns = () => {
    const primed: string[] = [];
    const primeRun = ({ id }: TaskRunRecord) => primed.push(id);
    return { relations: { primed, primeRun } } as unknown as TaskRunService;
  };
  const changes = followChanges(
    {
      ...{ reader, poller, sharedWatermark: createSharedWatermark(), requestBudget: budget },
      openTaskRuns,
      now: () => 0,
      isIssuerTrusted: () => true,
      heartbeatMs: undefined,
    },
    {
      ...{ caller, filter: noFilter, scopeKind: 'usage' as const, selection: { fieldGroups: 0, pointers: [] } },
      ...{
        path: { orgId, projectId, taskId },
        position: null,
        snapshotFloor: null,
        history: { epoch, lastForgotten: null },
        settled: '100',
        signal: new AbortController().signal,
      },
    },
  );
  /** Makes another caller wait for memory that the first caller's exports hold. */
  const exhaustMemory = () => {
    memory.pages.hold(caller.id, {}).add(memory.pages.maxBytes);
    const request = { expiresAt: Number.POSITIVE_INFINITY, add() {}, delete() {} };
    void memory.pages.hold('ben').acquire(megabyte / 8, request);
  };
  return { changes, clock, exhaustMemory };
}

const pass = useFakeTime();

describe('a stream of changes', () => {
  it('gives the reads of each event the time of a request', async () => {
    const { changes } = followTwoRuns();
    await changes.next();
    for (const id of [1, 2].map(idOf)) {
      const { value } = await changes.next();
      expect(value).toMatchObject({ run: { id } });
      expect(value!.budget.deadline.expiresAt - performance.now()).toBe(requestMs);
      await pass(2 * requestMs);
    }
  });
});

describe('the loaders of a stream of changes', () => {
  it('live for one event, and have the relations of only its run', async () => {
    const { changes } = followTwoRuns();
    const events = [];
    for (let count = 0; count < 3; count += 1) events.push((await changes.next()).value!);
    expect(events.map(({ taskRuns }) => taskRuns.relations)).toMatchObject([
      { primed: [] },
      { primed: [idOf(1)] },
      { primed: [idOf(2)] },
    ]);
  });
});

describe('a stream of changes whose caller holds memory that others wait for', () => {
  it('goes on while its page is read, however long before its last event was', async () => {
    const { changes, clock, exhaustMemory } = followTwoRuns(() => exhaustMemory());
    expect((await changes.next()).value).toMatchObject({ run: null });
    clock.now += 2 * pageGraceMs;
    for (const id of [1, 2].map(idOf)) expect((await changes.next()).value).toMatchObject({ run: { id } });
    expect(await changes.next()).toMatchObject({ done: true });
  });

  describe('with a page of which an event was taken', () => {
    const takeEvent = async () => {
      const followed = followTwoRuns();
      await followed.changes.next();
      const { startSending } = (await followed.changes.next()).value!;
      return { ...followed, startSending };
    };

    it('goes on while the gateway writes the event', async () => {
      const { changes, clock, exhaustMemory } = await takeEvent();
      clock.now += 2 * pageGraceMs;
      exhaustMemory();
      expect((await changes.next()).value).toMatchObject({ run: { id: idOf(2) } });
      expect(await changes.next()).toMatchObject({ done: true });
    });

    it('fails once its client has taken too long for the events of the page together', async () => {
      const { changes, clock, startSending, exhaustMemory } = await takeEvent();
      startSending();
      clock.now += pageGraceMs / 2;
      const { value } = await changes.next();
      value!.startSending();
      clock.now += pageGraceMs / 2;
      exhaustMemory();
      await expect(changes.next()).rejects.toMatchObject({
        reason: 'SERVICE_UNAVAILABLE',
        extensions: { cursor: value!.cursor },
      });
    });
  });
});
