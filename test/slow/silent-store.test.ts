// A gateway and `doctor` with a file store that accepts connections but does not respond. Each waits for five seconds.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose } from '../../src/commands/doctor/diagnose.js';
import { inspectConfig } from '../../src/config/config.js';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { sampleFiles } from '../../src/demo/data/sample-files.js';
import { eventually } from '../support/eventually.js';
import { requestRest, runUrl } from '../support/rest-client.js';
import { type S3Server, s3Credentials, startS3Server } from '../support/s3-server.js';
import { type Gateway, startGateway } from '../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const query = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") { files { downloadUrl } } }`;
const as = demoSubjects.viewer;

let store: S3Server;
let environment: Record<string, string>;
let gateway: Gateway;
beforeAll(async () => {
  store = await startS3Server();
  for (const { storageKey, bytes } of sampleFiles) store.objects.set(storageKey, Buffer.from(bytes));
  environment = {
    FILES_URL: 's3://bucket',
    AWS_ENDPOINT_URL_S3: store.url,
    AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
  };
  gateway = await startGateway({ environment: { ...environment, FILES_DELIVERY: 'stream' } });
});
beforeEach(() => {
  store.behaviour = 'well';
});
afterAll(async () => {
  await gateway.close();
  await store.close();
});
const fileUrl = () => `${runUrl(gateway, demoPlaces.richRun)}/file/screenshot.png`;

describe('a store of files', () => {
  it('leaves runs readable while it is silent, and the file route returns 503', async () => {
    store.behaviour = 'silent';
    expect((await gateway.dataOf(query, { as })).taskRun.files).toHaveLength(7);
    expect((await requestRest(gateway, runUrl(gateway, demoPlaces.richRun), { as })).status).toBe(200);
    const response = await requestRest(gateway, fileUrl(), { as });
    expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
      503,
      '1',
      {
        detail: {
          message: 'The file store is unavailable.',
          reason: 'FILE_STORE_UNAVAILABLE',
          retry_after: 1,
        },
      },
    ]);
    store.behaviour = 'well';
    expect((await requestRest(gateway, fileUrl(), { as })).status).toBe(200);
  });

  it('breaks the connection off where it stalls in the middle, so that no client takes a part for the whole', async () => {
    store.behaviour = 'stalling';
    const response = await requestRest(gateway, fileUrl(), { as });
    await expect(response.arrayBuffer()).rejects.toThrow();
    // Neither the client nor the database is at fault.
    await eventually(async () => {
      const lines = (await gateway.logLines()).filter(({ reqId }) => reqId === response.headers.get('x-request-id'));
      expect(lines).toMatchObject([
        { level: 40, msg: 'the file store aborted a download' },
        { msg: 'request', status: 200, cut: true, codes: { SERVICE_UNAVAILABLE: 1 } },
      ]);
      expect(lines[1]).not.toHaveProperty('aborted');
    });
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/^gateway_errors_total\{entry="rest",.*reason="FILE_STORE_UNAVAILABLE"\} [1-9]/m);
    expect(metrics).toMatch(/^gateway_errors_total\{entry="rest",.*reason="SERVICE_UNAVAILABLE"\} 0$/m);
  });

  it('makes doctor report a bucket that is silent', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'gateway-doctor-'));
    store.behaviour = 'silent';
    const inspected = inspectConfig({ environment: { DATA_DIR, ...environment, FILES_URL: 's3://bucket/some' } });
    const findings = await diagnose(inspected, { version: '1.2.3', now: Date.now });
    await rm(DATA_DIR, { recursive: true });
    const { outcome, message } = findings.find(({ check }) => check === 'files')!;
    expect(`${outcome} ${message}`).toMatch(/^failed s3:\/\/bucket\/some\b.*5000 ms/);
  });
});
