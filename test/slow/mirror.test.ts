// The import command, with another gateway as the service.

import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { DataSource } from 'typeorm';
import { mirroredLines } from '../../src/import/mirror/mirror-runs.js';
import { withPageSpool } from '../../src/import/mirror/page-spool.js';
import { runPages } from '../../src/import/mirror/run-pages.js';
import { ServiceClient } from '../../src/import/mirror/service-client.js';
import { emptyTables } from '../support/empty-tables.js';
import { exportOf } from '../support/export-folder.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { createMigratedDatabase, type OwnDatabase } from '../support/own-database.js';
import { idOf } from '../support/permission-world.js';
import { spawnProgram } from '../support/spawned-program.js';
import { useOwnGateway } from '../support/start-gateway.js';
import { untilSettled } from '../support/until-settled.js';

const { orgId, projectId, taskId, otherTaskId, owner } = generated;
/** Half of them belong to the mirrored task. */
const count = 600;

/** Has more digits than a JavaScript number. */
const storedResponse = '{"n": 12345678901234567890.00}';

const nothing = 'Runs: 0 read, 0 new, 0 changed, 0 unchanged, 0 deleted, 0 failed.';

const service = useOwnGateway({
  arrange: async (database) => {
    await arrangeGeneratedRuns(database, count);
    await database.query('UPDATE task_run SET response = $2, charged_credits = 1.500 WHERE task_id = $1', [
      taskId,
      storedResponse,
    ]);
  },
});

describe('a mirror', () => {
  let database: OwnDatabase;
  let dataDir: string;
  let serviceWithoutChanges: { readonly server: Server; readonly url: string };
  beforeAll(async () => {
    database = await createMigratedDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'gateway-mirror-'));
    await mkdir(join(service.dataDir, 'files'), { recursive: true });
    await writeFile(join(service.dataDir, 'files', 'a'), 'x');
    const server = createServer(async ({ url = '', headers }, response) => {
      const isFeed = url.includes('/changes?');
      const { status, text } = isFeed
        ? { status: 404, text: '' }
        : await fetch(service.url + url, { headers: { authorization: headers.authorization! } }).then(async (item) => ({
            status: item.status,
            text: await item.text(),
          }));
      response.writeHead(status).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    serviceWithoutChanges = { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  });
  beforeEach(() => inDatabase(emptyTables));
  afterAll(async () => {
    serviceWithoutChanges?.server.close();
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const inDatabase = async <T>(action: (dataSource: DataSource) => Promise<T>): Promise<T> => {
    const dataSource = await database.connect();
    return action(dataSource).finally(() => dataSource.destroy());
  };
  const query = (sql: string, values: unknown[] = []) => inDatabase((dataSource) => dataSource.query(sql, values));
  const mirror = (...args: string[]) => mirrorProject('--task', taskId, ...args);
  const mirrorProject = (...args: string[]) => mirrorFrom(service.url, ...args);
  const mirrorFrom = (url: string, ...args: string[]) => mirrorAs(owner, url, ...args);
  const mirrorAs = async (subject: string, url: string, ...args: string[]) => {
    // Other open transactions on the server hold back the change feed.
    await untilSettled(service);
    const token = await service.tokenFor(subject);
    const of = ['--from', `${url}/api/v1`, '--org', orgId, '--project', projectId];
    const { code, output, errors } = await spawnProgram(['main.js', 'import', ...of, ...args], {
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      IMPORT_TOKEN: token,
    }).ended;
    expect(output + errors).not.toContain(token);
    return { code, errors, summary: output.trimEnd().split('\n').at(-1) };
  };
  /** Returns runs without their files. */
  const runsIn = async (of: Parameters<typeof exportOf>[0]) =>
    (await exportOf(of, orgId, projectId)).runs
      .map((line) => line.toString())
      .filter((line) => line.includes(`"task_id": "${taskId}"`))
      .map((line) => line.replace(/"files": \[.*?\], /, ''));

  it('contains the runs of the service, digit by digit, and nothing new the second time', async () => {
    expect(await mirror()).toEqual({
      code: 0,
      errors: '',
      summary: 'Runs: 300 read, 300 new, 0 changed, 0 unchanged, 0 deleted, 0 failed.',
    });
    expect(await inDatabase(runsIn)).toEqual(await runsIn(service));
    expect(await query('SELECT count(*)::int FROM task_run_file')).toEqual([{ count: 0 }]);
    expect((await mirror()).summary).toBe(nothing);
    expect(await query('SELECT name, run_visibility FROM task')).toEqual([
      { name: taskId, run_visibility: 'owner_only' },
    ]);
  });

  it('imports the oldest run first, so that an interrupted mirror leaves no gap', async () => {
    const client = new ServiceClient({ baseUrl: `${service.url}/api/v1`, token: await service.tokenFor(owner) });
    const path = { orgId, projectId, taskId };
    const origins = await inDatabase((dataSource) =>
      withPageSpool(async (spool) => {
        for await (const { text } of runPages(client, path)) await spool.push(text);
        const handedOn: string[] = [];
        const lines = mirroredLines({ dataSource, client, path, since: null, storage: null }, spool);
        for await (const { origin } of lines) handedOn.push(origin);
        return handedOn;
      }),
    );
    const runs = await service.query('SELECT id FROM task_run WHERE task_id = $1 ORDER BY created, id', [taskId]);
    expect(origins).toEqual(runs.map(({ id }: { id: string }) => `run ${id}`));
  });

  it('catches up with new runs of a service without a feed of changes, and with all since a date', async () => {
    const mirrorList = () => mirrorFrom(serviceWithoutChanges.url, '--task', taskId);
    expect((await mirrorList()).summary).toBe('Runs: 300 read, 300 new, 0 changed, 0 unchanged, 0 failed.');
    // The first of the three pages is known, and covers more than an hour.
    expect((await mirrorList()).summary).toBe('Runs: 100 read, 0 new, 0 changed, 100 unchanged, 0 failed.');
    await query(`DELETE FROM task_run WHERE id IN (SELECT id FROM task_run ORDER BY created DESC LIMIT 150)`);
    expect((await mirrorList()).summary).toBe('Runs: 300 read, 150 new, 0 changed, 150 unchanged, 0 failed.');
    await query(`UPDATE task_run SET reference = 'x'`);
    const [{ since }] = await query(
      `SELECT to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS since FROM task_run ORDER BY created DESC OFFSET 149 LIMIT 1`,
    );
    // A Date has only milliseconds.
    expect((await mirror('--since', since)).summary).toBe('Runs: 150 read, 0 new, 150 changed, 0 unchanged, 0 failed.');
  });

  it('contains the runs of all tasks of a project', async () => {
    expect((await mirrorProject()).summary).toBe(
      'Runs: 600 read, 600 new, 0 changed, 0 unchanged, 0 deleted, 0 failed.',
    );
    expect(await query('SELECT task_id, count(*)::int FROM task_run GROUP BY task_id ORDER BY task_id')).toEqual([
      { task_id: taskId, count: 300 },
      { task_id: otherTaskId, count: 300 },
    ]);
    expect((await mirrorProject()).summary).toBe(nothing);
  });

  it('keeps names that the operator has given, and updates reporting groups', async () => {
    await mirror();
    await query(`UPDATE task SET name = 'Named', run_visibility = 'all_viewers'`);
    await query(`UPDATE reporting_group SET name = 'Old ' || id`);
    await mirror('--since', '2000-01-01');
    expect(await query('SELECT name, run_visibility FROM task')).toEqual([
      { name: 'Named', run_visibility: 'all_viewers' },
    ]);
    expect(await query('SELECT name FROM reporting_group ORDER BY name')).toEqual([
      { name: 'Group 0' },
      { name: 'Group 1' },
    ]);
  });

  it('copies the bytes of files once, and names the runs whose files it cannot get', async () => {
    const held = async () => (await query('SELECT name, storage_key FROM task_run_file')).length;
    const files = (
      await service.query(
        'SELECT count(*)::int AS count FROM task_run_file JOIN task_run ON id = task_run_id WHERE task_id = $1',
        [taskId],
      )
    )[0].count;
    await service.query(
      `UPDATE task_run_file SET storage_key = 'gone' WHERE task_run_id = (
         SELECT task_run_id FROM task_run_file JOIN task_run ON id = task_run_id WHERE task_id = $1 ORDER BY task_run.created LIMIT 1)`,
      [taskId],
    );
    const first = await mirror('--files');
    expect(first.code).toBe(2);
    expect(first.errors).toMatch(
      /^run \S+: Its files could not be fetched: The service responded with status 404 to \S+\/file\/a\.txt\.\n$/,
    );
    expect(first.summary).toBe('Runs: 300 read, 299 new, 0 changed, 0 unchanged, 0 deleted, 1 failed.');
    expect(await held()).toBe(files - 1);
    const copies = await readdir(join(dataDir, 'files', 'mirror'), { recursive: true });
    const copy = copies.find((path) => path.split('/').length === 3)!;
    expect(await readFile(join(dataDir, 'files', 'mirror', copy), 'utf8')).toBe('x');

    await service.query(`UPDATE task_run_file SET storage_key = 'a'`);
    const fetched = () => service.statementsOf(() => mirror('--files', '--since', '2000-01-01'));
    expect(await fetched()).toHaveProperty('task_runs_by_path', 1);
    expect(await held()).toBe(files);
    // All records exist now, so no file is requested.
    expect(await fetched()).not.toHaveProperty('task_runs_by_path');
    expect((await mirror('--since', '2000-01-01')).summary).toBe(
      'Runs: 300 read, 0 new, 0 changed, 300 unchanged, 0 failed.',
    );
  });

  it('does not touch the bytes of other projects, whichever ids of runs the service lists', async () => {
    await service.query(`UPDATE task_run_file SET storage_key = 'a'`);
    await rm(join(dataDir, 'files'), { recursive: true, force: true });
    await mirror('--files');
    const foreign = { projectId: idOf(901), taskId: idOf(902) };
    const impostor = createServer(async ({ url = '', headers }, response) => {
      const path = url.replace(foreign.projectId, projectId).replace(foreign.taskId, taskId);
      const answer = await fetch(service.url + path, { headers: { authorization: headers.authorization! } });
      const text = (await answer.text())
        .replace(/"reporting_group(_id)?":(\{[^}]*\}|"[^"]*")/g, '"reporting_group$1":null')
        // Files with other times count as new.
        .replaceAll('"created":"20', '"created":"19')
        .replaceAll(taskId, foreign.taskId)
        .replaceAll(projectId, foreign.projectId);
      response.writeHead(answer.status).end(url.includes('/file/') ? 'y' : text);
    });
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
    const { port } = impostor.address() as AddressInfo;
    const token = await service.tokenFor(owner);
    const of = ['--org', orgId, '--project', foreign.projectId, '--task', foreign.taskId];
    const { errors } = await spawnProgram(
      ['main.js', 'import', '--from', `http://127.0.0.1:${port}/api/v1`, ...of, '--files'],
      { DATABASE_URL: database.url, DATA_DIR: dataDir, IMPORT_TOKEN: token },
    ).ended.finally(() => impostor.close());
    expect(errors).toContain('`id` must not be that of a run of another project');
    const keys = await query('SELECT storage_key AS key FROM task_run_file');
    expect(keys.length).toBeGreaterThan(0);
    for (const { key } of keys) expect(await readFile(join(dataDir, 'files', key), 'utf8')).toBe('x');
  });

  it('names runs that the service cannot show, and takes the others', async () => {
    const [{ id }] = await service.query('SELECT id FROM task_run WHERE task_id = $1 LIMIT 1', [taskId]);
    // More than a response of the service may contain.
    await service.query(`UPDATE task_run SET response = to_jsonb(repeat('x', 40000000)) WHERE id = $1`, [id]);
    expect(await mirror()).toEqual({
      code: 2,
      errors: 'a run: The service returned null for the run.\n',
      summary: 'Runs: 300 read, 299 new, 0 changed, 0 unchanged, 0 deleted, 1 failed.',
    });
    await service.query('UPDATE task_run SET response = $2 WHERE id = $1', [id, storedResponse]);
  });

  describe('of a service with a feed of changes', () => {
    const filesFolder = () => join(dataDir, 'files');
    const keysInDatabase = async () =>
      (await query('SELECT DISTINCT storage_key AS key FROM task_run_file'))
        .map(({ key }: { key: string }) => key)
        .sort();
    const keysInStorage = async () =>
      (await readdir(filesFolder(), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => relative(filesFolder(), join(entry.parentPath, entry.name)))
        .sort();
    const expectEqual = async () => {
      expect(await inDatabase(runsIn)).toEqual(await runsIn(service));
      expect(await keysInStorage()).toEqual(await keysInDatabase());
    };
    const runsWithFiles = async (limit: number): Promise<string[]> =>
      (
        await service.query(
          'SELECT id FROM task_run WHERE task_id = $1 AND EXISTS (SELECT FROM task_run_file WHERE task_run_id = id) LIMIT $2',
          [taskId, limit],
        )
      ).map(({ id }: { id: string }) => id);
    beforeEach(async () => {
      await rm(filesFolder(), { recursive: true, force: true });
      await service.query(`UPDATE task_run_file SET storage_key = 'a'`);
      await untilSettled(service);
      expect((await mirror('--files')).code).toBe(0);
    });

    it('follows updates, deletions and moves, with the bytes of files', async () => {
      const [updated, deleted, moved, shared] = await runsWithFiles(4);
      const [other] = await query(
        `INSERT INTO task_run_file
         SELECT (SELECT id FROM task_run WHERE id <> ALL ($1) LIMIT 1), 7, 'other', content_type, size_bytes, direction, storage_key, created
         FROM task_run_file WHERE task_run_id = $2 RETURNING storage_key AS key`,
        [[updated, deleted, moved, shared], shared],
      );
      await service.query("UPDATE task_run SET reference = 'new' WHERE id = $1", [updated]);
      await service.query("UPDATE task_run_file SET name = 'renamed.txt' WHERE task_run_id = $1", [updated]);
      await service.query('DELETE FROM task_run WHERE id = ANY ($1)', [[deleted, shared]]);
      await service.query('UPDATE task_run SET task_id = $1 WHERE id = $2', [otherTaskId, moved]);
      await untilSettled(service);
      const { code, summary } = await mirror('--files');
      expect([code, summary]).toEqual([0, 'Runs: 1 read, 0 new, 1 changed, 0 unchanged, 3 deleted, 0 failed.']);
      expect(await query('SELECT FROM task_run WHERE id = ANY ($1)', [[deleted, moved, shared]])).toEqual([]);
      // Another row refers to its key.
      expect(await keysInStorage()).toContain(other.key);
      await expectEqual();
      expect((await mirror('--files')).summary).toBe(nothing);
    });

    it('keeps files under the keys of earlier versions, and deletes their bytes with their runs', async () => {
      const [files]: [{ readonly earlier: string }[]] = await query(
        `UPDATE task_run_file SET storage_key = replace(storage_key, $1, '') RETURNING storage_key AS earlier`,
        [`${projectId}/`],
      );
      for (const { earlier } of files) {
        await mkdir(join(filesFolder(), dirname(earlier)), { recursive: true });
        await rename(
          join(filesFolder(), earlier.replace('mirror/', `mirror/${projectId}/`)),
          join(filesFolder(), earlier),
        );
      }
      const [updated, deleted] = await runsWithFiles(2);
      await service.query("UPDATE task_run SET reference = 'new' WHERE id = $1", [updated]);
      await service.query('DELETE FROM task_run WHERE id = $1', [deleted]);
      await untilSettled(service);
      let summary: string | undefined;
      const statements = await service.statementsOf(async () => {
        ({ summary } = await mirror('--files'));
      });
      expect(summary).toBe('Runs: 1 read, 0 new, 1 changed, 0 unchanged, 1 deleted, 0 failed.');
      expect(statements).not.toHaveProperty('task_runs_by_path');
      await expectEqual();
      expect(await keysInDatabase()).toContain(files.find(({ earlier }) => earlier.includes(updated!))!.earlier);
      // New bytes have a new key.
      await service.query("UPDATE task_run_file SET created = created + interval '1 day' WHERE task_run_id = $1", [
        updated,
      ]);
      await service.query("UPDATE task_run SET reference = 'newer' WHERE id = $1", [updated]);
      await untilSettled(service);
      expect((await mirror('--files')).code).toBe(0);
      await expectEqual();
      expect(await keysInDatabase()).toContainEqual(expect.stringContaining(`mirror/${projectId}/${updated}/`));
    });

    it('deletes runs of a project that moved between its tasks since, and keeps those that the database has elsewhere', async () => {
      const [deleted, elsewhere] = await runsWithFiles(2);
      expect((await mirrorProject('--files')).code).toBe(0);
      const [otherProject, otherTask] = [idOf(0x901), idOf(0x902)];
      await query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Other')", [otherProject, orgId]);
      await query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Other')", [otherTask, otherProject]);
      await query('UPDATE task_run SET task_id = $1, reporting_group_id = NULL WHERE id = $2', [otherTask, elsewhere]);
      const both = [deleted, elsewhere];
      await service.query('UPDATE task_run SET task_id = $1 WHERE id = ANY ($2)', [otherTaskId, both]);
      await service.query('DELETE FROM task_run WHERE id = ANY ($1)', [both]);
      await untilSettled(service);
      expect(await mirrorProject('--files')).toMatchObject({
        code: 0,
        summary: 'Runs: 0 read, 0 new, 0 changed, 0 unchanged, 1 deleted, 0 failed.',
      });
      expect(await query('SELECT id FROM task_run WHERE id = ANY ($1)', [both])).toEqual([{ id: elsewhere }]);
    });

    it('deletes runs of a project that moved to a task whose runs it does not see', async () => {
      const subject = 'owner-of-one-task';
      await service.query("INSERT INTO access_grant VALUES ('task', $1, 'user', $2, 'owner')", [taskId, subject]);
      const mirrorOwn = () => mirrorAs(subject, service.url);
      expect((await mirrorOwn()).code).toBe(0);
      const [updated, inserted] = await runsWithFiles(2);
      await service.query('UPDATE task_run SET task_id = $1 WHERE id = $2', [otherTaskId, updated]);
      await service.query(
        `BEGIN; CREATE TEMP TABLE moved ON COMMIT DROP AS SELECT * FROM task_run WHERE id = '${inserted}';
         DELETE FROM task_run WHERE id = '${inserted}'; UPDATE moved SET task_id = '${otherTaskId}';
         INSERT INTO task_run SELECT * FROM moved; COMMIT`,
      );
      expect(await mirrorOwn()).toMatchObject({
        code: 0,
        summary: 'Runs: 0 read, 0 new, 0 changed, 0 unchanged, 2 deleted, 0 failed.',
      });
      expect(await query('SELECT FROM task_run WHERE id = ANY ($1)', [[updated, inserted]])).toEqual([]);
    });

    it('keeps deleted runs and their bytes with --keep-deleted', async () => {
      const [deleted] = await runsWithFiles(1);
      const before = await keysInStorage();
      await service.query('DELETE FROM task_run WHERE id = $1', [deleted]);
      await untilSettled(service);
      expect((await mirror('--files', '--keep-deleted')).summary).toBe(nothing);
      expect(await query('SELECT id FROM task_run WHERE id = $1', [deleted])).toEqual([{ id: deleted }]);
      expect(await keysInStorage()).toEqual(before);
    });

    it('reads everything after a new epoch, and deletes what did not come', async () => {
      const [deleted, elsewhere] = await runsWithFiles(2);
      const otherTask = idOf(0x900);
      await query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Not mirrored')", [otherTask, projectId]);
      await query('UPDATE task_run SET task_id = $1 WHERE id = $2', [otherTask, elsewhere]);
      await service.query('DELETE FROM task_run WHERE id = ANY ($1)', [[deleted, elsewhere]]);
      await service.query('TRUNCATE task_run_deletion');
      await service.query('UPDATE change_epoch SET id = gen_random_uuid()');
      await untilSettled(service);
      const { code, summary } = await mirror('--files');
      expect(summary).toMatch(/^Runs: \d+ read, 0 new, 0 changed, \d+ unchanged, 1 deleted, 0 failed\.$/);
      expect(code).toBe(0);
      expect(await query('SELECT id FROM task_run WHERE id = ANY ($1)', [[deleted, elsewhere]])).toEqual([
        { id: elsewhere },
      ]);
      await expectEqual();
      expect((await mirror('--files')).summary).toBe(nothing);
    });

    it('reads everything after the service forgot deletions, also those of others, and deletes what did not come', async () => {
      const [deleted] = await runsWithFiles(1);
      await service.query('DELETE FROM task_run WHERE id = $1', [deleted]);
      await untilSettled(service);
      // The statements of `purge --tombstones`.
      await service.query(
        `WITH forgotten AS (DELETE FROM task_run_deletion RETURNING changed_xid, run_id)
         UPDATE change_epoch SET (forgotten_xid, forgotten_run_id) =
           (SELECT changed_xid, run_id FROM forgotten ORDER BY changed_xid DESC, run_id DESC LIMIT 1)`,
      );
      expect((await mirror('--files')).summary).toMatch(/, 1 deleted, 0 failed\.$/);
      await expectEqual();
      expect((await mirror('--files')).summary).toBe(nothing);
    });

    it('deletes runs that a first import without a cursor has copied, and that are gone since', async () => {
      const [failing, deleted] = await runsWithFiles(2);
      const smallTask = idOf(0x9000);
      await service.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Small')", [smallTask, projectId]);
      await service.query('UPDATE task_run SET task_id = $1 WHERE id = ANY ($2)', [smallTask, [failing, deleted]]);
      const setKey = 'UPDATE task_run_file SET storage_key = $2 WHERE task_run_id = $1';
      await service.query(setKey, [failing, 'gone']);
      await inDatabase(emptyTables);
      await rm(filesFolder(), { recursive: true, force: true });
      const mirrorTask = () => mirrorProject('--task', smallTask, '--files');
      expect((await mirrorTask()).errors).toContain(failing!);
      await service.query('DELETE FROM task_run WHERE id = $1', [deleted]);
      await service.query(setKey, [failing, 'a']);
      expect((await mirrorTask()).summary).toMatch(/, 1 deleted, 0 failed\.$/);
      expect(await query('SELECT id FROM task_run')).toEqual([{ id: failing }]);
      expect((await mirrorTask()).summary).toBe(nothing);
      await service.query('UPDATE task_run SET task_id = $1 WHERE id = $2', [taskId, failing]);
    });

    it('deletes the bytes of files whose run it could not copy as a whole, once the run is gone', async () => {
      const [failing] = await runsWithFiles(1);
      await service.query('DELETE FROM task_run_file WHERE task_run_id = $1', [failing]);
      for (const [position, key] of ['a', 'gone'].entries()) {
        await service.query("INSERT INTO task_run_file VALUES ($1, $2, $3, 'text/plain', 1, 'INPUT', $4, now())", [
          failing,
          position,
          `${position}.txt`,
          key,
        ]);
      }
      expect((await mirror('--files')).errors).toContain(failing!);
      await service.query('DELETE FROM task_run WHERE id = $1', [failing]);
      expect((await mirror('--files')).summary).toMatch(/, 1 deleted, 0 failed\.$/);
      await expectEqual();
    });

    it('holds its cursor before a run that failed', async () => {
      const [failing] = await runsWithFiles(1);
      const rename = 'UPDATE task_run_file SET storage_key = $2, name = $2 WHERE task_run_id = $1';
      await service.query(rename, [failing, 'gone']);
      await untilSettled(service);
      expect(await mirror('--files')).toMatchObject({ code: 1, errors: expect.stringContaining(failing!) });
      await service.query(`UPDATE task_run_file SET storage_key = 'a' WHERE task_run_id = $1`, [failing]);
      await untilSettled(service);
      expect((await mirror('--files')).summary).toBe(
        'Runs: 1 read, 0 new, 1 changed, 0 unchanged, 0 deleted, 0 failed.',
      );
      await expectEqual();
    });
  });

  it('fails as a whole where the service rejects it, or the database contains the project elsewhere', async () => {
    const rejected = await spawnProgram(
      [
        'main.js',
        'import',
        '--from',
        `${service.url}/api/v1`,
        '--org',
        orgId,
        '--project',
        projectId,
        '--task',
        taskId,
      ],
      { DATABASE_URL: database.url, IMPORT_TOKEN: 'secret' },
    ).ended;
    expect(rejected.code).toBe(1);
    expect(rejected.errors).toMatch(
      /^The service responded with status 401 to \/api\/v1\/org\/\S+: .* IMPORT_TOKEN\.\n$/,
    );
    await query("INSERT INTO organization (id, name) VALUES ($1, 'Other')", [taskId]);
    await query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Other')", [projectId, taskId]);
    const strayed = await mirror();
    expect(strayed).toMatchObject({
      code: 1,
      errors: `In the database, the project ${projectId} belongs to another resource.\n`,
    });
  });

  it('requires a token', async () => {
    const { code, errors } = await spawnProgram(
      ['main.js', 'import', '--from', service.url, '--org', orgId, '--project', projectId],
      { DATABASE_URL: database.url },
    ).ended;
    expect([code, errors]).toEqual([
      1,
      'The configuration is invalid:\n- IMPORT_TOKEN is not set. The service requires a token.\n',
    ]);
  });
});
