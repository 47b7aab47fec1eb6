// The spans of two processes, and the settings in the documents.

import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { block } from '../docs/documents.js';
import { describeOnServer } from '../support/databases.js';
import { createDemoIssuerFolder } from '../support/demo-issuer-folder.js';
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
      PROCESSES: '2',
      PORT: '0',
    });
    const { url } = JSON.parse(await program.line(/"listening"/));
    // On a connection of its own, so that both processes get requests.
    const read = () => fetch(url + path, { headers: { authorization: `Bearer ${token}`, connection: 'close' } });
    const responses = await Promise.all(Array.from({ length: 40 }, read));
    expect(responses.map(({ status }) => status)).toEqual(Array(40).fill(200));
    program.kill('SIGTERM');
    await program.ended;
    const requests = collector.spans.filter(({ name }) => name.startsWith('GET '));
    expect(requests).toHaveLength(40);
    expect(new Set(collector.resources.map((each) => each['process.pid'])).size).toBe(2);
    const parents = new Set(collector.spans.map(({ parentSpanId }) => parentSpanId));
    expect(requests.every(({ spanId }) => parents.has(spanId))).toBe(true);
    await collector.close();
    await remove();
    await database.drop();
  });
});
