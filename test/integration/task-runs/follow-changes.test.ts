// Streams of changes, and requests that wait for a change.

import type { DataSource } from 'typeorm';
import type { FollowedChange } from '../../../src/task-runs/changes/follow-changes.js';
import { eventually } from '../../support/eventually.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { useMigratedDatabase } from '../../support/migrated-database.js';
import { idOf } from '../../support/permission-world.js';
import { createChangesOn } from '../../support/run-changes.js';
import { untilSettled } from '../../support/until-settled.js';

const { orgId, projectId, taskId, otherTaskId, owner } = generated;
const taskScope = { orgId, projectId, taskId };
const projectScope = { orgId, projectId };
const ids = { fieldGroups: 0, pointers: [] };

describe('a stream of changes', () => {
  let dataSource: DataSource;
  let opened: ReturnType<typeof createChangesOn>;
  /** Has heartbeats at short intervals, and a clock that stands still. */
  let lively: ReturnType<typeof createChangesOn>;
  let time = 0;
  let runIds: string[];
  afterAll(() => {
    opened?.close();
    lively?.close();
  });
  useMigratedDatabase(async (migrated) => {
    dataSource = migrated;
    await arrangeGeneratedRuns(dataSource, 20);
    const rows = await dataSource.query('SELECT id FROM task_run WHERE task_id = $1 ORDER BY id', [taskId]);
    runIds = rows.map(({ id }: { id: string }) => id);
    opened = createChangesOn(dataSource);
    lively = createChangesOn(dataSource, { heartbeatMs: 300, now: () => time });
  });

  const streams: AbortController[] = [];
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.abort();
  });
  const follow = async (
    input: Parameters<ReturnType<typeof opened.openFor>['follow']>[0] = taskScope,
    options = {},
    subject: string = owner,
    changes = opened,
  ) => {
    const controller = new AbortController();
    streams.push(controller);
    const stream = await changes.openFor(subject, options).follow(input, ids, controller.signal);
    if (input.after == null) expect(await next(stream)).toMatchObject({ run: null });
    return { stream, end: () => controller.abort() };
  };
  const next = async (stream: AsyncIterator<FollowedChange>) => (await stream.next()).value as FollowedChange;
  const nextRun = async (stream: AsyncIterator<FollowedChange>) => {
    for (;;) {
      const event = await next(stream);
      // A heartbeat has no run.
      if (event.run !== null) return event;
    }
  };
  const change = (id: string, text: string) =>
    dataSource.query('UPDATE task_run SET reference = $1 WHERE id = $2', [text, id]);

  it('sends later changes, each with the cursor of the previous one', async () => {
    const { stream } = await follow();
    let before: string | undefined;
    for (const id of runIds.slice(0, 3)) {
      const [event] = await Promise.all([next(stream), change(id, 'followed')]);
      expect(event.run?.id).toBe(id);
      if (before !== undefined) expect(event.previousCursor).toBe(before);
      before = event.cursor;
    }
  });

  it('resumes behind a cursor, without what was received before it', async () => {
    const after = await opened.openFor(owner).watermark(taskScope);
    for (const id of runIds.slice(0, 5)) await change(id, 'resumed');
    await untilSettled(dataSource);
    const first = await follow({ ...taskScope, after });
    const received = [await next(first.stream), await next(first.stream)];
    expect(received[0]!.previousCursor).toBe(after);
    first.end();
    const second = await follow({ ...taskScope, after: received[1]!.cursor });
    for (let count = 2; count < 5; count++) received.push(await next(second.stream));
    expect(received.map(({ run }) => run!.id)).toEqual(runIds.slice(0, 5));
    expect(received.slice(1).map(({ previousCursor }) => previousCursor)).toEqual(
      received.slice(0, -1).map(({ cursor }) => cursor),
    );
  });

  it('sends runs of tasks that are created while a project is followed', async () => {
    const { stream } = await follow(projectScope);
    const received = next(stream);
    const newTask = idOf(0x2000);
    await dataSource.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'New')", [newTask, projectId]);
    await dataSource.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
       VALUES ($1, $2, $2, '{}', now(), 1, 1, 2)`,
      [idOf(0x2001), newTask],
    );
    expect((await received).run).toMatchObject({ id: idOf(0x2001), taskId: newTask });
  });

  it('proves by heartbeats that nothing is missing while nothing happens', async () => {
    const { stream } = await follow(taskScope, {}, owner, lively);
    let heartbeat = await next(stream);
    expect(heartbeat.run).toBeNull();
    await change(runIds[0]!, 'after the heartbeat');
    for (;;) {
      const event = await next(stream);
      expect(event.previousCursor).toBe(heartbeat.cursor);
      if (event.run !== null) {
        expect(event.run.id).toBe(runIds[0]);
        break;
      }
      heartbeat = event;
    }
  });

  it('fails when the grant is withdrawn, before it sends later changes', async () => {
    const subject = 'short-lived';
    await dataSource.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'owner')", [taskId, subject]);
    const { stream } = await follow(taskScope, {}, subject, lively);
    const [first] = await Promise.all([nextRun(stream), change(runIds[0]!, 'seen')]);
    expect(first.run?.id).toBe(runIds[0]);
    await dataSource.query('DELETE FROM access_grant WHERE subject_id = $1', [subject]);
    const failure = expect(nextRun(stream)).rejects.toMatchObject({ reason: 'PERMISSION_CHECK_FAILED' });
    await change(runIds[0]!, 'not seen');
    await failure;
  });

  it('fails when the token expires', async () => {
    const { stream } = await follow(taskScope, { expiresAt: 4 }, owner, lively);
    time = 3999;
    expect(await next(stream)).toMatchObject({ run: null });
    time = 4000;
    await expect(next(stream)).rejects.toMatchObject({ reason: 'EXPIRED_TOKEN' });
    time = 0;
  });

  it('fails like a page, before it begins', async () => {
    await expect(follow(taskScope, {}, 'stranger')).rejects.toMatchObject({ reason: 'PERMISSION_CHECK_FAILED' });
    await expect(follow({ ...taskScope, taskId: idOf(0x3000) })).rejects.toMatchObject({
      reason: 'TASK_RUN_NOT_FOUND',
    });
    await expect(follow({ ...taskScope, taskId: 'x' })).rejects.toMatchObject({
      reason: 'MALFORMED_RESOURCE_IDENTIFIER',
    });
    await expect(follow({ ...taskScope, after: 'x' })).rejects.toMatchObject({ reason: 'VALIDATION_FAILED' });
    const elsewhere = { confinement: { taskIds: [otherTaskId] } };
    await expect(follow(taskScope, elsewhere)).rejects.toMatchObject({ reason: 'PERMISSION_CHECK_FAILED' });
  });

  it('costs few statements for any number of streams', async () => {
    const followers = await Promise.all(Array.from({ length: 40 }, () => follow()));
    const received = Promise.all(followers.map(({ stream }) => next(stream)));
    const before = { ...opened.counts };
    const polls = () => opened.counts.task_run_change_poll ?? 0;
    await eventually(async () => expect(polls()).toBeGreaterThan((before.task_run_change_poll ?? 0) + 1));
    await change(runIds[1]!, 'for many');
    expect((await received).map(({ run }) => run!.id)).toEqual(followers.map(() => runIds[1]));
    const added = (name: string) => (opened.counts[name] ?? 0) - (before[name] ?? 0);
    expect(added('task_run_change_scopes')).toBeLessThan(5);
    expect(added('task_run_changes')).toBeLessThan(5);
  });

  it('ends without an error when it is aborted', async () => {
    const { stream, end } = await follow();
    const last = stream.next();
    end();
    expect(await last).toEqual({ done: true, value: undefined });
  });

  describe('as a page that waits', () => {
    const page = (after: string, wait: number, path: object = taskScope) =>
      opened.openFor(owner).page({ ...taskScope, ...path, after, wait }, ids);

    it('returns as soon as something changes', async () => {
      const after = await opened.openFor(owner).watermark(taskScope);
      const waiting = page(after, 20);
      await change(runIds[2]!, 'awaited');
      const { changes } = await waiting;
      expect(changes).toMatchObject([{ run: { id: runIds[2] }, previousCursor: after }]);
    });

    it('returns an empty page when the time is over, with a cursor to continue from', async () => {
      await untilSettled(dataSource);
      const after = await opened.openFor(owner).watermark(taskScope);
      const empty = await page(after, 1);
      expect(empty).toMatchObject({ changes: [], hasMore: false });
      await change(runIds[3]!, 'later');
      expect((await page(empty.endCursor, 20)).changes).toMatchObject([{ run: { id: runIds[3] } }]);
    });

    it.each([-1, 21])('rejects a wait of %d seconds', async (wait) => {
      await expect(page(await opened.openFor(owner).watermark(taskScope), wait)).rejects.toMatchObject({
        extensions: { detail: [{ loc: ['wait'] }] },
      });
    });
  });

  it('ends, and a page that waits comes, when the process shuts down', async () => {
    const closing = createChangesOn(dataSource);
    const signal = new AbortController().signal;
    const stream = await closing.openFor(owner).follow(taskScope, ids, signal);
    await stream.next();
    const last = stream.next();
    const after = await closing.openFor(owner).watermark(taskScope);
    const waiting = closing.openFor(owner).page({ ...taskScope, after, wait: 20 }, ids);
    closing.close();
    expect(await last).toEqual({ done: true, value: undefined });
    expect(await waiting).toMatchObject({ changes: [], hasMore: false });
  });
});
