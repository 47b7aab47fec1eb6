import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoPlaces, demoSubjects } from '../../../src/demo/data/demo-places.js';
import { sampleFiles } from '../../../src/demo/data/sample-files.js';
import type { RestRun } from '../../support/responses.js';
import { requestRest, runUrl } from '../../support/rest-client.js';
import { type S3Server, s3Credentials, startS3Server } from '../../support/s3-server.js';
import { type Gateway, type GatewayOptions, startGateway } from '../../support/start-gateway.js';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const query = `{ taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: "${id}") {
  id files { name contentType sizeBytes downloadUrl shown: downloadUrl(inline: true) } } }`;
const as = demoSubjects.viewer;

const folder = mkdtempSync(join(tmpdir(), 'files-in-s3-'));
const auditLog = join(folder, 'audit.log');
let store: S3Server;
/** One gateway per delivery method, sharing a store. */
let redirecting: Gateway;
let streaming: Gateway;
beforeAll(async () => {
  store = await startS3Server();
  [redirecting, streaming] = await Promise.all([start({ AUDIT_LOG: auditLog }), start({ FILES_DELIVERY: 'stream' })]);
});
beforeEach(() => {
  store.behaviour = 'well';
  store.requests.length = 0;
  for (const { storageKey, bytes } of sampleFiles) store.objects.set(storageKey, Buffer.from(bytes));
});
afterAll(async () => {
  await Promise.all([redirecting.close(), streaming.close()]);
  await store.close();
  rmSync(folder, { recursive: true });
});
const start = (environment: Record<string, string>, arrange?: GatewayOptions['arrange']) =>
  startGateway({
    environment: {
      FILES_URL: 's3://bucket',
      AWS_ENDPOINT_URL_S3: store.url,
      AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
      ...environment,
    },
    ...(arrange ? { arrange } : {}),
  });
const fileUrl = (of: Gateway, name = 'screenshot.png') =>
  `${runUrl(of, demoPlaces.richRun)}/file/${encodeURIComponent(name)}`;

describe('files in S3:', () => {
  it('download links lead to the store, which returns the type and the name of each file', async () => {
    const { taskRun } = await redirecting.dataOf(query, { as });
    expect(taskRun.files).toHaveLength(7);
    for (const { downloadUrl, shown, sizeBytes, contentType, name } of taskRun.files) {
      expect(downloadUrl.startsWith(`${store.url}/bucket/`)).toBe(true);
      const response = await fetch(downloadUrl);
      expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, sizeBytes]);
      expect(response.headers.get('content-type')).toContain(contentType);
      expect(response.headers.get('content-disposition')).toMatch(/^attachment;/);
      expect(decodeURIComponent(response.headers.get('content-disposition')!)).toContain(name);
      expect((await fetch(shown)).headers.get('content-disposition')).toMatch(/^inline;/);
    }
  });

  it('a run over REST returns the same kind of links, and the same entity tag while they are the same', async () => {
    const url = runUrl(redirecting, demoPlaces.richRun);
    const response = await requestRest(redirecting, url, { as });
    const { files } = (await response.json()) as RestRun;
    expect((await fetch(files[0]!.download_url)).status).toBe(200);
    expect((await requestRest(redirecting, url, { as })).headers.get('etag')).toBe(response.headers.get('etag'));
  });

  it('a run comes without a request to the store', async () => {
    await redirecting.dataOf(query, { as });
    await requestRest(redirecting, runUrl(redirecting, demoPlaces.richRun), { as });
    expect(store.requests).toEqual([]);
  });

  it.each(['GET', 'HEAD'])(
    'the file route redirects %s to the store, once the permission is checked',
    async (method) => {
      const response = await requestRest(redirecting, `${fileUrl(redirecting)}?inline=true`, { as, method });
      const line = JSON.parse(readFileSync(auditLog, 'utf8').split('\n').at(-2)!);
      const event = method === 'HEAD' ? 'payload_queried' : 'payload_read';
      expect(line).toMatchObject({ event, groups: ['files'], runs: [id], bytes: 0 });
      expect([response.status, response.headers.get('cache-control'), await response.text()]).toEqual([
        302,
        'no-store',
        '',
      ]);
      const file = await fetch(response.headers.get('location')!, { method });
      expect([file.status, file.headers.get('content-length')]).toEqual([200, '7788']);
      expect(file.headers.get('content-disposition')).toBe('inline; filename="screenshot.png"');
      expect((await requestRest(redirecting, fileUrl(redirecting), { as: demoSubjects.stranger })).status).toBe(403);
      expect((await requestRest(redirecting, fileUrl(redirecting, 'none'), { as })).status).toBe(404);
    },
  );

  it('the file route sends the bytes itself where it is configured to, in parts too', async () => {
    const response = await requestRest(streaming, fileUrl(streaming), { as });
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 7788]);
    const part = await requestRest(streaming, fileUrl(streaming), { as, headers: { range: 'bytes=1-4' } });
    expect([part.status, part.headers.get('content-range'), (await part.arrayBuffer()).byteLength]).toEqual([
      206,
      'bytes 1-4/7788',
      4,
    ]);
    const etag = response.headers.get('etag')!;
    expect((await requestRest(streaming, fileUrl(streaming), { as, headers: { 'if-none-match': etag } })).status).toBe(
      304,
    );
  });
});

describe('the parameter delivery', () => {
  it('makes the file route send the bytes itself instead of a redirect, with permission to read the run', async () => {
    const url = `${fileUrl(redirecting)}?delivery=stream`;
    const response = await requestRest(redirecting, url, { as });
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 7788]);
    expect(response.headers.get('content-security-policy')).toMatch(/^sandbox;/);
    expect((await requestRest(redirecting, url, { as: demoSubjects.stranger })).status).toBe(403);
    expect((await fetch(url)).status).toBe(401);
    expect((await requestRest(redirecting, `${fileUrl(redirecting)}?delivery=redirect`, { as })).status).toBe(422);
  });
});

describe('a key that could lead out of the bucket', () => {
  it.each(['redirect', 'stream'])('names no file, and its run still comes (%s)', async (delivery) => {
    const gateway = await start({ FILES_URL: 's3://bucket/prefix', FILES_DELIVERY: delivery }, (dataSource) =>
      dataSource.query("UPDATE task_run_file SET storage_key = '../secret'"),
    );
    store.objects.set('secret', Buffer.from('x'));
    const { taskRun } = await gateway.dataOf(query, { as });
    const link = await fetch(taskRun.files[0].downloadUrl);
    expect([link.status, await link.json()]).toMatchObject([404, { detail: { reason: 'FILE_NOT_FOUND' } }]);
    expect((await requestRest(gateway, fileUrl(gateway), { as })).status).toBe(404);
    expect(store.requests).toEqual([]);
    await gateway.close();
  });
});

describe('during an outage of the store', () => {
  it('(broken) runs still come, and the file route returns 503', async () => {
    store.behaviour = 'broken';
    expect((await streaming.dataOf(query, { as })).taskRun.files).toHaveLength(7);
    expect((await requestRest(streaming, runUrl(streaming, demoPlaces.richRun), { as })).status).toBe(200);
    const response = await requestRest(streaming, fileUrl(streaming), { as });
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
    expect((await requestRest(streaming, fileUrl(streaming), { as })).status).toBe(200);
  });

  it('metrics show whether the bucket responds', async () => {
    const isUp = async () =>
      /^gateway_file_store_up (\d)$/m.exec(await (await fetch(`${streaming.url}/metrics`)).text())?.[1];
    expect(await isUp()).toBe('1');
    store.behaviour = 'broken';
    expect(await isUp()).toBe('0');
  });

  it('(an object missing) the file route returns 404', async () => {
    store.objects.clear();
    const response = await requestRest(streaming, fileUrl(streaming), { as });
    expect([response.status, await response.json()]).toMatchObject([404, { detail: { reason: 'FILE_NOT_FOUND' } }]);
  });

  it('(killed) runs still come, and the file route returns 503', async () => {
    await store.close();
    expect((await requestRest(streaming, runUrl(streaming, demoPlaces.richRun), { as })).status).toBe(200);
    expect((await requestRest(streaming, fileUrl(streaming), { as })).status).toBe(503);
    store = await startS3Server();
  });
});
