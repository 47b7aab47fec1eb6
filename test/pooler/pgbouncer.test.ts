// The gateway behind PgBouncer in transaction mode, where two statements of one client may use two server connections.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { fillDemoData } from '../../src/demo/data/fill-demo-data.js';
import { trials, tryCancelling } from '../support/cancel-trials.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { seed } from '../support/generated.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { createEmptyDatabase } from '../support/own-database.js';
import { spawnProgram } from '../support/spawned-program.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';
import { readPages } from '../support/torture/read-changes.js';
import { writeRuns } from '../support/torture/write-runs.js';
import { untilSettled } from '../support/until-settled.js';

describe.each([100, 0])(
  'the gateway behind PgBouncer in transaction mode with max_prepared_statements = %d',
  (maxPrepared) => {
    let folder: string;
    let pgbouncer: ChildProcess;
    let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
    let gateway: Gateway;
    let output = '';
    let url: string;

    beforeAll(async () => {
      if (!process.env.TEST_DATABASE_URL)
        throw new Error('Set TEST_DATABASE_URL to the PostgreSQL to put PgBouncer before.');
      database = await createEmptyDatabase();
      const target = new URL(database.url);
      const port = await freePort();
      folder = await mkdtemp(join(tmpdir(), 'gateway-pgbouncer-'));
      await chmod(folder, 0o755);
      const users = join(folder, 'users.txt');
      await writeFile(users, `"${target.username}" "${target.password}"\n`);
      await writeFile(
        join(folder, 'pgbouncer.ini'),
        `[databases]
gateway = host=${target.hostname} port=${target.port || 5432} dbname=${target.pathname.slice(1)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = transaction
default_pool_size = 3
server_login_retry = 1
max_prepared_statements = ${maxPrepared}
`,
      );
      // PgBouncer does not run as root.
      const asUser = userInfo().uid === 0 ? ['-u', 'postgres'] : [];
      pgbouncer = spawn('pgbouncer', [...asUser, join(folder, 'pgbouncer.ini')]);
      pgbouncer.stderr!.on('data', (chunk) => {
        output += chunk;
      });
      await eventually(async () => {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect').catch((cause) => {
          throw new Error(`PgBouncer did not start: ${output}`, { cause });
        });
        socket.destroy();
      });
      url = `postgres://${target.username}@127.0.0.1:${port}/gateway`;
    });
    afterAll(async () => {
      await gateway?.close();
      pgbouncer?.kill();
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    });

    const command = (...words: string[]) =>
      spawnProgram(['main.js', ...words], { DATABASE_URL: url, DATA_DIR: folder }).ended;

    it('migrates, three processes at once and once more, and leaves no lock behind', async () => {
      const ended = await Promise.all([command('migrate'), command('migrate'), command('migrate')]);
      for (const { code, output, errors } of ended) {
        expect({ code, errors }).toEqual({ code: 0, errors: '' });
        expect(output).toMatch(/The schema is up to date\.\n$/);
      }
      expect(ended.filter(({ output }) => output.includes('Applied'))).toHaveLength(1);
      expect(await command('migrate')).toMatchObject({ code: 0, output: 'The schema is up to date.\n' });
    });

    it('reads nothing in the transaction with the lock, for whose end CREATE INDEX CONCURRENTLY would wait', async () => {
      const dataSource = await database.connect();
      await dataSource.query('BEGIN');
      await dataSource.query('LOCK TABLE task_run IN SHARE MODE');
      const migrating = spawnProgram(['main.js', 'migrate', '--search', 'on'], { DATABASE_URL: url, DATA_DIR: folder });
      await eventually(async () => {
        // In a transaction, statistics do not change.
        await dataSource.query('SELECT pg_stat_clear_snapshot()');
        const sessions: { query: string; hasLock: boolean }[] = await dataSource.query(
          `SELECT query, EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = pg_stat_activity.pid AND locktype = 'advisory') AS "hasLock"
           FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        );
        const reader = sessions.find(({ query }) => query.startsWith('SELECT DISTINCT blocking.pid'));
        expect(reader).toMatchObject({ hasLock: false });
        expect(sessions).toContainEqual({
          query: expect.stringContaining('CREATE INDEX CONCURRENTLY'),
          hasLock: false,
        });
      });
      await dataSource.query('ROLLBACK');
      expect(await migrating.ended).toMatchObject({ code: 0, output: expect.stringContaining('Search is on.') });
      await dataSource.destroy();
    });

    it('seeds runs, and grants roles', async () => {
      expect(await command('seed', '--runs', '2000')).toMatchObject({ code: 0, errors: '' });
      const dataSource = await database.connect();
      await fillDemoData(dataSource);
      await dataSource.destroy();
      const { taskId } = demoPlaces.richRun;
      const granted = await command('grant', '--user', 'somebody', '--role', 'viewer', '--task', taskId);
      expect(granted).toMatchObject({ code: 0, errors: '' });
    });

    it('appears in doctor, with what the pooler lacks', async () => {
      const { output } = await command('doctor');
      const [line] = /^.*pooler: .*$/m.exec(output)!;
      expect(line).toMatch(
        maxPrepared > 0 ? /^warning .*rejects settings/ : /^warning .*does not keep prepared statements/,
      );
    });

    it('starts, and logs what the pooler lacks', async () => {
      gateway = await startGateway({ environment: { DATABASE_URL: url } });
      const lines = (await gateway.logLines()).map(({ msg }) => String(msg));
      expect(lines.filter((line) => line.includes('statement_timeout'))).toHaveLength(1);
      expect(lines.filter((line) => line.includes('does not keep prepared statements'))).toHaveLength(
        maxPrepared > 0 ? 0 : 1,
      );
    });

    it('responds to many concurrent requests through fewer connections than its own', async () => {
      const { orgId, projectId, taskId, id } = demoPlaces.richRun;
      const token = await gateway.tokenFor(demoSubjects.viewer);
      const query = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") {
      id chargedCredits reportingGroup { name } files { name downloadUrl } } }`;
      for (let round = 0; round < 10; round += 1) {
        const answers = await Promise.all(Array.from({ length: 30 }, () => gateway.dataOf(query, { token })));
        for (const { taskRun } of answers) expect(taskRun).toMatchObject({ id, chargedCredits: '1.00' });
      }
      const file = (await gateway.dataOf(query, { token })).taskRun.files[0];
      expect((await fetch(file.downloadUrl)).status).toBe(200);
      expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    });

    it(`cancels ${trials} statements at random moments, and no other`, async () => {
      const { cancelled, closed, ended, others, failures } = await tryCancelling(url);
      expect(failures).toEqual([]);
      expect(cancelled + closed + ended).toBe(trials);
      for (const count of [cancelled, ended, others]) expect(count).toBeGreaterThan(trials / 10);
    }, 3_600_000);

    it('reports every version of runs that are written through the pooler, once and in order', async () => {
      const { orgId, projectId, taskId, otherTaskId, owner } = generated;
      const query = (sql: string, values: unknown[] = []) => gateway.query(sql, values);
      await arrangeGeneratedRuns({ query }, 20);
      const token = await gateway.tokenFor(owner);
      let isOver = false;
      const reading = readPages(
        () => isOver,
        async (after) => {
          const { taskRunChanges } = await gateway.dataOf(
            `query ($after: String) { taskRunChanges(orgId: "${orgId}", projectId: "${projectId}", after: $after, wait: 1) {
            changes { cursor previousCursor run { id reference files { name } } } endCursor hasMore } }`,
            { token, variables: { after } },
          );
          return taskRunChanges;
        },
      );
      await writeRuns({ url, taskIds: [taskId, otherTaskId], runs: 200, seed, pace: 0.3 });
      await untilSettled({ query });
      isOver = true;
      const { observed, gaps, failures } = await reading;
      const runs = await query(
        `SELECT id, reference, ARRAY(SELECT json_build_object('name', name) FROM task_run_file WHERE task_run_id = task_run.id) AS files
       FROM task_run WHERE task_id = ANY ($1)`,
        [[taskId, otherTaskId]],
      );
      expect(runs.length).toBeGreaterThan(200);
      const [{ cursorKey }] = await query('SELECT encode(cursor_key, \'hex\') AS "cursorKey" FROM change_epoch', []);
      expect({ faults: observed.violationsAgainst(runs, cursorKey), gaps, failures }).toEqual({
        faults: [],
        gaps: 0,
        failures: 0,
      });
    });
  },
);
