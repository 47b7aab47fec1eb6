// Three gateways behind HAProxy, over TCP and HTTP at the same time, while they are replaced and killed. ROUNDS=10
// repeats this more often than CI, REQUESTS_PER_SECOND sends more requests, and REPORT=1 prints the counts.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { block } from '../docs/documents.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { eventually } from '../support/eventually.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { type Fleet, startFleet } from '../support/replicas/fleet.js';
import { byServerSentEvents, byWebSocket, follow } from '../support/replicas/followers.js';
import { type Balancer, type BalancerOptions, startBalancer } from '../support/replicas/haproxy.js';
import { createNewerBuild } from '../support/replicas/newer-build.js';
import { exportSlowly, uploadSlowly } from '../support/replicas/slow-clients.js';
import { type FailedRequest, type SteadyLoad, startLoad } from '../support/replicas/steady-load.js';
import type { RestPage } from '../support/responses.js';
import { spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';
import { untilSettled } from '../support/until-settled.js';

const perSecond = Number(process.env.REQUESTS_PER_SECOND ?? 300);
const rounds = Number(process.env.ROUNDS ?? 1);
/** Interval between checks of each gateway's health. */
const checkIntervalMs = 200;
const markingDown = block('haproxy-without-retries').text.trim();

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const task = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}`;
const exportOfRuns = `/api/v1/org/${orgId}/project/${projectId}/task_run/export?fields=core,usage,timing,io,files`;
const operation = JSON.stringify({
  query: `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") {
    id chargedCredits reportingGroup { name } files { name downloadUrl } } }`,
});
const response = `{"data":{"taskRun":{"id":"${id}"`;

const written = {
  path: `/api/v1/org/${generated.orgId}/project/${generated.projectId}/task_run/changes`,
  subscription: `subscription ($after: String) {
    taskRunChanged(orgId: "${generated.orgId}", projectId: "${generated.projectId}", after: $after) {
      cursor previousCursor run { id reference files { name } } } }`,
};

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let folder: Awaited<ReturnType<typeof createDemoIssuerFolder>>;
let pool: pg.Pool;
let fleet: Fleet;
let environment: Readonly<Record<string, string>>;
let viewer: string;
let owner: string;
const query = async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows;

beforeAll(async () => {
  if (!process.env.TEST_DATABASE_URL) throw new Error('Set TEST_DATABASE_URL to the PostgreSQL of the gateways.');
  database = await createTestDatabase();
  folder = await createDemoIssuerFolder();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  await arrangeGeneratedRuns({ query }, 20);
  await untilSettled({ query });
  const tokenOf = (subject: string) => folder.issuer.sign({ subject, expiresInSeconds: 36_000, now: Date.now() });
  [viewer, owner] = await Promise.all([tokenOf(demoSubjects.viewer), tokenOf(generated.owner)]);
  environment = {
    DATABASE_URL: database.url!,
    AUTH_ISSUERS: JSON.stringify([folder.issuer.config]),
    DATA_DIR: folder.dataDir,
    SHUTDOWN_DELAY_MS: '3000',
  };
  fleet = await startFleet(3, environment);
});
afterAll(async () => {
  await fleet?.close();
  await pool?.end();
  await folder?.remove();
  await database?.drop();
});

/** Runs `act` under load through HAProxy, over TCP and over HTTP. */
async function underLoad(
  onFailure: BalancerOptions['onFailure'],
  act: (load: SteadyLoad, balancers: readonly [tcp: Balancer, http: Balancer]) => Promise<void>,
): Promise<SteadyLoad> {
  const start = (mode: 'http' | 'tcp') =>
    startBalancer({ mode, onFailure, markingDown, checkIntervalMs, ports: fleet.ports });
  const balancers = [await start('tcp'), await start('http')] as const;
  try {
    await usingAll(balancers);
    const load = await startMixedLoad(balancers);
    try {
      await act(load, balancers);
    } finally {
      await load.stop();
    }
    return load;
  } finally {
    for (const balancer of balancers) await balancer.close();
  }
}

async function usingAll(balancers: readonly Balancer[]): Promise<void> {
  await eventually(async () => {
    for (const balancer of balancers) expect(await balancer.isUsed()).toEqual([true, true, true]);
  });
}

/**
 * Most requests get a response at once. A few wait a second for changes that never come, so that some are always in
 * flight.
 */
async function startMixedLoad(balancers: readonly Balancer[]): Promise<SteadyLoad> {
  const newest = await newestCursor(`${balancers[0]!.url}${task}/run/changes`, viewer);
  const read = { method: 'GET', path: `${task}/run/${id}`, expected: `"id":"${id}"` } as const;
  const operate = { method: 'POST', path: '/graphql', body: operation, expected: response } as const;
  const wait = { method: 'GET', path: `${task}/run/changes?wait=1&after=${newest}`, expected: '"results":[]' } as const;
  const requests = [...Array.from({ length: 31 }, () => [read, operate]).flat(), wait];
  return startLoad(
    balancers.map(({ url }) => url),
    requests,
    { token: viewer, perSecond },
  );
}

describe(`three gateways behind HAProxy without retries, at ${perSecond} requests a second`, () => {
  it('lose no request, upload, download or event while each is restarted, and replaced by the next release after its migration', async () => {
    const build = await createNewerBuild();
    let isOver = false;
    const over = () => isOver;
    const slow: ReturnType<typeof uploadSlowly>[] = [];
    const following: ReturnType<typeof follow>[] = [];

    const load = await underLoad('nothing', async (_load, [tcp, http]) => {
      const lines = await countLines(`${http.url}${exportOfRuns}`);
      slow.push(
        uploadSlowly(tcp.url, viewer, operation, response),
        exportSlowly(http.url, exportOfRuns, viewer, lines),
      );
      const first = await newestCursor(`${http.url}${written.path}`, owner);
      following.push(
        follow(first, over, byServerSentEvents(`${http.url}${written.path}`, owner)),
        follow(first, over, byWebSocket(tcp.url, owner, written.subscription)),
        follow(first, over, byWebSocket(http.url, owner, written.subscription)),
      );
      const writing = writeRuns(over);

      for (let round = 0; round < rounds; round += 1) await fleet.roll();
      const migrated = await spawnProgram([join(build.programs, 'main.js'), 'migrate'], environment).ended;
      expect(migrated).toMatchObject({ code: 0, output: expect.stringContaining(`Applied ${build.migration}.`) });
      await fleet.roll(build.programs);
      // Then back again: the older release works on the newer schema.
      for (let round = 1; round < rounds; round += 1) await fleet.roll();

      isOver = true;
      await writing;
      await Promise.all([...slow.map((client) => client.stop()), ...following]);
    });
    await build.remove();

    const slowly = await Promise.all(slow.map((client) => client.stop()));
    const followed = await Promise.all(following);
    report({ sent: load.sent, failed: load.failed.length, slowly, ends: followed.map(({ ends }) => ends) });
    expect(faultsOf(load.failed)).toEqual({});
    for (const { completed, failed } of slowly) {
      expect(failed).toEqual([]);
      expect(completed).toBeGreaterThan(5);
    }
    const runs = await query(
      `SELECT id, reference, '{}'::text[] AS files FROM task_run WHERE task_id = $1 AND reference LIKE 'written %'`,
      [generated.taskId],
    );
    expect(runs.length).toBeGreaterThan(100);
    const [{ cursorKey }] = await query('SELECT encode(cursor_key, \'hex\') AS "cursorKey" FROM change_epoch');
    const ends = ['ended', 'closed with 1001', 'closed with 1001'];
    for (const [index, { observed, gaps, ...stream }] of followed.entries()) {
      expect({ faults: observed.violationsAgainst(runs, cursorKey), gaps }).toEqual({ faults: [], gaps: 0 });
      expect(stream.ends).toEqual(stream.ends.map(() => ends[index]));
      expect(stream.ends.length).toBeGreaterThan(1);
    }
  }, 3_600_000);
});

describe.each<[string, BalancerOptions['onFailure']]>([
  ['with its retry', 'retry'],
  ['without retries', 'mark-down'],
])('three gateways behind HAProxy %s', (_, onFailure) => {
  it('lose the requests in flight at one that is killed, and without retries those that reach it dead', async () => {
    await underLoad(onFailure, async (load, balancers) => {
      for (let round = 0; round < rounds; round += 1) {
        await sleep(1000);
        const known = load.failed.length;
        await fleet.kill();
        const sent = load.sent;
        const endedMs = performance.now();
        await sleep(1000);
        const failed = load.failed.slice(known);
        const later = failed.filter(({ number }) => number >= sent);
        report({
          onFailure,
          failed: failed.length,
          later: later.map(({ startedMs }) => Math.round(startedMs - endedMs)),
        });
        // HAProxy may have been about to close a connection just as a client reused it. Within one interval, such a
        // request is in flight.
        const isFresh = ({ kept, startedMs }: FailedRequest) => !kept || startedMs - endedMs > checkIntervalMs;
        expect(faultsOf(onFailure === 'retry' ? later.filter(isFresh) : later.slice(2 * balancers.length))).toEqual({});
        await fleet.revive();
        await usingAll(balancers);
      }
    });
  }, 3_600_000);
});

/** The number of failed requests, by their result. */
function faultsOf(failed: readonly FailedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { fault, path } of failed) {
    const kind = `${path.replace(/\?.*/, '').slice(-40)}: ${fault.slice(0, 100)}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function report(facts: object): void {
  if (process.env.REPORT) process.stderr.write(`${JSON.stringify(facts)}\n`);
}

async function countLines(url: string): Promise<number> {
  const headers = { authorization: `Bearer ${viewer}` };
  return (await (await fetch(url, { headers })).text()).split('\n').length - 1;
}

async function newestCursor(url: string, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  for (let after = ''; ; ) {
    const page = await fetch(`${url}?page_limit=100${after && `&after=${after}`}`, { headers });
    const { pagination } = (await page.json()) as RestPage;
    after = pagination.next_cursor!;
    if (!pagination.has_next) return after;
  }
}

/** Inserts a run now and then. Resolves when all of them can be reported. */
async function writeRuns(isOver: () => boolean): Promise<void> {
  for (let count = 1; !isOver(); count += 1) {
    await query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, reference)
       VALUES (lpad(to_hex($1::int), 32, '0')::uuid, $2, $2, '{}', clock_timestamp(), 1, 1, 2, 'written ' || $1::text)`,
      [count, generated.taskId],
    );
    await sleep(50);
  }
  await untilSettled({ query });
}
