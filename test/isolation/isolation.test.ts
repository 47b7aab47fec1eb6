// One caller requests its own run ten times a second, while another one tries everything to prevent that. The first
// caller always gets its run, and the process, with a heap of 512 MB, stays ready. RUNS and SECONDS set the amount.
// THOROUGH=1 and REPORT=1 also attack with half as many concurrent requests. No times are asserted, but REPORT=1 prints
// them.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { createDataSource } from '../../src/database/data-source.js';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { arrangeManyRuns, generated } from '../support/generated-runs.js';
import { idOf } from '../support/permission-world.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase, onServer } from '../support/template-database.mjs';

const runs = Number(process.env.RUNS ?? 200_000);
const seconds = Number(process.env.SECONDS ?? 3);
const intensities = process.env.THOROUGH || process.env.REPORT ? [8, 16] : [16];
const heapMegabytes = 512;
const attacks = [
  'documents of a subject without any grant, each another',
  'twenty counts over a filter that no index decides',
  'statistics with every split',
  'pages of large runs',
  'pages of large runs that nobody reads',
  'a large run under many names',
  'JSON Pointers into large runs, which share statements',
  'as many runs as an operation can name',
  'as many entities as an operation can have',
  'filters of a different form each',
  'clients that leave while their statements run',
  'bodies that are not requests',
  'fifty bodies each that never end',
  'requests on one connection that wait for no response',
  'two hundred WebSockets each without an operation',
  'small messages of WebSockets',
];
const victimTask = { orgId: idOf(5000), projectId: idOf(5001), taskId: idOf(5002), id: idOf(5003) };

describeOnServer(`a process with a heap of ${heapMegabytes} MB over ${runs} runs`, () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let folder: Awaited<ReturnType<typeof createDemoIssuerFolder>>;
  let program: SpawnedProgram;
  let target: Record<string, unknown> & { readonly url: string };
  /** How the process ended; null while it is running. */
  let ending: object | null = null;
  let victimToken: string;

  beforeAll(async () => {
    database = await copyRows();
    folder = await createDemoIssuerFolder();
    const port = await freePort();
    program = spawnProgram(['main.js', 'start'], {
      NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
      DATABASE_URL: database.url!,
      AUTH_ISSUERS: JSON.stringify([folder.issuer.config]),
      DATA_DIR: folder.dataDir,
      LOG_LEVEL: 'silent',
      PORT: `${port}`,
    });
    const tokenOf = (subject: string) => folder.issuer.sign({ subject, expiresInSeconds: 7200, now: Date.now() });
    void program.ended.then(({ code, signal, errors }) => {
      ending = { code, signal, errors: errors.slice(0, 2000) };
    });
    victimToken = await tokenOf('victim');
    target = {
      url: `http://127.0.0.1:${port}`,
      owner: await tokenOf(generated.owner),
      stranger: await tokenOf('stranger'),
      path: { orgId: generated.orgId, projectId: generated.projectId, taskId: generated.taskId },
      largeRuns: largeRuns.filter(isList),
      runs: await idsOfRuns(database.url!),
    };
    await eventually(async () => expect((await fetch(`${target.url}/health/ready`)).status).toBe(200));
  }, 600_000);

  afterAll(async () => {
    program?.kill('SIGKILL');
    await program?.ended;
    await database?.drop();
    await folder?.remove();
  });

  it.each([['nobody', 1], ...attacks.flatMap((name) => intensities.map((intensity) => [name, intensity]))] as [
    string,
    number,
  ][])(
    'still serves another caller, and stays ready: %s, %i at a time',
    async (name, intensity) => {
      // In a separate process, so that it does not slow down the measurements.
      const attacker = name === 'nobody' ? null : spawnAttacker(name, intensity);
      await attacker?.line(/^attacking$/);
      const times: number[] = [];
      const wrong: string[] = [];
      const failedChecks: number[] = [];
      const end = performance.now() + seconds * 1000;
      const asks: Promise<void>[] = [];
      for (let count = 0; performance.now() < end; count += 1) {
        asks.push(readOwnRun(times, wrong));
        if (count % 10 === 0) asks.push(checkReadiness(failedChecks));
        await after(100);
      }
      await Promise.all(asks);
      attacker?.kill('SIGTERM');
      const attack = await attacker?.ended;
      const sent = Number(attacker?.lines.at(-1) ?? 0);
      if (process.env.REPORT) process.stderr.write(`${report(name, intensity, sent, times)}\n`);
      expect({ wrong: wrong.slice(0, 3), failedChecks, ending }).toEqual({
        wrong: [],
        failedChecks: [],
        ending: null,
      });
      if (attack) expect(attack).toMatchObject({ code: 0, errors: '' });
      expect(times.length).toBeGreaterThan(seconds);
    },
    120_000,
  );

  function spawnAttacker(name: string, intensity: number): SpawnedProgram {
    const script = join(import.meta.dirname, 'attacks.mjs');
    return spawnProgram([script, name, JSON.stringify(target), `${intensity}`], {});
  }

  async function readOwnRun(times: number[], wrong: string[]): Promise<void> {
    const { orgId, projectId, taskId, id } = victimTask;
    const query = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { id response } }`;
    const begin = performance.now();
    try {
      const response = await fetch(`${target.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${victimToken}` },
        body: JSON.stringify({ query }),
      });
      const text = await response.text();
      times.push(performance.now() - begin);
      if (text !== `{"data":{"taskRun":{"id":"${id}","response":{"own": true}}}}`) wrong.push(text);
    } catch (error) {
      wrong.push(String(error));
    }
  }

  async function checkReadiness(failedChecks: number[]): Promise<void> {
    const { status } = await fetch(`${target.url}/health/ready`).catch(() => ({ status: 0 }));
    if (status !== 200) failedChecks.push(status);
  }
});

/**
 * A copy of the rows, which remains on the server between runs of this test, because creating the rows takes a minute.
 */
async function copyRows() {
  const sources = [
    './isolation.test.ts',
    '../support/generated-runs.ts',
    '../support/permission-world.ts',
    '../../src/database/migrations/index.ts',
  ];
  const hash = createHash('sha256');
  for (const path of sources) hash.update(await readFile(new URL(path, import.meta.url)));
  const template = `gateway_isolation_${runs}_${hash.digest('hex').slice(0, 12)}`;
  const { rows } = await onServer("SELECT datname FROM pg_database WHERE datname LIKE 'gateway\\_isolation\\_%'");
  const kept: string[] = rows.map(({ datname }: { datname: string }) => datname);
  if (!kept.includes(template)) {
    for (const other of kept) await onServer(`DROP DATABASE IF EXISTS ${other} WITH (FORCE)`);
    const made = await createTestDatabase();
    await arrange(made.url);
    await onServer(`ALTER DATABASE ${new URL(made.url).pathname.slice(1)} RENAME TO ${template}`);
  }
  return createTestDatabase(template);
}

const largeRuns = Array.from({ length: 100 }, (_, index) => idOf(6000 + index));
const isList = (_id: string, index: number) => index % 5 === 0;

/** The generated runs, some of which have many megabytes that compress to next to nothing, and the victim's own run. */
async function arrange(url: string): Promise<void> {
  const dataSource = await createDataSource({ url, poolSize: 1, timeoutMs: 600_000 }).initialize();
  try {
    await arrangeManyRuns(dataSource, runs);
    const { orgId, projectId, taskId, id } = victimTask;
    await dataSource.query("INSERT INTO organization (id, name) VALUES ($1, 'Victim')", [orgId]);
    await dataSource.query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Victim')", [projectId, orgId]);
    await dataSource.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Victim')", [taskId, projectId]);
    await dataSource.query("INSERT INTO access_grant VALUES ('task', $1, 'user', 'victim', 'owner')", [taskId]);
    const insert = `INSERT INTO task_run (id, task_id, task_revision_id, response, run_data, created, input_tokens, output_tokens, total_tokens)
      SELECT $1, $2, $2, $3::jsonb, $4::jsonb, $5, 1, 1, 2`;
    await dataSource.query(insert, [id, taskId, '{"own": true}', '{}', '2026-01-01T00:00:00Z']);
    const list = JSON.stringify({
      list: Array.from({ length: 100_000 }, (_, n) => `item ${n % 7}`),
      text: 'a'.repeat(10_000_000),
    });
    const small = JSON.stringify({ text: 'b'.repeat(1_000_000) });
    for (const [index, each] of largeRuns.entries()) {
      // Newer than all others, so they are on the first page.
      const created = new Date(Date.UTC(2030, 0, 1) - index * 1000).toISOString();
      await dataSource.query(insert, [each, generated.taskId, isList(each, index) ? list : small, '{}', created]);
    }
  } finally {
    await dataSource.destroy();
  }
}

async function idsOfRuns(url: string): Promise<string[]> {
  const dataSource = await createDataSource({ url, poolSize: 1, timeoutMs: 60_000 }).initialize();
  try {
    const rows: { id: string }[] = await dataSource.query('SELECT id FROM task_run WHERE task_id = $1 LIMIT 2000', [
      generated.taskId,
    ]);
    return rows.map(({ id }) => id);
  } finally {
    await dataSource.destroy();
  }
}

function report(name: string, intensity: number, sent: number, times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms beside ${sent} requests: ${name}, ${intensity} at a time`;
}
