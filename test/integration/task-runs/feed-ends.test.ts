// The cursors at which feeds without changes end. They must not reveal when others write.

import type { DataSource } from 'typeorm';
import type { RunChangesPage } from '../../../src/task-runs/changes/run-changes.service.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { useMigratedDatabase } from '../../support/migrated-database.js';
import { idOf } from '../../support/permission-world.js';
import { createChangesOn } from '../../support/run-changes.js';
import { untilSettled } from '../../support/until-settled.js';

const { jest } = import.meta;
const { orgId, projectId, taskId, otherTaskId } = generated;
const viewer = idOf(1990);
const ids = { fieldGroups: 0, pointers: [] };
const paths = [
  ['task', { orgId, projectId, taskId }],
  ['project', { orgId, projectId }],
] as const;

describe.each(paths)('the feed of a %s', (_kind, path) => {
  let dataSource: DataSource;
  let runIds: string[];
  const processes: ReturnType<typeof createChangesOn>[] = [];
  useMigratedDatabase(async (migrated) => {
    dataSource = migrated;
    await arrangeGeneratedRuns(dataSource, 20);
    await dataSource.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'owner')", [taskId, viewer]);
    const rows = await dataSource.query('SELECT id FROM task_run WHERE task_id = $1', [taskId]);
    runIds = rows.map(({ id }: { id: string }) => id);
  });
  const startProcess = (options: Parameters<typeof createChangesOn>[1] = {}) => {
    const started = createChangesOn(dataSource, options);
    processes.push(started);
    return started;
  };
  let process: ReturnType<typeof createChangesOn>;
  beforeEach(() => {
    process = startProcess();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    for (const each of processes.splice(0)) each.close();
  });

  const change = (id: string) =>
    dataSource.query('UPDATE task_run SET output_tokens = output_tokens + 1 WHERE id = $1', [id]);
  /** Performs writes by others: to a run that the viewer does not see, and in a transaction elsewhere on the server. */
  const othersWrite = async () => {
    await dataSource.query('UPDATE task_run SET output_tokens = output_tokens + 1 WHERE task_id = $1', [otherTaskId]);
    await untilSettled(dataSource);
  };
  const poll = (after: string | null, wait = 0, on = process) =>
    on.openFor(viewer).page({ ...path, after, wait, first: 100 }, ids);
  const watermark = async () => {
    await untilSettled(dataSource);
    return process.openFor(viewer).watermark(path);
  };
  const idsOf = ({ changes }: RunChangesPage) => changes.map(({ run }) => run?.id);
  const passMinute = () => {
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
  };
  /** Returns the cursors of empty pages after a cursor, with writes by others in between. */
  const endsOf = async (after: string, wait = 0) => {
    const ends: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      await othersWrite();
      const page = await poll(after, wait);
      expect(page).toMatchObject({ changes: [], hasMore: false });
      ends.push(page.endCursor);
    }
    return ends;
  };

  it('ends at the same cursor while others write', async () => {
    const start = await watermark();
    await poll(start);
    expect(new Set(await endsOf(start)).size).toBe(1);
    expect(new Set(await endsOf(start, 0.3)).size).toBe(1);
  });

  it('ends at its last change, whatever others have written since', async () => {
    const start = await watermark();
    await poll(start);
    await change(runIds[0]!);
    await othersWrite();
    const page = await poll(start);
    expect(idsOf(page)).toEqual([runIds[0]]);
    expect(page.endCursor).toBe(page.changes[0]!.cursor);
    expect(await endsOf(page.endCursor)).toEqual(Array(5).fill(page.endCursor));
  });

  it('ends at another cursor after a minute, once', async () => {
    const start = await watermark();
    const [first] = await endsOf(start);
    passMinute();
    const later = await endsOf(first!);
    expect(later[0]).not.toBe(first);
    expect(new Set(later).size).toBe(1);
  });

  it('returns each change exactly once after such cursors', async () => {
    let after = (await poll(null)).endCursor;
    for (const id of runIds) {
      await othersWrite();
      expect(idsOf(await poll(after))).toEqual([]);
      await change(id);
      await untilSettled(dataSource);
      const page = await poll(after);
      expect(idsOf(page)).toEqual([id]);
      after = page.endCursor;
    }
    passMinute();
    const { endCursor } = await poll(after);
    await change(runIds[0]!);
    await untilSettled(dataSource);
    for (const cursor of [after, endCursor]) expect(idsOf(await poll(cursor))).toEqual([runIds[0]]);
  });

  it('never goes back to an earlier cursor in another process', async () => {
    const earlier = await poll(await watermark());
    await othersWrite();
    const later = startProcess();
    const { endCursor } = await poll(earlier.endCursor, 0, later);
    expect(endCursor).not.toBe(earlier.endCursor);
    expect((await poll(endCursor)).endCursor).toBe(endCursor);
  });

  it('repeats the cursor of heartbeats while others write', async () => {
    const lively = startProcess({ heartbeatMs: 100 });
    await poll(null, 0, lively);
    await othersWrite();
    const controller = new AbortController();
    const stream = await lively.openFor(viewer).follow(path, ids, controller.signal);
    const first = (await stream.next()).value!;
    for (let count = 0; count < 5; count += 1) {
      await othersWrite();
      const { value } = await stream.next();
      expect(value).toMatchObject({ run: null, deleted: null, cursor: first.cursor, previousCursor: first.cursor });
    }
    await change(runIds[0]!);
    let event = first;
    while (event.run === null) event = (await stream.next()).value!;
    expect(event).toMatchObject({ run: { id: runIds[0] }, previousCursor: first.cursor });
    await othersWrite();
    expect((await stream.next()).value).toMatchObject({ run: null, cursor: event.cursor });
    controller.abort();
  });

  it('begins at the exact cursor, as exports end there', async () => {
    const firstCursors = async () => {
      await othersWrite();
      const controller = new AbortController();
      const stream = await process.openFor(viewer).follow(path, ids, controller.signal);
      const { value } = await stream.next();
      controller.abort();
      return [value!.cursor, (await process.exportsFor(viewer).open(path, ids)).watermark];
    };
    const cursors = [...(await firstCursors()), ...(await firstCursors())];
    expect(cursors[2]).not.toBe(cursors[0]);
    expect(cursors[3]).not.toBe(cursors[1]);
    await change(runIds[0]!);
    await untilSettled(dataSource);
    for (const cursor of cursors) expect(idsOf(await poll(cursor))).toEqual([runIds[0]]);
  });
});
