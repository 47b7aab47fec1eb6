// The cursors that expire when old deletions are forgotten.

import type { DataSource } from 'typeorm';
import { beginEpoch, findStaleEpoch } from '../../../src/database/change-epoch.js';
import { forgetDeletions } from '../../../src/purge/forget-deletions.js';
import type { PurgeScope } from '../../../src/purge/purge-plan.js';
import { bindChangePoll } from '../../../src/task-runs/changes/change-poll.js';
import { databaseKind } from '../../support/databases.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';
import { idOf } from '../../support/permission-world.js';
import { createChangesOn, readChanges } from '../../support/run-changes.js';
import { untilSettled } from '../../support/until-settled.js';

const { orgId, projectId, taskId, otherTaskId, owner } = generated;
const taskScope = { orgId, projectId, taskId };
const projectScope = { orgId, projectId };
const ids = { fieldGroups: 0, pointers: [] };
const expired = expect.objectContaining({ reason: 'CURSOR_EXPIRED' });

describe('forgotten deletions', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  let opened: ReturnType<typeof createChangesOn>;
  beforeEach(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    opened = createChangesOn(dataSource);
    await arrangeGeneratedRuns(dataSource, 20);
  });
  afterEach(async () => {
    await opened?.close();
    await dataSource?.destroy();
    await database?.drop();
  });

  const changes = () => opened.openFor(owner);
  const page = (after: string | null, first = 100, path: typeof taskScope | typeof projectScope = taskScope) =>
    changes().page({ ...path, after, first }, ids);
  const settled = () => untilSettled(dataSource);
  const deleteRun = async () => {
    await dataSource.query(
      'DELETE FROM task_run WHERE id = (SELECT id FROM task_run WHERE task_id = $1 ORDER BY id LIMIT 1)',
      [taskId],
    );
    await settled();
  };
  const age = () => dataSource.query("UPDATE task_run_deletion SET deleted_at = now() - interval '100 days'");
  const forget = async (scope: PurgeScope = 'all', batch = 2) => {
    const before = new Date(Date.now() - 90 * 86_400_000).toISOString();
    const { signal } = new AbortController();
    const pace = { batch, pauseMs: 0, signal, onCommit() {} };
    return forgetDeletions(dataSource, scope, { kind: 'tombstones', before }, pace);
  };
  const follow = async (after: string) => {
    const stop = new AbortController();
    const stream = await changes().follow({ ...taskScope, after }, ids, stop.signal);
    const first = await stream.next();
    stop.abort();
    return first;
  };
  const exportAfter = (after: string) => opened.exportsFor(owner).open({ ...taskScope, after }, ids);

  it('expire cursors from before the newest of them, in feeds, streams and exports', async () => {
    await settled();
    const { endCursor: before } = await page(null);
    await deleteRun();
    await deleteRun();
    await age();
    const { changes: deletions } = await page(before);
    const [between, behind] = deletions.map(({ cursor }) => cursor) as [string, string];
    await deleteRun();
    expect(await forget()).toBe(2);
    for (const cursor of [before, between]) {
      await expect(page(cursor)).rejects.toEqual(expired);
      await expect(page(cursor, 100, projectScope)).rejects.toEqual(expired);
      await expect(follow(cursor)).rejects.toEqual(expired);
      await expect(exportAfter(cursor)).rejects.toEqual(expired);
    }
    const { changes: later } = await page(behind);
    expect(later.map(({ deleted }) => deleted?.taskId)).toEqual([taskId]);
    expect(await follow(behind)).toMatchObject({ value: { deleted: { taskId } } });
    await expect(exportAfter(behind)).resolves.toBeDefined();
    expect(await forget()).toBe(0);
    await expect(page(behind)).resolves.toBeDefined();
  });

  it('expire no walk that began behind them, whose reader never had the runs', async () => {
    await deleteRun();
    await deleteRun();
    await age();
    expect(await forget('all', 1)).toBe(2);
    const { endCursor: midway } = await page(null, 3);
    expect(await follow(midway)).toMatchObject({ value: { run: expect.anything() } });
    await expect(exportAfter(midway)).resolves.toBeDefined();
    const { ids: read, endCursor } = await readChanges(changes, { ...taskScope, after: midway }, { first: 2 });
    expect(read).toHaveLength(5);
    await deleteRun();
    for (const cursor of [midway, endCursor]) {
      const { read } = await readChanges(changes, { ...taskScope, after: cursor });
      expect(read.filter(({ deletedFrom }) => deletedFrom !== null)).toHaveLength(1);
    }
    await age();
    await forget();
    for (const cursor of [midway, endCursor]) await expect(page(cursor)).rejects.toEqual(expired);
  });

  it('lengthen no cursor but those of such walks', async () => {
    await settled();
    const { endCursor: before } = await page(null, 3);
    await deleteRun();
    await age();
    await forget();
    const { endCursor: midway } = await page(null, 3);
    const end = await changes().watermark(taskScope);
    expect([before.length, midway.length, end.length]).toEqual([76, 87, 76]);
    const stream = await changes().follow({ ...taskScope, after: midway }, ids, new AbortController().signal);
    const { value } = await stream.next();
    await stream.return!();
    expect([value.previousCursor, value.cursor.length]).toEqual([midway, 87]);
  });

  it('belong to a scope, with the deleted tasks that no longer have any', async () => {
    const otherProject = idOf(1);
    const otherTask = idOf(2);
    await dataSource.query(`INSERT INTO project (id, org_id, name) VALUES ('${otherProject}', '${orgId}', 'Other')`);
    await dataSource.query(
      `INSERT INTO task (id, project_id, name) VALUES ('${otherTask}', '${otherProject}', 'Other')`,
    );
    await dataSource.query('DELETE FROM task WHERE id = $1', [otherTaskId]);
    await dataSource.query(
      `UPDATE task_run SET task_id = $1, reporting_group_id = NULL
       WHERE id IN (SELECT id FROM task_run ORDER BY id LIMIT 2)`,
      [otherTask],
    );
    await dataSource.query('DELETE FROM task_run WHERE task_id = $1', [otherTask]);
    await age();
    await settled();
    const left = async () =>
      (await dataSource.query('SELECT count(*)::integer AS count FROM task_run_deletion'))[0].count;
    const deletedTasks = () => dataSource.query('SELECT id FROM deleted_task');
    expect(await left()).toBe(14);
    const newest = async () => (await dataSource.query('SELECT forgotten_xid AS xid FROM change_epoch'))[0].xid;
    expect(await forget({ type: 'project', id: otherProject })).toBe(2);
    const otherProjectDeletion = await newest();
    expect(await deletedTasks()).toEqual([{ id: otherTaskId }]);
    expect(await forget({ type: 'task', id: taskId })).toBe(2);
    // The deletions in this task are older.
    expect(await newest()).toBe(otherProjectDeletion);
    expect(await deletedTasks()).toEqual([{ id: otherTaskId }]);
    expect(await forget({ type: 'organization', id: orgId })).toBe(10);
    expect(await deletedTasks()).toEqual([]);
  });

  // Connections to the embedded database share a session.
  (databaseKind === 'postgres' ? it : it.skip)(
    'do not include those that an open transaction holds back from feeds',
    async () => {
      const other = await database.connect();
      const session = other.createQueryRunner();
      await session.startTransaction();
      await session.query('SELECT pg_current_xact_id()');
      await dataSource.query('DELETE FROM task_run WHERE task_id = $1', [taskId]);
      await age();
      expect(await forget()).toBe(0);
      await session.commitTransaction();
      await session.release();
      await other.destroy();
      await settled();
      expect(await forget()).toBe(10);
    },
  );

  it('count only from their epoch', async () => {
    await deleteRun();
    await age();
    await forget();
    await dataSource.query("UPDATE change_epoch SET forgotten_xid = '9000000000000000000'");
    expect(await findStaleEpoch(dataSource)).not.toBeNull();
    const { endCursor } = await page(null, 1);
    await expect(page(endCursor)).rejects.toEqual(expired);
    await beginEpoch(dataSource);
    expect(await findStaleEpoch(dataSource)).toBeNull();
    await expect(readChanges(changes, taskScope, { first: 1 })).resolves.toBeDefined();
  });

  it('wake a caller that has waited since before them', async () => {
    const [{ xid }] = await dataSource.query('SELECT pg_current_xact_id() AS xid');
    await deleteRun();
    await age();
    await forget();
    const poll = async (since: string) => {
      const scope = { path: { ...taskScope, taskId: otherTaskId }, subject: owner, userId: null, taskIds: null };
      const { statement, values } = bindChangePoll([{ ...scope, scopeKind: 'usage', since }]);
      return (await dataSource.query(statement.text, [...values]))[0].changed;
    };
    expect(await poll(xid)).toEqual([1]);
    expect(await poll(String(BigInt(xid) + 1000n))).toEqual([]);
  });
});
