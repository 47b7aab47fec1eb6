// A mixed load while database servers restart, fail and run out of connections. FAULT_MINUTES=10 runs longer, and
// prints the gateway's memory every minute.

import { setTimeout as after } from 'node:timers/promises';
import pg from 'pg';
import { createDataSource } from '../../src/database/data-source.js';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { fillDemoData } from '../../src/demo/data/fill-demo-data.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import type { GraphqlErrorResponse } from '../support/graphql-client.js';
import { describeWithClusters, PostgresCluster } from '../support/postgres-cluster.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';

const minutes = Number(process.env.FAULT_MINUTES ?? 0);
const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const path = `orgId: "${orgId}", projectId: "${projectId}"`;
const queries = {
  run: `{ taskRun(${path}, taskId: "${taskId}", id: "${id}") { id response runData chargedCredits files { name } reportingGroup { name } } }`,
  list: `{ taskRuns(${path}, taskId: "${taskId}", first: 20) { totalCount nodes { id created reference } } }`,
  statistics: `{ taskRunStats(${path}) { runs inputTokens chargedCredits byTask: groupBy(dimension: TASK) { runs task { id } } } }`,
  changes: `{ taskRunChanges(${path}, first: 20) { changes { run { id reference } } } }`,
  denied: `{ taskRun(${path}, taskId: "${taskId}", id: "00000000-0000-0000-0000-000000000000") { id } }`,
};
const clients = 8;
const requestTimeoutMs = 3000;
/** The time limit of a request, plus the time for noticing its end on a slow machine. */
const answeredWithinMs = requestTimeoutMs + 27_000;

describeWithClusters('The gateway under load', () => {
  let primary: PostgresCluster;
  let standby: PostgresCluster;
  let issuing: Gateway;
  let program: SpawnedProgram;
  let url: string;
  let token: string;
  const expected = new Map<string, string>();

  beforeAll(async () => {
    primary = await PostgresCluster.create({ settings: ['max_connections = 20'] });
    await spawnProgram(['main.js', 'migrate'], { DATABASE_URL: primary.url() }).ended;
    const dataSource = await createDataSource({ url: primary.url(), poolSize: 1, timeoutMs: 60_000 }).initialize();
    await fillDemoData(dataSource);
    await dataSource.destroy();
    await primary.query('CREATE ROLE gateway LOGIN; GRANT pg_read_all_data TO gateway; CREATE ROLE others LOGIN');
    standby = await primary.createStandby();
    issuing = await startGateway();
    token = await issuing.tokenFor(demoSubjects.viewer);
    const port = await freePort();
    const urlOf = (...ports: number[]) => `postgres://gateway@${ports.map((port) => `127.0.0.1:${port}`)}/postgres`;
    program = spawnProgram(['main.js'], {
      ...{ PORT: String(port), LOG_LEVEL: 'error', DATA_DIR: issuing.dataDir },
      AUTH_ISSUERS: JSON.stringify([issuing.issuer.config]),
      DATABASE_URL: `${urlOf(primary.port, standby.port)}?target_session_attrs=read-write`,
      DATABASE_REPLICA_URLS: urlOf(standby.port),
      ...{ DATABASE_TIMEOUT_MS: '1500', REQUEST_TIMEOUT_MS: String(requestTimeoutMs) },
    });
    url = `http://127.0.0.1:${port}`;
    await eventually(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200));
    for (const [name, query] of Object.entries(queries)) {
      const { text } = await ask(query);
      if (name !== 'denied') expect(JSON.parse(text).errors).toBeUndefined();
      expected.set(query, text);
    }
  });
  afterAll(async () => {
    program?.kill('SIGKILL');
    await issuing?.close();
    for (const cluster of [standby, primary]) await cluster?.remove();
  });

  async function ask(query: string) {
    const startedAt = performance.now();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, text: await response.text(), ms: performance.now() - startedAt };
  }

  const connectionsOf = (cluster: PostgresCluster) =>
    cluster.query("SELECT FROM pg_stat_activity WHERE application_name = 'task-run-gateway'");

  /** Uses up all connections available to users other than superusers, for a while. */
  async function useUpConnections(cluster: PostgresCluster): Promise<void> {
    const held: pg.Client[] = [];
    await cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gateway'");
    for (;;) {
      const client = new pg.Client({ host: cluster.folder, port: cluster.port, user: 'others', database: 'postgres' });
      client.on('error', () => {});
      try {
        await client.connect();
      } catch {
        break;
      }
      held.push(client);
    }
    await after(2000);
    for (const client of held) await client.end();
    expect(held.length).toBeGreaterThan(0);
  }

  const faults: Readonly<Record<string, () => Promise<unknown>>> = {
    'the primary restarts in order': () => primary.stop('fast').then(() => primary.start()),
    'the primary crashes': () =>
      primary
        .stop('immediate')
        .then(() => after(1500))
        .then(() => primary.start()),
    'the standby goes': () =>
      standby
        .stop('fast')
        .then(() => after(1500))
        .then(() => standby.start()),
    'the standby crashes': () => standby.stop('immediate').then(() => standby.start()),
    'the primary has no connection left': () => useUpConnections(primary),
    'the standby has no connection left': () => useUpConnections(standby),
    'both are away': async () => {
      await Promise.all([primary.stop('immediate'), standby.stop('immediate')]);
      await after(1500);
      await primary.start();
      await standby.start();
    },
    'statements are ended by an operator': async () => {
      for (const cluster of [primary, standby]) {
        await cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gateway'");
      }
    },
  };

  it(
    'returns its responses or errors in time, and recovers completely from each fault',
    async () => {
      let isOver = false;
      const answered = { right: 0, unavailable: 0 };
      const wrong: string[] = [];
      const load = Array.from({ length: clients }, async (_, client) => {
        for (let turn = client; !isOver; turn += 1) {
          const query = Object.values(queries)[turn % Object.keys(queries).length]!;
          const { status, text, ms } = await ask(query);
          const { errors = [] } = JSON.parse(text);
          if (ms > answeredWithinMs) wrong.push(`${ms} ms: ${text}`);
          if (status === 200 && text === expected.get(query)) answered.right += 1;
          else if (
            errors.every(({ extensions }: GraphqlErrorResponse) => extensions.code === 'SERVICE_UNAVAILABLE') &&
            errors.length > 0
          )
            answered.unavailable += 1;
          else wrong.push(text.slice(0, 500));
        }
      });
      const startedAt = performance.now();
      const passed = () => performance.now() - startedAt;
      const memory: number[] = [];
      const measuring = (async () => {
        while (!isOver) {
          const metrics = await (await fetch(`${url}/metrics`)).text();
          memory[Math.floor(passed() / 60_000)] = Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)![1]);
          await after(1000);
        }
      })();
      try {
        do {
          for (const [name, happen] of Object.entries(faults)) {
            await happen();
            await eventually(async () => {
              for (const query of Object.values(queries)) {
                expect([name, (await ask(query)).text]).toEqual([name, expected.get(query)]);
              }
            });
          }
        } while (passed() < minutes * 60_000);
      } finally {
        isOver = true;
        await Promise.all([...load, measuring]);
      }
      if (minutes > 0) {
        const megabytes = memory.map((bytes) => Math.round(bytes / 1024 / 1024));
        process.stdout.write(`${JSON.stringify({ ...answered, megabytes, seconds: Math.round(passed() / 1000) })}\n`);
      }
      expect(wrong).toEqual([]);
      expect(answered.right).toBeGreaterThan(100);
      // Five for statements, and one for checking each server.
      for (const cluster of [primary, standby]) expect((await connectionsOf(cluster)).length).toBeLessThanOrEqual(6);

      program.kill('SIGTERM');
      const { code, errors } = await program.ended;
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      for (const cluster of [primary, standby]) {
        await eventually(async () => expect(await connectionsOf(cluster)).toEqual([]));
      }
    },
    (minutes + 4) * 60_000,
  );
});
