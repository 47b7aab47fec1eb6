// Compares the points that callers pay for database time with the time that the database itself counts, while both are
// busy.

import { setTimeout as sleep } from 'node:timers/promises';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { arrangeGeneratedRuns, generated } from '../support/generated-runs.js';
import { describeWithClusters, PostgresCluster } from '../support/postgres-cluster.js';
import { spawnProgram } from '../support/spawned-program.js';

const seconds = Number(process.env.SECONDS ?? 5);
const { orgId, projectId, taskId, owner } = generated;
const task = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;

const operations = [
  `{ taskRuns(${task}, first: 1) { nodes { id } } }`,
  `{ taskRuns(${task}, first: 20) { totalCount nodes { id response runData created } } }`,
  `{ taskRuns(${task}, first: 100, filter: { status: FAIL }) { nodes { id response } } }`,
  `{ taskRunStats(${task}) { runs totalTokens } }`,
  `{ taskRun(${task}, id: "${orgId}") { id response } }`,
];

describeWithClusters('the points of the database', () => {
  it.each([2, 32])(
    'equal its time, with %i concurrent requests',
    async (atOnce) => {
      const settings = ["shared_preload_libraries = 'pg_stat_statements'", 'pg_stat_statements.track_utility = off'];
      const cluster = await PostgresCluster.create({ settings });
      const { dataDir, issuer, remove } = await createDemoIssuerFolder();
      const environment = {
        DATABASE_URL: cluster.url(),
        AUTH_ISSUERS: JSON.stringify([issuer.config]),
        DATA_DIR: dataDir,
        LOG_LEVEL: 'warn',
      };
      const migration = spawnProgram(['main.js', 'migrate'], environment);
      expect(await migration.ended).toMatchObject({ code: 0 });
      const { Client } = (await import('pg')).default;
      const client = new Client(cluster.url());
      await client.connect();
      await arrangeGeneratedRuns(client, 20_000);
      await client.query('CREATE EXTENSION pg_stat_statements');
      await client.end();
      const gateway = spawnProgram(['main.js'], { ...environment, PORT: '0', LOG_LEVEL: 'info' });
      try {
        const { url } = JSON.parse(await gateway.line(/"listening"/)) as { url: string };
        const token = await issuer.sign({ subject: owner, expiresInSeconds: 3600, now: Date.now() });
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const send = async (index: number) => {
          const query = operations[index % operations.length];
          const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
          expect(await response.json()).toHaveProperty('data');
        };
        const points = async () => {
          const text = await (await fetch(`${url}/metrics`)).text();
          const kinds = [...text.matchAll(/^gateway_cost_points_total\{kind="(\w+)"\} (\S+)$/gm)];
          return Object.fromEntries(kinds.map(([, kind, value]) => [kind!, Number(value)]));
        };
        for (const index of operations.keys()) await send(index);
        await sleep(100);
        await cluster.query('SELECT pg_stat_statements_reset()');
        const before = await points();
        const end = Date.now() + seconds * 1000;
        const load = async (from: number) => {
          for (let index = from; Date.now() < end; index += 1) await send(index);
        };
        await Promise.all(Array.from({ length: atOnce }, (_, index) => load(index)));
        const charged = await points();
        const [{ worked }] = (await cluster.query(
          `SELECT sum(total_exec_time) AS worked FROM pg_stat_statements WHERE query LIKE '%"workedMs"%'`,
        )) as [{ worked: number }];
        const ratio = (charged.database! - before.database!) / 10 / worked;
        if (process.env.REPORT) process.stderr.write(`${JSON.stringify({ atOnce, before, charged, worked, ratio })}\n`);
        expect(ratio).toBeGreaterThan(0.9);
        expect(ratio).toBeLessThan(1.1);
      } finally {
        gateway.kill('SIGKILL');
        await gateway.ended;
        await remove();
        await cluster.remove();
      }
    },
    120_000,
  );
});
