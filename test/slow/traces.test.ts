// The spans of complete programs with the documents' settings.

import pg from 'pg';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { block } from '../docs/documents.js';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
import { eventually } from '../support/eventually.js';
import { startSpanCollector } from '../support/span-collector.js';
import { spawnProgram } from '../support/spawned-program.js';
import { createTestDatabase } from '../support/template-database.mjs';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const path = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/${id}`;
const settings = Object.fromEntries(
  block('trace-settings')
    .text.trim()
    .split('\n')
    .map((line) => line.split('=') as [string, string]),
);

describeOnServer('two processes', () => {
  it('export the spans of their requests before they end, by the settings in the documents', async () => {
    const { collector, url, authorization, close } = await startTraced({ PROCESSES: '2' });
    // Uses a separate connection, so that both processes get requests.
    const read = () => fetch(url + path, { headers: { authorization, connection: 'close' } });
    const responses = await Promise.all(Array.from({ length: 40 }, read));
    expect(responses.map(({ status }) => status)).toEqual(Array(40).fill(200));
    await close();
    const requests = collector.spans.filter(({ name }) => name.startsWith('GET '));
    expect(requests).toHaveLength(40);
    expect(new Set(collector.resources.map((resource) => resource['process.pid'])).size).toBe(2);
    const parents = new Set(collector.spans.map(({ parentSpanId }) => parentSpanId));
    expect(requests.every(({ spanId }) => parents.has(spanId))).toBe(true);
  });
});

describeOnServer('a statement whose client gives up', () => {
  it('ends as cancelled, with its SQLSTATE, and so do its operation and request', async () => {
    const { collector, url, authorization, database, close } = await startTraced({});
    const holder = new pg.Client(database.url!);
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE task_run IN ACCESS EXCLUSIVE MODE');
    const controller = new AbortController();
    const query = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { id } }`;
    const asked = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: controller.signal,
    }).catch(() => null);
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    await eventually(async () => expect((await holder.query(waiting)).rowCount).toBe(1));
    controller.abort();
    await asked;
    await eventually(async () => expect((await holder.query(waiting)).rowCount).toBe(0));
    await holder.end();
    await close();
    const spanOf = (name: RegExp) => collector.spans.find((span) => name.test(span.name));
    expect(spanOf(/^task_runs_by_path$/)).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'DEADLINE_EXCEEDED', 'db.response.status_code': '57014' },
    });
    expect(spanOf(/^query$/)).toMatchObject({ isError: true });
    expect(spanOf(/^POST/)).toMatchObject({ attributes: { 'http.response.status_code': 499 } });
  });
});

/** Starts the program with a collector. `close` stops both once the spans are exported. */
async function startTraced(environment: Readonly<Record<string, string>>) {
  const collector = await startSpanCollector();
  const database = await createTestDatabase();
  const { issuer, dataDir, remove } = await createDemoIssuerFolder();
  const token = await issuer.sign({ subject: demoSubjects.viewer, expiresInSeconds: 3600, now: Date.now() });
  const program = spawnProgram(['main.js'], {
    ...settings,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER_ARG: '1',
    DATABASE_URL: database.url!,
    AUTH_ISSUERS: JSON.stringify([issuer.config]),
    DATA_DIR: dataDir,
    PORT: '0',
    ...environment,
  });
  const { url } = JSON.parse(await program.line(/"listening"/));
  return {
    collector,
    database,
    url,
    authorization: `Bearer ${token}`,
    async close() {
      program.kill('SIGTERM');
      await program.ended;
      await collector.close();
      await remove();
      await database.drop();
    },
  };
}
