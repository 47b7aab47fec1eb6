// Compares the OpenAPI document with the gateway's response to each of its operations, using a Python program.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { demoPlaces, demoSubjects } from '../../src/demo/data/demo-places.js';
import { s3Credentials, startS3Server } from '../support/s3-server.js';
import { type Gateway, startGateway, useGateway } from '../support/start-gateway.js';
import { runPython } from './python.js';

const gateway = useGateway();
const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

const fetchRun = '/api/v1/org/{org_id}/project/{project_id}/task/{task_id}/run/{task_run_id}';
const fetchFile = `${fetchRun}/file/{file_name}`;
const changes = '/api/v1/org/{org_id}/project/{project_id}/task_run/changes';

/** @param url the URL of the document, which contains the URL of the API */
const check = async ({ tokenFor }: Gateway, url: string) =>
  runPython(
    'check_openapi.py',
    [orgId, projectId, taskId, id, 'screenshot.png'],
    await tokenFor(demoSubjects.viewer),
    url,
  );
/** The parts of the document that tests change. */
interface ServedDocument {
  readonly components: {
    readonly schemas: { readonly TaskRun: { readonly properties: Record<string, object> } };
    readonly responses: { readonly NotModified: { readonly headers: Record<string, object> } };
  };
  readonly paths: Record<
    string,
    { readonly get: { readonly responses: Record<string, { readonly content: Record<string, object> }> } }
  >;
}

const documentOf = async ({ url }: Gateway): Promise<ServedDocument> =>
  (await (await fetch(`${url}/openapi.json`)).json()) as ServedDocument;
const statusesIn = (output: string) => [...output.matchAll(/\b(\d{3}): /g)].map(([, status]) => Number(status));

/** Serves only the document, with these paths. */
async function serve(document: Pick<ServedDocument, 'paths'>, paths: readonly string[]): Promise<string> {
  const served = JSON.stringify({
    ...document,
    paths: Object.fromEntries(paths.map((path) => [path, document.paths[path]])),
  });
  const server = createServer((_request, response) => response.end(served)).listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the OpenAPI document, checked in Python', () => {
  it('describes every response to every operation, right and wrong', async () => {
    const { paths } = await documentOf(gateway);
    const operations = Object.values<object>(paths).flatMap((methods) => Object.keys(methods)).length;
    const { code, output, errors } = await check(gateway, gateway.url);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(new RegExp(`^${operations} operations, \\d{4,} requests\n`));
    expect(statusesIn(output)).toEqual([200, 206, 304, 400, 401, 403, 404, 413, 414, 415, 416, 422, 431]);
  });

  it('describes the redirect to the store of a file', async () => {
    const store = await startS3Server();
    closing.push(() => store.close());
    const redirecting = await startGateway({
      environment: {
        FILES_URL: 's3://bucket',
        AWS_ENDPOINT_URL_S3: store.url,
        AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
      },
    });
    closing.push(() => redirecting.close());
    const { code, output, errors } = await check(redirecting, await serve(await documentOf(redirecting), [fetchFile]));
    expect([code, errors]).toEqual([0, '']);
    expect(statusesIn(output)).toContain(302);
  });

  it('reveals what it lacks: a status, a header, a media type, a value', async () => {
    const document = await documentOf(gateway);
    document.components.schemas.TaskRun.properties.total_tokens = { type: 'string' };
    delete document.components.responses.NotModified.headers.ETag;
    delete document.paths[fetchFile]!.get.responses[416];
    delete document.paths[changes]!.get.responses[200]!.content['application/json'];
    const { code, errors } = await check(gateway, await serve(document, [fetchRun, fetchFile, changes]));
    expect(code).toBe(1);
    for (const fault of [
      "fetchTaskRun, as it is: 200 has in the body at $.total_tokens: 1801 is not of type 'string'",
      'fetchTaskRun, If-None-Match: *: 304 has the header etag, which is not described',
      'fetchTaskRunFile, Range: bytes=99999999999-: 416 is not described',
      'listProjectTaskRunChanges, as it is: 200 has the media type application/json, which is not described',
    ]) {
      expect(errors.split('\n')).toContain(fault);
    }
  });
});
