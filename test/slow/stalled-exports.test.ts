// Exports that their client does not read, from a process with little memory. They must neither exhaust it nor delay
// others.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { idOf, idPrefix } from '../support/permission-world.js';
import { spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';

const [orgId, projectId, taskId] = [idOf(1), idOf(2), idOf(3)];
const heapMegabytes = 256;
const runs = 3000;
const stalledExports = 8;
const largeRun = idOf(runs + 100_000);

async function arrange(url: string): Promise<void> {
  const database = new pg.Client(url);
  await database.connect();
  await database.query("INSERT INTO organization (id, name) VALUES ($1, 'Large')", [orgId]);
  await database.query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Large')", [projectId, orgId]);
  await database.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Large')", [taskId, projectId]);
  for (const subject of ['slow', 'other'])
    await database.query("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'owner')", [projectId, subject]);
  // Runs of 8 KB that do not compress well, so that many pages exceed the sockets' buffers. The last run has 1 MB.
  await database.query(
    `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
     SELECT ('${idPrefix}' || lpad(to_hex(100000 + n), 12, '0'))::uuid, $1, $1, jsonb_build_object('text', (
       SELECT string_agg(md5(n || ' ' || part), '')
       FROM generate_series(1, CASE WHEN n = $2::integer THEN 32000 ELSE 250 END) AS part
     )), '2025-03-01T00:00:00Z', n, 0, n FROM generate_series(1, $2::integer) AS n`,
    [taskId, runs],
  );
  await database.end();
}

describeOnServer(`a process with a heap of ${heapMegabytes} MB`, () => {
  it.each(['identity', 'gzip'])('keeps memory for others next to exports in %s without a reader', async (encoding) => {
    const database = await createTestDatabase();
    const { dataDir, issuer, remove } = await createDemoIssuerFolder();
    const program = spawnProgram(['main.js'], {
      NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
      DATABASE_URL: database.url!,
      AUTH_ISSUERS: JSON.stringify([issuer.config]),
      DATA_DIR: dataDir,
      MAX_EXPORTS_PER_CALLER: String(stalledExports),
      PORT: '0',
    });
    const clients: Socket[] = [];
    try {
      await arrange(database.url!);
      const { url } = JSON.parse(await program.line(/"listening"/)) as { url: string };
      const tokenOf = (subject: string) => issuer.sign({ subject, expiresInSeconds: 3600, now: Date.now() });
      const path = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run`;
      const slow = await tokenOf('slow');
      for (let count = 0; count < stalledExports; count += 1) {
        const client = connect(Number(new URL(url).port), '127.0.0.1');
        client.on('error', () => {});
        const headers = `host: x\r\nauthorization: Bearer ${slow}\r\naccept: application/x-ndjson\r\naccept-encoding: ${encoding}`;
        client.write(`GET ${path}/export HTTP/1.1\r\n${headers}\r\n\r\n`);
        clients.push(client);
        await Promise.race([once(client, 'readable'), sleep(5000)]);
      }
      await sleep(3000);
      const headers = { authorization: `Bearer ${await tokenOf('other')}` };
      const response = await fetch(`${url}${path}/${largeRun}`, { headers });
      expect({ status: response.status, length: (await response.text()).length > 1_000_000 }).toEqual({
        status: 200,
        length: true,
      });
    } finally {
      for (const client of clients) client.destroy();
      program.kill('SIGKILL');
      await program.ended;
      await database.drop();
      await remove();
    }
  });
});
