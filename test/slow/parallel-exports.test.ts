// Concurrent exports from a process with little memory: each arrives completely, while event streams are open.

import { setTimeout as sleep } from 'node:timers/promises';
import { parquetMetadata } from 'hyparquet';
import pg from 'pg';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { eventually } from '../support/eventually.js';
import { idOf, idPrefix } from '../support/permission-world.js';
import { spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';
import { untilSettled } from '../support/until-settled.js';

const [orgId, projectId, taskId, streamedProjectId, streamedTaskId] = [1, 2, 3, 4, 5].map(idOf) as [
  string,
  string,
  string,
  string,
  string,
];
const heapMegabytes = 256;
const runs = 50_000;
const streams = 10;
/** The formats of each caller's exports. */
const formatsOf = {
  ada: ['parquet', 'parquet', 'parquet', 'parquet'],
  ben: ['parquet', 'parquet', 'ndjson', 'csv'],
} as const;
type Subject = keyof typeof formatsOf;

/**
 * Inserts small runs, some thousands of which fit into a row group, some larger ones, and one that takes all memory for
 * exports.
 */
async function arrange(database: pg.Client): Promise<void> {
  await database.query("INSERT INTO organization (id, name) VALUES ($1, 'Many')", [orgId]);
  for (const [project, task] of [
    [projectId, taskId],
    [streamedProjectId, streamedTaskId],
  ] as const) {
    await database.query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Many')", [project, orgId]);
    await database.query("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Many')", [task, project]);
    for (const subject of Object.keys(formatsOf))
      await database.query("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'owner')", [project, subject]);
  }
  await database.query(
    `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
     SELECT ('${idPrefix}' || lpad(to_hex(100000 + n), 12, '0'))::uuid, $1, $1, jsonb_build_object('text', (
       SELECT string_agg(md5(n || ' ' || part), '') FROM generate_series(1, CASE WHEN n = 25000 THEN 220000 WHEN n % 5000 = 0 THEN 40000 ELSE 1 END) AS part
     )), '2025-03-01T00:00:00Z', n, 0, n FROM generate_series(1, $2::integer) AS n`,
    [taskId, runs],
  );
}

async function exportOf(url: string, token: string, format: string): Promise<{ rows: number; bytes: Buffer }> {
  const response = await fetch(
    `${url}/api/v1/org/${orgId}/project/${projectId}/task_run/export?format=${format}&fields=core,io`,
    // Exports that wait for each other would never end.
    {
      headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'identity' },
      signal: AbortSignal.timeout(90_000),
    },
  );
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  const rows =
    format === 'parquet'
      ? Number(parquetMetadata(new Uint8Array(bytes).buffer).num_rows)
      : bytes.toString('latin1').trimEnd().split('\n').length - (format === 'csv' ? 1 : 0);
  return { rows, bytes };
}

describeOnServer(`a process with a heap of ${heapMegabytes} MB`, () => {
  it('sends eight exports of two callers whole, and streams of events beside them', async () => {
    const testDatabase = await createTestDatabase();
    const database = new pg.Client(testDatabase.url!);
    const { dataDir, issuer, remove } = await createDemoIssuerFolder();
    const program = spawnProgram(['main.js'], {
      NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
      DATABASE_URL: testDatabase.url!,
      AUTH_ISSUERS: JSON.stringify([issuer.config]),
      DATA_DIR: dataDir,
      PORT: '0',
    });
    const left = new AbortController();
    try {
      await database.connect();
      await arrange(database);
      await untilSettled({ query: async (sql, values) => (await database.query(sql, values)).rows });
      const { url } = JSON.parse(await program.line(/"listening"/)) as { url: string };
      const tokenOf = (subject: string) => issuer.sign({ subject, expiresInSeconds: 3600, now: Date.now() });

      const received = Array.from({ length: streams }, () => '');
      let ended = 0;
      const follow = async (index: number) => {
        const response = await fetch(`${url}/api/v1/org/${orgId}/project/${streamedProjectId}/task_run/changes`, {
          headers: { authorization: `Bearer ${await tokenOf(index % 2 ? 'ada' : 'ben')}`, accept: 'text/event-stream' },
          signal: left.signal,
        });
        expect(response.status).toBe(200);
        for await (const chunk of response.body!) received[index] += Buffer.from(chunk).toString();
        ended += 1;
      };
      const followed = received.map((_, index) => follow(index).catch(() => {}));
      // A stream begins with a heartbeat.
      await eventually(async () => expect(received).not.toContain(''));
      const exported = Promise.all(
        Object.entries(formatsOf).flatMap(([subject, formats]) =>
          formats.map(async (format) => ({
            format,
            ...(await exportOf(url, await tokenOf(subject as Subject), format)),
          })),
        ),
      );
      let isExporting = true;
      void exported.catch(() => {}).finally(() => (isExporting = false));
      let written = 0;
      for (; isExporting; written += 1) {
        await database.query(
          `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
           VALUES ($1, $2, $2, '{}', now(), 0, 0, 0)`,
          [idOf(1_000_000 + written), streamedTaskId],
        );
        await sleep(200);
      }
      const results = await exported;
      expect(results.map(({ rows }) => rows)).toEqual(results.map(() => runs));
      const files = results.filter(({ format }) => format === 'parquet').map(({ bytes }) => bytes);
      for (const file of files) expect(file.equals(files[0]!)).toBe(true);
      await eventually(async () => {
        for (const text of received)
          for (let index = 0; index < written; index += 1)
            if (!text.includes(idOf(1_000_000 + index))) throw new Error(`A stream lacks run ${index}.`);
      });
      expect(ended).toBe(0);
      left.abort();
      await Promise.all(followed);
    } finally {
      left.abort();
      program.kill('SIGKILL');
      await program.ended;
      await database.end();
      await testDatabase.drop();
      await remove();
    }
  });
});
