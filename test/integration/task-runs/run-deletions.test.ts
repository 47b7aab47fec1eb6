// The run deletions in the feed of changes, and who receives them.

import type { DataSource } from 'typeorm';
import { databaseKind } from '../../support/databases.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';
import { idOf } from '../../support/permission-world.js';
import { type ChangesOptions, createChangesOn, readChanges } from '../../support/run-changes.js';
import { untilSettled } from '../../support/until-settled.js';

const { orgId, projectId, taskId, otherTaskId, owner } = generated;
const otherProjectId = idOf(1);
const foreignTaskId = idOf(2);
const executor = idOf(3);
const taskScope = { orgId, projectId, taskId };
const otherTaskScope = { orgId, projectId, taskId: otherTaskId };
const projectScope = { orgId, projectId };
const organizationScope = { orgId };
type Scope = Parameters<typeof readChanges>[1];
const otherProjectScope = { orgId, projectId: otherProjectId };

describe('deletions of runs', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  let opened: ReturnType<typeof createChangesOn>;
  let created = 0;
  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    opened = createChangesOn(dataSource);
    await arrangeGeneratedRuns(dataSource, 20);
    await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Other')", [otherProjectId, orgId]);
    await addTask(foreignTaskId, otherProjectId);
    await run(`INSERT INTO access_grant VALUES ('organization', $1, 'user', $2, 'owner') ON CONFLICT DO NOTHING`, [
      orgId,
      owner,
    ]);
    await grant('project', projectId, executor, 'viewer');
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  const run = (sql: string, values: unknown[] = []) => dataSource.query(sql, values);
  const addTask = (id: string, project: string, visibility = 'owner_only') =>
    run("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Task', $3)", [
      id,
      project,
      visibility,
    ]);
  const grant = (type: string, id: string, subject: string, role: string) =>
    run(`INSERT INTO access_grant VALUES ($1, $2, 'user', $3, $4)`, [type, id, subject, role]);
  const insertSql = (id: string, task: string, user: string | null = null) =>
    `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, user_id)
     VALUES ('${id}', '${task}', '${task}', '{}', now(), 1, 1, 2, ${user === null ? 'NULL' : `'${user}'`})`;
  const newId = () => idOf(0x1000 + created++);
  const addRun = async (task = taskId, user: string | null = null) => {
    const id = newId();
    await run(insertSql(id, task, user));
    return id;
  };
  const changes = (subject: string = owner, options: ChangesOptions = {}) => opened.openFor(subject, options);
  const now = async () => {
    await untilSettled(dataSource);
    return changes().watermark(projectScope);
  };
  /** Returns the feed after a cursor: ids of runs, and ids of deleted runs with their former task. */
  const readAfter = async (after: string, path: Scope, as = changes()) => {
    await untilSettled(dataSource);
    const { read } = await readChanges(() => as, { ...path, after });
    return read.map(({ id, deletedFrom }) => (deletedFrom === null ? id : { id, deletedFrom }));
  };
  const after = async (act: () => Promise<unknown>) => {
    const cursor = await now();
    await act();
    return (path: Scope, as = changes()) => readAfter(cursor, path, as);
  };
  /** Executes several statements in one transaction. */
  const inTransaction = (...statements: string[]) =>
    dataSource.transaction(async (manager) => {
      for (const sql of statements) await manager.query(sql);
    });
  const deletion = (id: string, deletedFrom = taskId) => ({ id, deletedFrom });
  const deleteSql = (id: string) => `DELETE FROM task_run WHERE id = '${id}'`;
  const moveSql = (id: string, task: string) => `UPDATE task_run SET task_id = '${task}' WHERE id = '${id}'`;

  it('come once, only in the feeds of their task and its project', async () => {
    const id = await addRun();
    const feed = await after(() => run(deleteSql(id)));
    expect(await feed(taskScope)).toEqual([deletion(id)]);
    expect(await feed(projectScope)).toEqual([deletion(id)]);
    expect(await feed(organizationScope)).toEqual([deletion(id)]);
    expect(await feed(otherTaskScope)).toEqual([]);
    expect(await feed(otherProjectScope)).toEqual([]);
    expect(await readAfter(await now(), taskScope)).toEqual([]);
  });

  it('come behind every version, whatever the filter, and not to readers from the first run on', async () => {
    const [kept, gone] = [await addRun(), await addRun()];
    const cursor = await now();
    await run('UPDATE task_run SET reference = $1 WHERE id = ANY ($2)', ['x', [kept, gone]]);
    await run(deleteSql(gone));
    expect(await readAfter(cursor, taskScope)).toEqual([kept, deletion(gone)]);
    const filtered = await readChanges(changes, { ...taskScope, after: cursor, filter: { minTotalTokens: 5_000_000 } });
    expect(filtered.ids).toEqual([gone]);
    const fromStart = await readChanges(changes, taskScope, { first: 100 });
    expect(fromStart.ids).toContain(kept);
    expect(fromStart.ids).not.toContain(gone);
  });

  it('share pages with runs in the order of cursors, each cursor leading on to the rest', async () => {
    const ids = [];
    for (let index = 0; index < 12; index += 1) ids.push(await addRun());
    const cursor = await now();
    for (const [index, id] of ids.entries())
      await run(index % 3 === 0 ? deleteSql(id) : `UPDATE task_run SET reference = 'y' WHERE id = '${id}'`);
    await untilSettled(dataSource);
    for (const first of [1, 2, 5, 100]) {
      const { read } = await readChanges(changes, { ...taskScope, after: cursor }, { first });
      expect(read.map(({ id }) => id)).toEqual(ids);
      expect(read.map(({ deletedFrom }) => deletedFrom !== null)).toEqual(ids.map((_, index) => index % 3 === 0));
      expect(read.slice(1).map(({ previousCursor }) => previousCursor)).toEqual(
        read.slice(0, -1).map((change) => change.cursor),
      );
    }
  });

  it('share a page that ends before a run, for its size, only when they come before that run', async () => {
    const ids = [await addRun(), await addRun(), await addRun(), await addRun()];
    const cursor = await now();
    const widen = (id: string) => run("UPDATE task_run SET response = to_jsonb(repeat('x', 1000)) WHERE id = $1", [id]);
    await widen(ids[0]!);
    await run(deleteSql(ids[1]!));
    await widen(ids[2]!);
    await run(deleteSql(ids[3]!));
    await untilSettled(dataSource);
    const responses = { fieldGroups: 2 ** 8 - 1, pointers: [] };
    const page = await changes(owner, { maxBytes: 1500 }).page({ ...taskScope, after: cursor, first: 10 }, responses);
    expect(page.changes.map(({ run, deleted }) => run?.id ?? deleted!.runId)).toEqual(ids.slice(0, 2));
    expect(page.hasMore).toBe(true);
    const all = await readChanges(
      () => changes(owner, { maxBytes: 1500 }),
      { ...taskScope, after: cursor },
      { selection: responses },
    );
    expect(all.ids).toEqual(ids);
  });

  describe('caused by moves', () => {
    it('come only in the feed of the task for another task of the project', async () => {
      const id = await addRun();
      const feed = await after(() => run(moveSql(id, otherTaskId)));
      expect(await feed(taskScope)).toEqual([deletion(id)]);
      expect(await feed(otherTaskScope)).toEqual([id]);
      expect(await feed(projectScope)).toEqual([id]);
      expect(await feed(organizationScope)).toEqual([id]);
    });

    it('come in the feed of the project, too, for another project', async () => {
      const id = await addRun();
      const feed = await after(() => run(moveSql(id, foreignTaskId)));
      expect(await feed(taskScope)).toEqual([deletion(id)]);
      expect(await feed(projectScope)).toEqual([deletion(id)]);
      expect(await feed(otherProjectScope)).toEqual([id]);
      expect(await feed(organizationScope)).toEqual([id]);
      await run("UPDATE task_run SET reference = 'later' WHERE id = $1", [id]);
      expect(await feed(organizationScope)).toEqual([id]);
    });

    it('come in the feed of the organization for callers who do not see the other project', async () => {
      const id = await addRun();
      const feed = await after(() => run(moveSql(id, foreignTaskId)));
      await run(
        "INSERT INTO access_grant VALUES ('project', $1, 'user', 'of-one-project', 'owner') ON CONFLICT DO NOTHING",
        [projectId],
      );
      expect(await feed(organizationScope, changes('of-one-project'))).toEqual([deletion(id)]);
      expect(await feed(organizationScope, changes(owner, { confinement: { projectIds: [projectId] } }))).toEqual([
        deletion(id),
      ]);
      expect(await feed(organizationScope, changes(owner, { confinement: { projectIds: [otherProjectId] } }))).toEqual([
        id,
      ]);
    });

    it('come in the feed of the organization each time that a run leaves it', async () => {
      const [org, project, task] = [newId(), newId(), newId()];
      await run("INSERT INTO organization (id, name) VALUES ($1, 'Elsewhere')", [org]);
      await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Elsewhere')", [project, org]);
      await addTask(task, project);
      const id = await addRun();
      const feed = await after(async () => {
        await run(moveSql(id, task));
        await run(moveSql(id, foreignTaskId));
        await run(moveSql(id, taskId));
        await run(moveSql(id, task));
      });
      expect(await feed(organizationScope)).toEqual([deletion(id), deletion(id)]);
      expect(await feed({ orgId: org }, changes(owner)).catch(({ reason }) => reason)).toBe('PERMISSION_CHECK_FAILED');
    });

    it('stay away when the run moves back in the same transaction', async () => {
      const id = await addRun();
      const feed = await after(() => inTransaction(moveSql(id, foreignTaskId), moveSql(id, taskId)));
      expect(await feed(taskScope)).toEqual([id]);
      expect(await feed(projectScope)).toEqual([id]);
      expect(await feed(otherProjectScope)).toEqual([]);
    });

    it('name the first task when the run moves several times in one transaction', async () => {
      const id = await addRun();
      const feed = await after(() => inTransaction(moveSql(id, foreignTaskId), moveSql(id, otherTaskId)));
      expect(await feed(taskScope)).toEqual([deletion(id)]);
      expect(await feed(otherProjectScope)).toEqual([]);
      expect(await feed(projectScope)).toEqual([id]);
    });

    it('name the task before the move when the run is deleted in the same transaction', async () => {
      const id = await addRun();
      const feed = await after(() => inTransaction(moveSql(id, otherTaskId), deleteSql(id)));
      expect(await feed(taskScope)).toEqual([deletion(id)]);
      expect(await feed(projectScope)).toEqual([deletion(id)]);
      expect(await feed(otherTaskScope)).toEqual([]);
    });

    it('name the old id when the run gets another one', async () => {
      const [id, other] = [await addRun(), newId()];
      const feed = await after(() => run('UPDATE task_run SET id = $2 WHERE id = $1', [id, other]));
      expect(await feed(taskScope)).toEqual(expect.arrayContaining([deletion(id), other]));
    });
  });

  describe('followed by another insert', () => {
    it('stay away in the same transaction: the run was updated', async () => {
      const id = await addRun();
      const cursor = await now();
      await inTransaction(deleteSql(id), insertSql(id, taskId));
      expect(await readAfter(cursor, taskScope)).toEqual([id]);
      await run("UPDATE task_run SET reference = 'z' WHERE id = $1", [id]);
      expect(await readAfter(cursor, taskScope)).toEqual([id]);
      await run(deleteSql(id));
      expect(await readAfter(cursor, taskScope)).toEqual([deletion(id)]);
    });

    it('stay away for an upsert in the same transaction', async () => {
      const id = await addRun();
      const upsert = `${insertSql(id, taskId)} ON CONFLICT (id) DO UPDATE SET task_id = excluded.task_id`;
      const feed = await after(() => inTransaction(deleteSql(id), upsert, upsert));
      expect(await feed(taskScope)).toEqual([id]);
    });

    it('come only in the feed of the task for another task of the project, in the same transaction', async () => {
      const id = await addRun();
      const feed = await after(() => inTransaction(deleteSql(id), insertSql(id, otherTaskId)));
      expect(await feed(taskScope)).toEqual([deletion(id)]);
      expect(await feed(projectScope)).toEqual([id]);
    });

    it('come before the version of a later transaction', async () => {
      const id = await addRun();
      const feed = await after(async () => {
        await run(deleteSql(id));
        await run(insertSql(id, taskId));
      });
      expect(await feed(taskScope)).toEqual([deletion(id), id]);
    });

    it('stay away when they are rolled back', async () => {
      const id = await addRun();
      const feed = await after(() =>
        inTransaction('SAVEPOINT one', deleteSql(id), 'ROLLBACK TO SAVEPOINT one', insertSql(newId(), otherTaskId)),
      );
      expect(await feed(taskScope)).toEqual([]);
    });
  });

  describe('together with their task', () => {
    it.each([
      ['owner_only', 'viewer', false],
      ['editors_and_owners', 'viewer', false],
      ['editors_and_owners', 'editor', true],
      ['all_viewers', 'viewer', true],
    ])('reach, for the visibility %s, a %s of the project: %s', async (visibility, role, isReported) => {
      const task = newId();
      await addTask(task, projectId, visibility);
      const [id, own] = [await addRun(task), await addRun(task, executor)];
      const subject = `project-${role}`;
      await run(`INSERT INTO access_grant VALUES ('project', $1, 'user', $2, $3) ON CONFLICT DO NOTHING`, [
        projectId,
        subject,
        role,
      ]);
      await grant('task', task, 'task-owner', 'owner');
      await run(`INSERT INTO access_grant VALUES ('task', $1, 'user', 'task-owner', 'viewer') ON CONFLICT DO NOTHING`, [
        otherTaskId,
      ]);
      const feed = await after(() => run('DELETE FROM task WHERE id = $1', [task]));
      for (const path of [projectScope, organizationScope]) {
        expect(await feed(path, changes(subject))).toEqual(isReported ? [deletion(id, task), deletion(own, task)] : []);
      }
      // A role on the task does not show run deletions caused by deleting the task.
      for (const path of [projectScope, organizationScope]) {
        expect(await feed(path, changes('task-owner'))).toEqual([]);
        expect(await feed(path, changes(executor))).toEqual(
          visibility === 'all_viewers' ? [deletion(id, task), deletion(own, task)] : [deletion(own, task)],
        );
      }
      expect(await feed(projectScope, changes(owner, { confinement: { taskIds: [taskId] } }))).toEqual([]);
      expect(await feed(projectScope, changes(owner, { confinement: { taskIds: [taskId, task] } }))).toHaveLength(2);
      await expect(feed({ ...taskScope, taskId: task })).rejects.toMatchObject({ reason: 'TASK_RUN_NOT_FOUND' });
      await expect(feed({ ...taskScope, taskId: task }, changes('stranger'))).rejects.toMatchObject({
        reason: 'PERMISSION_CHECK_FAILED',
      });
    });

    it('include those of runs that were deleted before it', async () => {
      const task = newId();
      await addTask(task, projectId);
      const id = await addRun(task);
      const feed = await after(async () => {
        await run(deleteSql(id));
        await run('DELETE FROM task WHERE id = $1', [task]);
      });
      expect(await feed(projectScope)).toEqual([deletion(id, task)]);
    });

    it('vanish, unreported, with the project or the organization', async () => {
      for (const table of ['project', 'organization']) {
        const [org, project, task, early] = [newId(), newId(), newId(), newId()];
        await run("INSERT INTO organization (id, name) VALUES ($1, 'Short-lived')", [org]);
        await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Short-lived')", [project, org]);
        await addTask(task, project);
        await addTask(early, project);
        await addRun(task);
        await run(deleteSql(await addRun(task)));
        await addRun(early);
        await run('DELETE FROM task WHERE id = $1', [early]);
        const kept = () => run('SELECT FROM task_run_deletion WHERE task_id = ANY ($1)', [[task, early]]);
        expect(await kept()).toHaveLength(2);
        await run(`DELETE FROM ${table} WHERE id = $1`, [table === 'project' ? project : org]);
        expect(await kept()).toEqual([]);
        expect(await run('SELECT FROM deleted_task WHERE project_id = $1', [project])).toEqual([]);
      }
    });
  });

  it('reach callers who see all runs of the task, and the executor of the run', async () => {
    const [id, own] = [await addRun(), await addRun(taskId, executor)];
    const feed = await after(() => run('DELETE FROM task_run WHERE id = ANY ($1)', [[id, own]]));
    expect(await feed(taskScope)).toEqual([deletion(id), deletion(own)]);
    for (const path of [taskScope, projectScope]) expect(await feed(path, changes(executor))).toEqual([deletion(own)]);
    expect(await feed(taskScope, changes('project-viewer'))).toEqual([]);
    await expect(feed(taskScope, changes('stranger'))).rejects.toMatchObject({ reason: 'PERMISSION_CHECK_FAILED' });
  });

  it('wake waiting callers that they reach, and no others', async () => {
    const wait = async (subject: string, act: () => Promise<unknown>, path: Scope = taskScope) => {
      const cursor = await now();
      const pending = changes(subject).page(
        { ...path, after: cursor, wait: 2, first: 10 },
        { fieldGroups: 0, pointers: [] },
      );
      await act();
      return (await pending).changes.map(({ deleted }) => deleted?.runId);
    };
    const [id, own, hidden] = [await addRun(), await addRun(taskId, executor), await addRun()];
    expect(await wait(owner, () => run(deleteSql(id)))).toEqual([id]);
    expect(await wait(executor, () => run(deleteSql(own)))).toEqual([own]);
    expect(await wait(executor, () => run(deleteSql(hidden)))).toEqual([]);
    const moved = await addRun();
    expect(await wait(owner, () => run(moveSql(moved, otherTaskId)))).toEqual([moved]);
    expect(await wait(owner, () => run(moveSql(moved, foreignTaskId)), organizationScope)).toEqual([undefined]);
    expect(await wait(owner, () => run(deleteSql(moved)), organizationScope)).toEqual([moved]);
    const task = newId();
    await addTask(task, projectId);
    const [runOfGoneTask, ownRunOfGoneTask] = [await addRun(task), await addRun(task, executor)];
    const deleteTask = () => run('DELETE FROM task WHERE id = $1', [task]);
    expect(await wait(owner, deleteTask, projectScope)).toEqual([runOfGoneTask, ownRunOfGoneTask]);
  });

  it('need no rights of the writer but those on the runs', async () => {
    const role = `gateway_writer_${idOf(0).slice(0, 8)}`;
    const [id, moved] = [await addRun(), await addRun()];
    await run(`CREATE ROLE ${role}`);
    try {
      await run(`GRANT SELECT, INSERT, UPDATE, DELETE ON task_run TO ${role}`);
      const feed = await after(() =>
        inTransaction(`SET LOCAL ROLE ${role}`, deleteSql(id), insertSql(newId(), taskId), moveSql(moved, otherTaskId)),
      );
      expect(await feed(taskScope)).toEqual(expect.arrayContaining([deletion(id), deletion(moved)]));
      await expect(inTransaction(`SET LOCAL ROLE ${role}`, 'SELECT FROM task_run_deletion')).rejects.toThrow(
        'permission denied',
      );
      const [{ callable }] = await run(
        `SELECT bool_or(has_function_privilege($1, oid, 'EXECUTE')) AS callable FROM pg_proc WHERE prosecdef AND pronamespace = current_schema()::regnamespace`,
        [role],
      );
      expect(callable).toBe(false);
    } finally {
      await run(`DROP OWNED BY ${role}`);
      await run(`DROP ROLE ${role}`);
    }
  });

  // The embedded database has one session, so no other transaction can run alongside the gateway's.
  if (databaseKind === 'postgres') {
    it('never follow the version of a run inserted again by a transaction that began earlier', async () => {
      const id = await addRun();
      const cursor = await now();
      const other = await database.connect();
      const session = other.createQueryRunner();
      await session.startTransaction();
      await session.query('SELECT pg_current_xact_id()');
      await run(deleteSql(id));
      await session.query(insertSql(id, taskId));
      await session.commitTransaction();
      await session.release();
      await other.destroy();
      expect(await readAfter(cursor, taskScope)).toEqual([id]);
      expect(await readAfter(cursor, projectScope)).toEqual([id]);
    });
  }

  it('begin a new epoch where tables are truncated', async () => {
    const cursor = await now();
    await run(deleteSql(await addRun()));
    await run('TRUNCATE task_run_file');
    await expect(readAfter(cursor, taskScope)).rejects.toMatchObject({ reason: 'CURSOR_EXPIRED' });
    const next = await now();
    await run('TRUNCATE task_run CASCADE');
    await expect(readAfter(next, taskScope)).rejects.toMatchObject({ reason: 'CURSOR_EXPIRED' });
    expect(await run('SELECT FROM task_run_deletion')).toEqual([]);
  });
});
