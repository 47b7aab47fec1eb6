// The versions of runs, and pages of them that miss none.

import type { DataSource } from 'typeorm';
import { MemoryLedger } from '../../../src/memory/memory-ledger.js';
import { FieldGroup } from '../../../src/task-runs/columns/field-groups.js';
import { databaseKind } from '../../support/databases.js';
import { arrangeGeneratedRuns, generated } from '../../support/generated-runs.js';
import { createMigratedDatabase, type OwnDatabase } from '../../support/own-database.js';
import { idOf } from '../../support/permission-world.js';
import { createChangesOn, readChanges } from '../../support/run-changes.js';
import { untilSettled } from '../../support/until-settled.js';

const { orgId, projectId, taskId, otherTaskId, owner, users, groups } = generated;
const taskScope = { orgId, projectId, taskId };
const projectScope = { orgId, projectId };
const everything = {
  fieldGroups:
    FieldGroup.details | FieldGroup.response | FieldGroup.runData | FieldGroup.reportingGroup | FieldGroup.files,
  pointers: [],
};

describe('the changes of runs', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  let opened: ReturnType<typeof createChangesOn>;
  let idsOfTask: string[];
  let idsOfOther: string[];
  const idsIn = async (task: string): Promise<string[]> =>
    (await dataSource.query('SELECT id FROM task_run WHERE task_id = $1 ORDER BY id', [task])).map(
      ({ id }: { id: string }) => id,
    );
  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    opened = createChangesOn(dataSource);
    await arrangeGeneratedRuns(dataSource, 240);
    idsOfTask = await idsIn(taskId);
    idsOfOther = await idsIn(otherTaskId);
    await untilSettled(dataSource);
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  const changes = (subject: string = owner, maxBytes?: number) =>
    opened.openFor(subject, maxBytes === undefined ? {} : { maxBytes });
  const now = async () => {
    await untilSettled(dataSource);
    return changes().watermark(taskScope);
  };
  const run = (sql: string, values: unknown[] = []) => dataSource.query(sql, values);
  /** Returns the runs that have a new version after `act`. */
  const changedBy = async (act: () => Promise<unknown>, path: typeof taskScope | typeof projectScope = taskScope) => {
    const after = await now();
    await act();
    await untilSettled(dataSource);
    return (await readChanges(changes, { ...path, after })).ids;
  };

  it('include from the first run all runs, once, in the order of their cursors', async () => {
    for (const first of [7, 100]) {
      const taskChanges = await readChanges(changes, taskScope, { first });
      expect(taskChanges.ids.toSorted()).toEqual(idsOfTask);
      const allChanges = await readChanges(changes, projectScope, { first, selection: everything });
      expect(allChanges.ids.toSorted()).toEqual([...idsOfTask, ...idsOfOther].sort());
      expect(allChanges.read.slice(1).map(({ previousCursor }) => previousCursor)).toEqual(
        allChanges.read.slice(0, -1).map(({ cursor }) => cursor),
      );
    }
  });

  it('carry the cursor behind which the rest follows', async () => {
    const { read } = await readChanges(changes, taskScope);
    for (const index of [0, 50, 118]) {
      const rest = await readChanges(changes, { ...taskScope, after: read[index]!.cursor }, { first: 10 });
      expect(rest.ids).toEqual(read.slice(index + 1).map(({ id }) => id));
      expect(rest.read[0]?.previousCursor).toBe(read[index]!.cursor);
    }
  });

  it('go on from the first cursor of a feed that is empty', async () => {
    const first = await changes().page({ ...taskScope, first: 1 }, everything);
    const again = await changes().page({ ...taskScope, first: 1, after: first.changes[0]!.previousCursor }, everything);
    expect(again.changes[0]!.run!.id).toBe(first.changes[0]!.run!.id);
  });

  it('stay empty where nothing happens', async () => {
    expect(await changedBy(async () => {})).toEqual([]);
  });

  describe('include a version for', () => {
    const one = () => idsOfTask[5]!;
    it.each([
      ['a value', "UPDATE task_run SET reference = 'changed' WHERE id = $1"],
      ['a null', 'UPDATE task_run SET reference = NULL WHERE id = $1'],
      ['the scale of a decimal', 'UPDATE task_run SET charged_credits = 1.000 WHERE id = $1'],
      ['the same decimal of another scale', 'UPDATE task_run SET charged_credits = 1.0 WHERE id = $1'],
      ['a response', `UPDATE task_run SET response = '{"label":"changed"}' WHERE id = $1`],
      ['run data', `UPDATE task_run SET run_data = '{"submitted":2}' WHERE id = $1`],
      ['a file', "INSERT INTO task_run_file VALUES ($1, 9, 'new.txt', 'text/plain', 1, 'INPUT', 'new', now())"],
      ['another name of a file', "UPDATE task_run_file SET name = 'other.txt' WHERE task_run_id = $1 AND position = 9"],
      ['one file fewer', 'DELETE FROM task_run_file WHERE task_run_id = $1 AND position = 9'],
    ])('%s', async (_what, sql) => {
      expect(await changedBy(() => run(sql, [one()]))).toEqual([one()]);
    });

    it('an insert, whatever the writer says of the transaction', async () => {
      const id = idOf(0x900);
      const insert = `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, changed_xid)
        VALUES ($1, $2, $2, '{}', now(), 1, 1, 2, $3)`;
      expect(await changedBy(() => run(insert, [id, taskId, '1']))).toEqual([id]);
      await run('DELETE FROM task_run WHERE id = $1', [id]);
    });

    it('a reporting group that was deleted, for its runs', async () => {
      const id = idOf(0x901);
      await run("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Short-lived')", [id, projectId]);
      await run('UPDATE task_run SET reporting_group_id = $1 WHERE id = $2', [id, one()]);
      expect(await changedBy(() => run('DELETE FROM reporting_group WHERE id = $1', [id]))).toEqual([one()]);
    });

    it('several writes: only the newest', async () => {
      const changed = changedBy(async () => {
        for (const text of ['a', 'b', 'c'])
          await run('UPDATE task_run SET reference = $1 WHERE id = $2', [text, one()]);
      });
      expect(await changed).toEqual([one()]);
    });
  });

  describe('include no version for', () => {
    it.each([
      ['a value that is the same', 'UPDATE task_run SET reference = reference, response = response'],
      ['what no API shows', 'UPDATE task_run SET response_bytes = response_bytes + 1'],
      ['a file that is the same', 'UPDATE task_run_file SET name = name, size_bytes = size_bytes'],
      ['no file at all', "DELETE FROM task_run_file WHERE name = 'absent'"],
      ['another name of a reporting group', "UPDATE reporting_group SET name = name || '!'"],
      ['another name of a task', "UPDATE task SET name = 'Renamed'"],
    ])('%s', async (_what, sql) => {
      expect(await changedBy(() => run(sql), projectScope)).toEqual([]);
    });

    it('the files that go with a deleted run', async () => {
      const id = idsOfOther.at(-1)!;
      await run("INSERT INTO task_run_file VALUES ($1, 9, 'x', 'text/plain', 1, 'INPUT', 'x', now())", [id]);
      const after = await now();
      await run('DELETE FROM task_run WHERE id = $1', [id]);
      await untilSettled(dataSource);
      const { read } = await readChanges(changes, { ...projectScope, after });
      expect(read).toMatchObject([{ id, deletedFrom: otherTaskId }]);
      idsOfOther.pop();
    });
  });

  it('follow the filter', async () => {
    const filter = { reportingGroupId: groups[0]! };
    const { read } = await readChanges(changes, { ...taskScope, filter }, { first: 10 });
    // Deletions do not depend on the filter.
    const ids = read.filter(({ deletedFrom }) => deletedFrom === null).map(({ id }) => id);
    const rows = await run('SELECT id FROM task_run WHERE task_id = $1 AND reporting_group_id = $2', [
      taskId,
      groups[0],
    ]);
    expect(ids.toSorted()).toEqual(rows.map(({ id }: { id: string }) => id).sort());
    expect(ids.length).toBeGreaterThan(20);
  });

  it("include only visible runs: the caller's own where its role does not reach the others", async () => {
    await run("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'viewer')", [taskId, users[0]]);
    const { ids } = await readChanges(() => changes(users[0]!), projectScope, { first: 10 });
    const rows = await run('SELECT id FROM task_run WHERE task_id = $1 AND user_id = $2', [taskId, users[0]]);
    expect(ids.toSorted()).toEqual(rows.map(({ id }: { id: string }) => id).sort());
    expect(ids.length).toBeGreaterThan(20);
  });

  it('come page by page where hardly any run matches, also behind pages without any', async () => {
    const filter = { minTotalTokens: 5_000_000 };
    const after = await now();
    await run(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
       SELECT ('0190a234-8dc6-0d0c-2ea9-' || lpad(to_hex(n), 12, '0'))::uuid, $1, $1, '{}', now(), 1, 1,
         CASE WHEN n % 2000 = 1999 THEN 5000000 ELSE 2 END FROM generate_series(0, 5999) AS n`,
      [taskId],
    );
    await untilSettled(dataSource);
    const open = { ...taskScope, after, filter };
    expect((await changes().page({ ...open, first: 1 }, everything)).hasMore).toBe(true);
    const { ids } = await readChanges(changes, open);
    expect(ids).toEqual(['7cf', 'f9f', '176f'].map((hex) => `0190a234-8dc6-0d0c-2ea9-${hex.padStart(12, '0')}`));
    await run("DELETE FROM task_run WHERE id::text LIKE '0190a234-8dc6-0d0c-2ea9-%'");
  });

  it('end a page before the run with which its JSON is more than the request may read', async () => {
    const wide = idsOfTask.slice(10, 20);
    const after = await now();
    for (const id of wide) await run("UPDATE task_run SET response = to_jsonb(repeat('x', 1000)) WHERE id = $1", [id]);
    await untilSettled(dataSource);
    const page = await changes(owner, 3500).page({ ...taskScope, after, first: 100 }, everything);
    expect(page.changes.map(({ run }) => run!.id)).toEqual(wide.slice(0, 3));
    expect(page.hasMore).toBe(true);
    expect(page.endCursor).toBe(page.changes[2]!.cursor);
    const all = await readChanges(() => changes(owner, 3500), { ...taskScope, after }, { selection: everything });
    expect(all.ids).toEqual(wide);
  });

  it('go on behind a run whose JSON is more than the request may read', async () => {
    const after = await now();
    await run("UPDATE task_run SET response = to_jsonb(repeat('x', 10000)) WHERE id = $1", [idsOfTask[30]]);
    await run("UPDATE task_run SET reference = 'behind' WHERE id = $1", [idsOfTask[31]]);
    await untilSettled(dataSource);
    const { ids } = await readChanges(() => changes(owner, 3500), { ...taskScope, after }, { selection: everything });
    expect(ids).toEqual([idsOfTask[30], idsOfTask[31]]);
    const page = await changes(owner, 3500).page({ ...taskScope, after, first: 1 }, everything);
    expect(() => page.changes[0]!.run!.response).toThrow(expect.objectContaining({ reason: 'RESPONSE_TOO_LARGE' }));
  });

  it('wait for no more memory than a run takes that is larger than a page', async () => {
    const megabyte = 1024 * 1024;
    const after = await now();
    const grow = `UPDATE task_run SET response = to_jsonb(repeat('x', ${17 * megabyte})) WHERE id = $1`;
    await run(grow, [idsOfTask[32]]);
    await untilSettled(dataSource);
    const memory = new MemoryLedger(280 * megabyte);
    memory.json.hold('another caller').add(1);
    const page = await opened.openFor(owner, { memory }).page({ ...taskScope, after, first: 1 }, everything);
    expect(page.changes[0]!.run!.response).toMatchObject({ text: expect.stringMatching(/^"x+"$/) });
  });

  it('fail behind a cursor of another epoch', async () => {
    const after = await now();
    await run('UPDATE change_epoch SET id = gen_random_uuid()');
    await expect(changes().page({ ...taskScope, after, first: 1 }, everything)).rejects.toMatchObject({
      reason: 'CURSOR_EXPIRED',
    });
  });

  // The embedded database has one session, so no other transaction can run alongside the gateway's.
  if (databaseKind === 'postgres') {
    it('wait for transactions that are still running, and miss nothing that they commit', async () => {
      const [early, late] = [idsOfTask[40]!, idsOfTask[41]!];
      const update = (runner: Pick<DataSource, 'query'>, id: string) =>
        runner.query("UPDATE task_run SET context_id = 'late' WHERE id = $1", [id]);
      const start = await now();
      const other = await database.connect();
      const session = other.createQueryRunner();
      await session.startTransaction();
      await update(session, late);
      await update(dataSource, early);
      const during = await readChanges(changes, { ...taskScope, after: start });
      // Its transaction began later, and is not settled before the open one.
      expect(during.ids).toEqual([]);
      await session.commitTransaction();
      await session.release();
      await other.destroy();
      await untilSettled(dataSource);
      const rest = await readChanges(changes, { ...taskScope, after: during.endCursor });
      expect(rest.ids).toEqual([late, early]);
    });
  }
});
