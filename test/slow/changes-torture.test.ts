// The guarantee of changes under hostile writers and conditions: long transactions, some rolled back, deletions, moves,
// interrupted connections, a killed gateway, and killed purges. TORTURE_RUNS sets the number of runs that are written.
// TORTURE_RESTART is a shell command that restarts the server of TEST_DATABASE_URL; it is called where connections are
// otherwise cut.

import { exec } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createClient } from 'graphql-ws';
import pg from 'pg';
import { WebSocket } from 'ws';
import { createDataSource } from '../../src/database/data-source.js';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { amount, seed } from '../support/generated.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import type { GraphqlResponse } from '../support/graphql-client.js';
import { idOf } from '../support/permission-world.js';
import type { GraphqlBody, RestPage } from '../support/responses.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';
import { followByMirror, mirroredRowsSql } from '../support/torture/mirror.js';
import type { RunState } from '../support/torture/observed-changes.js';
import { purgeRepeatedly } from '../support/torture/purge.js';
import { createRandom } from '../support/torture/random.js';
import { type ReadPage, readPages } from '../support/torture/read-changes.js';
import { readExports, readStream, type StreamEvent, serverSentRuns } from '../support/torture/read-streams.js';
import { writeRuns } from '../support/torture/write-runs.js';
import { untilSettled } from '../support/until-settled.js';

const runs = Number(process.env.TORTURE_RUNS ?? amount(1000, 2000));
const restart = process.env.TORTURE_RESTART;
const { orgId, projectId, taskId, otherTaskId, owner } = generated;
const keptId = idOf(2000);
/** A task of a second project of the organization. */
const farTaskId = idOf(2001);

describeOnServer(`changes while ${runs} runs are written (seed ${seed})`, () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let folder: Awaited<ReturnType<typeof createDemoIssuerFolder>>;
  let admin: pg.Pool;
  let gateway: SpawnedProgram;
  let url: string;
  let token: string;
  let start: () => Promise<void>;
  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Pool({ connectionString: database.url, max: 1 });
    admin.on('error', () => {});
    const dataSource = await createDataSource({ url: database.url!, poolSize: 1, timeoutMs: 60_000 }).initialize();
    await arrangeGeneratedRuns(dataSource, 20);
    await untilSettled(dataSource);
    await dataSource.destroy();
    folder = await createDemoIssuerFolder();
    await mkdir(join(folder.dataDir, 'files'), { recursive: true });
    // All rows refer to the same bytes.
    for (const key of ['key', 'a']) await writeFile(join(folder.dataDir, 'files', key), 'x');
    await admin.query("UPDATE task_run_file SET storage_key = 'a'");
    // SQL writers must not refer to a key that a purge deletes, so a run that is kept refers to it.
    await admin.query(`INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Stays')`, [keptId, orgId]);
    await admin.query("INSERT INTO task (id, project_id, name) VALUES ($1, $1, 'Stays'), ($2, $1, 'Far')", [
      keptId,
      farTaskId,
    ]);
    await admin.query(
      "INSERT INTO access_grant VALUES ('organization', $1, 'user', $2, 'owner') ON CONFLICT DO NOTHING",
      [orgId, owner],
    );
    await admin.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
       VALUES ($1, $1, $1, '{}', now(), 1, 1, 2)`,
      [keptId],
    );
    await admin.query("INSERT INTO task_run_file VALUES ($1, 0, 'key', 'text/plain', 1, 'INPUT', 'key', now())", [
      keptId,
    ]);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    token = await folder.issuer.sign({ subject: owner, expiresInSeconds: 7200, now: Date.now() });
    start = async () => {
      gateway = spawnProgram(['main.js', 'start'], {
        ...{ DATABASE_URL: database.url!, AUTH_ISSUERS: JSON.stringify([folder.issuer.config]) },
        ...{ DATA_DIR: folder.dataDir, LOG_LEVEL: 'silent', PORT: `${port}` },
      });
      await eventually(async () => {
        expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      });
    };
    await start();
  });
  afterAll(async () => {
    gateway?.kill('SIGKILL');
    await gateway?.ended;
    await admin?.end();
    await folder?.remove();
    await database?.drop();
  });

  const headers = () => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });
  const ask = async (query: string, variables: object): Promise<GraphqlResponse['data']> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: headers(),
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as GraphqlBody;
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  const byQuery =
    (task: string | null, first: number, wait: number, project: string | null = projectId) =>
    async (after: string | null): Promise<ReadPage> => {
      const query = `query ($after: String, $project: ID, $task: ID, $first: Int, $wait: Int) {
      taskRunChanges(orgId: "${orgId}", projectId: $project, taskId: $task, after: $after, first: $first, wait: $wait) {
        changes { cursor previousCursor run { id reference files { name } } deleted { runId } } endCursor hasMore } }`;
      return (await ask(query, { after, project, task, first, wait })).taskRunChanges;
    };
  const byRest =
    (path: string, wait: number) =>
    async (after: string | null): Promise<ReadPage> => {
      const query = `page_limit=100&wait=${wait}${after === null ? '' : `&after=${after}`}`;
      const response = await fetch(`${url}/api/v1/org/${orgId}/project/${projectId}/${path}?${query}`, {
        headers: headers(),
      });
      const { results, pagination } = (await response.json()) as RestPage<ReadPage['changes'][number]>;
      if (!response.ok) throw new Error(`${response.status}`);
      return { changes: results, endCursor: pagination.next_cursor!, hasMore: pagination.has_next };
    };

  const project = () => `${url}/api/v1/org/${orgId}/project/${projectId}`;
  const byServerSentEvents = async function* (after: string, signal: AbortSignal) {
    const accept = { accept: 'text/event-stream', 'last-event-id': after };
    yield* serverSentRuns(
      await fetch(`${project()}/task_run/changes`, { headers: { ...headers(), ...accept }, signal }),
    );
  };
  const byWebSocket = (project: string | null) =>
    async function* (after: string, signal: AbortSignal): AsyncGenerator<StreamEvent> {
      const { authorization } = headers();
      const client = createClient({
        ...{ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 },
        connectionParams: { authorization },
      });
      const query = `subscription ($after: String, $project: ID) { taskRunChanged(orgId: "${orgId}", projectId: $project, after: $after) {
      cursor previousCursor run { id reference files { name } } deleted { runId } } }`;
      const events = client.iterate<{ taskRunChanged: StreamEvent }>({ query, variables: { after, project } });
      const leave = () => void events.return?.();
      signal.addEventListener('abort', leave);
      try {
        for await (const { data, errors } of events) {
          if (errors) throw new Error(JSON.stringify(errors));
          yield data!.taskRunChanged;
        }
      } finally {
        await client.dispose();
      }
    };
  const byExport = (after: string | null) =>
    fetch(`${project()}/task_run/export?fields=core,files${after === null ? '' : `&after=${after}`}`, {
      headers: headers(),
    });

  it('reach every reader, each version once at most and the newest once, in order, and a mirror ends equal', async () => {
    const random = createRandom(seed);
    let isWritten = false;
    let isOver = false;
    const over = () => isOver;
    const pages = {
      'query of the organization': readPages(over, byQuery(null, 100, 1, null)),
      'query of a project': readPages(over, byQuery(null, 100, 1)),
      'query of a task': readPages(over, byQuery(taskId, 7, 0)),
      'query of the other task': readPages(over, byQuery(otherTaskId, 50, 20)),
      'REST of a project': readPages(over, byRest('task_run/changes', 20)),
      'REST of a task': readPages(over, byRest(`task/${taskId}/run/changes`, 2)),
    };
    const first = (await byQuery(null, 1, 0)(null)).changes[0]!.previousCursor!;
    const streams = {
      'server-sent events': readStream(over, first, createRandom(seed + 100), byServerSentEvents),
      WebSocket: readStream(over, first, createRandom(seed + 101), byWebSocket(projectId)),
      'WebSocket of the organization': readStream(over, first, createRandom(seed + 102), byWebSocket(null)),
    };
    const exporting = readExports(over, byExport);
    const mirroring = followByMirror(over, { url, token, orgId, projectId });
    const writing = writeRuns({
      url: database.url!,
      taskIds: [taskId, otherTaskId, farTaskId],
      runs,
      seed,
      pace: 1,
      deletes: true,
    }).then(() => {
      isWritten = true;
    });
    const purging = purgeRepeatedly(() => isWritten, {
      ...{ url: database.url!, dataDir: folder.dataDir, projectId },
      ...{ keep: runs / 5, random: createRandom(seed + 200) },
    });
    let kills = 0;
    while (!isWritten) {
      await setTimeout(3000 * random());
      if (random() < 0.5) {
        gateway.kill('SIGKILL');
        await gateway.ended;
        await start();
      } else if (restart) {
        await promisify(exec)(restart);
        await eventually(async () => void (await admin.query('SELECT 1')));
      } else {
        await admin.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.5',
        );
      }
      kills += 1;
    }
    await writing;
    const { code, errors, ...purged } = await purging;
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    await untilSettled({ query: async (sql, values) => (await admin.query(sql, values)).rows });
    isOver = true;

    const { rows } = await admin.query<RunState & { taskId: string }>(
      `
      SELECT id, task_id AS "taskId", reference, ARRAY(
        SELECT json_build_object('name', name) FROM task_run_file WHERE task_run_id = task_run.id) AS files
      FROM task_run WHERE task_id = ANY ($1)`,
      [[taskId, otherTaskId, farTaskId, keptId]],
    );
    expect(rows.length).toBeGreaterThan(runs / 4);
    for (const task of [taskId, otherTaskId])
      expect(rows.filter((run) => run.taskId === task).length).toBeLessThanOrEqual(runs / 5);
    expect((await admin.query('SELECT FROM file_deletion')).rowCount).toBe(0);
    expect(kills).toBeGreaterThan(0);
    const [{ cursorKey }] = (await admin.query('SELECT encode(cursor_key, \'hex\') AS "cursorKey" FROM change_epoch'))
      .rows;
    const mirror = await mirroring;
    expect(mirror.rows).toEqual((await admin.query(mirroredRowsSql)).rows);
    expect(Object.keys(mirror.stored).sort()).toEqual(mirror.keysInDatabase.toSorted());
    expect(new Set(Object.values(mirror.stored))).toEqual(new Set(['x']));
    const results: Record<string, object> = { mirror: { imports: mirror.imports, failures: mirror.failures }, purged };
    const faults: Record<string, string[]> = {};
    const rowsOf = (reader: string) => {
      if (reader.includes('organization')) return rows;
      const tasks = reader.includes('other task')
        ? [otherTaskId]
        : reader.includes('task')
          ? [taskId]
          : [taskId, otherTaskId];
      return rows.filter((run) => tasks.includes(run.taskId));
    };
    for (const [name, reading] of Object.entries(pages)) {
      const { observed, gaps, failures } = await reading;
      faults[name] = observed.violationsAgainst(rowsOf(name), cursorKey);
      expect(observed.deletedCount).toBeGreaterThan(0);
      if (gaps > 0) faults[name].push(`${gaps} gaps`);
      results[name] = { versions: observed.count, deleted: observed.deletedCount, failures };
    }
    for (const [name, reading] of Object.entries(streams)) {
      const { observed, gaps, resumed } = await reading;
      faults[name] = [...observed.violationsAgainst(rowsOf(name), cursorKey), ...(gaps > 0 ? [`${gaps} gaps`] : [])];
      results[name] = { versions: observed.count, deleted: observed.deletedCount, resumed };
    }
    const { observed, exports } = await exporting;
    faults.export = observed.violationsAgainst(rowsOf('export'), cursorKey);
    results.export = { versions: observed.count, deleted: observed.deletedCount, exports };
    if (process.env.REPORT) process.stdout.write(`${JSON.stringify({ runs: rows.length, kills, results }, null, 1)}\n`);
    expect(Object.values(faults).flat().length === 0 ? {} : faults).toEqual({});
  }, 3_600_000);
});
