// Migrations of a database that is used by a gateway, by writers, and by a transaction that does not end.

import pg from 'pg';
import type { DataSource } from 'typeorm';
import { describeOnServer } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { laterProgram } from '../support/later-migrations.mjs';
import { createDemoDatabase, createMigratedDatabase, type OwnDatabase } from '../support/own-database.js';
import { partitionRuns } from '../support/partitions.js';
import { idOf } from '../support/permission-world.js';
import { spawnProgram } from '../support/spawned-program.js';
import { startGateway } from '../support/start-gateway.js';
import { urlOf } from '../support/template-database.mjs';

/** Migrates to a later release. */
const migrate = (url: string) => spawnProgram([laterProgram, 'migrate'], { DATABASE_URL: url });

/** Opens a transaction of another program, which `sql` begins and `end` ends. */
async function openTransaction(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url, application_name: 'a long report' });
  await client.connect();
  await client.query('BEGIN');
  await client.query(sql);
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  return { pid: rows[0].pid as number, end: () => client.end() };
}

/** Repeats an action until `stop`, and counts how often it completed. */
function repeat(act: () => Promise<unknown>) {
  const failures: unknown[] = [];
  let completed = 0;
  let isStopped = false;
  const ended = (async () => {
    while (!isStopped) {
      await act().catch((error) => failures.push(error));
      completed += 1;
    }
  })();
  const stop = () => {
    isStopped = true;
    return ended;
  };
  return { completed: () => completed, failures, stop };
}

describeOnServer('migrations that lock tables', () => {
  it('fail no request and no writer while they wait for a transaction, name it, and continue once it ends', async () => {
    const gateway = await startGateway({ arrange: (database) => arrangeGeneratedRuns(database, 3000) });
    const [{ name }] = (await gateway.query('SELECT current_database() AS name')) as unknown as [{ name: string }];
    const url = urlOf(name);
    const writer = new pg.Pool({ connectionString: url, max: 1 });
    // A separate pool, because a writer that waits for the table could not report that it does.
    const observer = new pg.Pool({ connectionString: url, max: 1 });
    const cleanups: (() => Promise<unknown>)[] = [];
    try {
      const blocker = await openTransaction(url, 'SELECT FROM task_run LIMIT 1');
      cleanups.push(blocker.end);
      const { orgId, projectId, taskId, owner } = generated;
      const token = await gateway.tokenFor(owner);
      const variables = { orgId, projectId, taskId, id: idOf(100000) };
      const read = () =>
        gateway.dataOf(
          `query ($orgId: ID!, $projectId: ID!, $taskId: ID!, $id: ID!) {
            taskRun(orgId: $orgId, projectId: $projectId, taskId: $taskId, id: $id) { id chargedCredits runData }
            taskRuns(orgId: $orgId, projectId: $projectId, taskId: $taskId, first: 20) { nodes { id response } }
          }`,
          { token, variables },
        );
      let written = 0;
      const write = () =>
        writer.query('UPDATE task_run SET context_id = $1 WHERE id = $2', [`${written++}`, idOf(100000)]);
      const loops = [read, read, read, write].map(repeat);
      for (const { stop } of loops) cleanups.push(stop);

      const waiting = async () => {
        const { rowCount } = await observer.query(
          "SELECT FROM pg_locks WHERE relation = 'task_run'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted",
        );
        return rowCount! > 0;
      };
      const attempts = [migrate(url), migrate(url), migrate(url)];
      // The migration waits, lets the others proceed, and waits again. Otherwise, all of them would wait until the
      // transaction ends.
      await eventually(async () => expect(await waiting()).toBe(true));
      const counts = loops.map(({ completed }) => completed());
      for (const state of [false, true]) await eventually(async () => expect(await waiting()).toBe(state));
      await eventually(async () => {
        for (const [index, { completed }] of loops.entries()) expect(completed()).toBeGreaterThan(counts[index]! + 1);
      });
      await blocker.end();
      const ended = await Promise.all(attempts.map((attempt) => attempt.ended));
      await Promise.all(loops.map((loop) => loop.stop()));

      expect(loops.flatMap(({ failures }) => failures)).toEqual([]);
      expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
      const [applying, ...others] = ended.filter(({ output }) => output.includes('Applied CheckTexts'));
      expect(others).toEqual([]);
      expect(applying!.errors).toMatch(/^A table is in use\. Waiting for 1 s at a time, with pauses of 4 s/m);
      expect(applying!.errors).toMatch(
        new RegExp(
          `^Waiting for process ${blocker.pid} of the server \\(a long report, idle in transaction, transaction started \\d+ s ago\\)`,
          'm',
        ),
      );
    } finally {
      for (const cleanUp of cleanups) await cleanUp();
      await writer.end();
      await observer.end();
      await gateway.close();
    }
  }, 180_000);
});

describeOnServer('a migration that is killed while it makes an index', () => {
  const index = 'task_run_revision_idx';
  let database: OwnDatabase;
  let dataSource: DataSource;
  beforeEach(async () => {
    database = await createMigratedDatabase();
    dataSource = await database.connect();
    await arrangeGeneratedRuns(dataSource);
  });
  afterEach(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  const found = async (): Promise<{ oid: number; valid: boolean } | undefined> => {
    const sql =
      'SELECT indexrelid::integer AS oid, indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)';
    return (await dataSource.query(sql, [index]))[0];
  };
  /** Kills it with a half-created index, which waits for a writer's transaction. */
  const killHalfway = async () => {
    const writer = await openTransaction(database.url, 'UPDATE task_run SET llm_retries = 1');
    const killed = migrate(database.url);
    await eventually(async () => expect(await found()).toMatchObject({ valid: false }));
    killed.kill('SIGKILL');
    await killed.ended;
    return writer;
  };

  it('completes in the next one, which makes the index again where the server has given it up', async () => {
    const writer = await killHalfway();
    await dataSource.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'task-run-gateway migrate'",
    );
    await writer.end();
    const half = await found();
    expect(half).toMatchObject({ valid: false });
    const { code, output } = await migrate(database.url).ended;
    expect([code, output]).toEqual([0, expect.stringContaining('Applied IndexRevisions')]);
    expect(await found()).toEqual({ oid: expect.any(Number), valid: true });
    expect((await found())!.oid).not.toBe(half!.oid);
  });

  it('completes in the next one, which waits for the index where the server goes on making it', async () => {
    const writer = await killHalfway();
    const half = await found();
    const next = migrate(database.url);
    const activityQuery = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%pg_stat_progress_create_index%'`;
    await eventually(async () => expect(await dataSource.query(activityQuery)).toHaveLength(1));
    await writer.end();
    const { code, output } = await next.ended;
    expect([code, output]).toEqual([0, expect.stringContaining('Applied IndexRevisions')]);
    expect(await found()).toEqual({ oid: half!.oid, valid: true });
  });
});

describeOnServer('the search index of a partitioned table', () => {
  let database: OwnDatabase;
  let dataSource: DataSource;
  const search = (state: 'on' | 'off') =>
    spawnProgram(['main.js', 'migrate', '--search', state], { DATABASE_URL: database.url });
  beforeEach(async () => {
    database = await createDemoDatabase();
    dataSource = await database.connect();
    await partitionRuns(dataSource);
    expect(await search('off').ended).toMatchObject({ code: 0 });
  });
  afterEach(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  const indexes = async (): Promise<Record<string, boolean>> => {
    const rows: { name: string; valid: boolean }[] = await dataSource.query(
      `SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index
       WHERE indexrelid::regclass::text LIKE '%_term_idx' ORDER BY name`,
    );
    return Object.fromEntries(rows.map(({ name, valid }) => [name, valid]));
  };
  /** Kills it with the index of the second of five partitions half created, which waits for a writer's transaction. */
  const killHalfway = async () => {
    const writer = await openTransaction(database.url, 'UPDATE task_run_2026_10 SET llm_retries = 1');
    const killed = search('on');
    await eventually(async () => expect(await indexes()).toHaveProperty('task_run_2026_10_term_idx', false));
    killed.kill('SIGKILL');
    await killed.ended;
    await dataSource.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'task-run-gateway migrate'",
    );
    await writer.end();
    expect(await indexes()).toEqual({ task_run_2026_09_term_idx: true, task_run_2026_10_term_idx: false });
  };

  it('continues in the next command after a killed one', async () => {
    await killHalfway();
    expect(await search('on').ended).toMatchObject({ code: 0, errors: '' });
    const names = ['2026_09_', '2026_10_', '2026_11_', 'first_', 'other_', ''];
    expect(await indexes()).toEqual(Object.fromEntries(names.map((name) => [`task_run_${name}term_idx`, true])));
  });

  it('leaves nothing in the partitions when it is dropped after a killed command', async () => {
    await killHalfway();
    expect(await search('off').ended).toMatchObject({ code: 0, errors: '' });
    expect(await indexes()).toEqual({});
  });

  it('leaves once the transactions that use its table have ended', async () => {
    expect(await search('on').ended).toMatchObject({ code: 0 });
    const reader = await openTransaction(database.url, 'SELECT FROM task_run_2026_10 LIMIT 1');
    const dropping = search('off');
    const waiting = () =>
      dataSource.query(
        `SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
         WHERE datname = current_database() AND mode = 'AccessExclusiveLock' AND NOT granted`,
      );
    for (const count of [1, 0]) await eventually(async () => expect(await waiting()).toHaveLength(count));
    await reader.end();
    expect(await dropping.ended).toMatchObject({ code: 0, errors: expect.stringContaining('A table is in use.') });
    expect(await indexes()).toEqual({});
  });
});
