// Measures the real cost of operations: database time with pg_stat_statements, and the gateway's CPU time.

import pg from 'pg';
import { createDemoIssuerFolder } from '../demo-issuer-folder.js';
import { eventually } from '../eventually.js';
import { freePort } from '../free-port.js';
import { spawnProgram } from '../spawned-program.js';
import { type CostedQuery, type MeasuredTask, operationsFor } from './operations.js';

export interface MeasuredOperation extends CostedQuery {
  /** The cost in points. */
  readonly database: number;
  readonly processor: number;
}

const subject = 'bench-subject';
/** The time until frequently executed code is compiled. */
const warmUpMs = 1000;
const rounds = 3;
/** The number of requests per round. */
const requests = 20;
const pointsPerMs = 10;

/** @param url of a benchmark database, on a server that has loaded pg_stat_statements */
export async function measureOperations(url: string): Promise<MeasuredOperation[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const folder = await createDemoIssuerFolder();
  const port = await freePort();
  const gateway = spawnProgram(['main.js', 'start'], {
    DATABASE_URL: url,
    AUTH_ISSUERS: JSON.stringify([folder.issuer.config]),
    DATA_DIR: folder.dataDir,
    LOG_LEVEL: 'silent',
    PORT: `${port}`,
  });
  const base = `http://127.0.0.1:${port}`;
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    await eventually(async () => expect((await fetch(`${base}/health/ready`)).status).toBe(200));
    const token = await folder.issuer.sign({ subject, expiresInSeconds: 7200, now: Date.now() });
    const measured: MeasuredOperation[] = [];
    for (const operation of operationsFor(await findTask(client))) {
      measured.push({ ...operation, ...(await measure(operation, base, token, client)) });
    }
    return measured;
  } finally {
    gateway.kill('SIGKILL');
    await gateway.ended;
    await folder.remove();
    await client.end();
  }
}

/** Returns the minimum of several rounds, because other work on the machine only adds to it. */
async function measure({ query, variables }: CostedQuery, base: string, token: string, client: pg.Client) {
  const ask = async () => {
    const response = await fetch(`${base}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    if (text.includes('"errors":[{"message"')) throw new Error(`Expected data for ${query}, got ${text.slice(0, 500)}`);
  };
  const end = performance.now() + warmUpMs;
  while (performance.now() < end) await ask();
  const each = { database: Number.POSITIVE_INFINITY, processor: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round += 1) {
    await client.query('SELECT pg_stat_statements_reset()');
    const before = await processorMs(base);
    for (let count = 0; count < requests; count += 1) await ask();
    const processor = (await processorMs(base)) - before;
    const { rows } = await client.query(
      `SELECT sum(total_exec_time + total_plan_time) AS ms FROM pg_stat_statements
       WHERE query NOT LIKE '%pg_stat_statements%' AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    each.database = Math.min(each.database, (Number(rows[0].ms) / requests) * pointsPerMs);
    each.processor = Math.min(each.processor, (processor / requests) * pointsPerMs);
  }
  return each;
}

async function processorMs(base: string): Promise<number> {
  const text = await (await fetch(`${base}/metrics`)).text();
  return Number(/^process_cpu_seconds_total ([\d.e-]+)/m.exec(text)![1]) * 1000;
}

/** Finds the task with most runs among those whose runs are all visible to the benchmark's subject. */
async function findTask(client: pg.Client): Promise<MeasuredTask> {
  const { rows } = await client.query<{ orgId: string; projectId: string; taskId: string }>(
    `SELECT org_id AS "orgId", project.id AS "projectId", task.id AS "taskId" FROM task
     JOIN project ON project.id = task.project_id ORDER BY (SELECT count(*) FROM (SELECT FROM task_run WHERE task_id = task.id LIMIT 1000) AS run) DESC LIMIT 1`,
  );
  const { rows: runs } = await client.query<{ id: string }>(
    'SELECT id FROM task_run WHERE task_id = $1 ORDER BY created LIMIT 100',
    [rows[0]!.taskId],
  );
  return { ...rows[0]!, ids: runs.map(({ id }) => id) };
}
