// Storage in a bucket of Moto, which implements S3's protocol well, but does not check signatures.
// The store that does is test/support/s3-server.ts.

import { type ChildProcess, spawn } from 'node:child_process';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { parseConfig } from '../../src/config/config.js';
import { openStorage } from '../../src/files/open-storage.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { s3Credentials } from '../support/s3-server.js';
import { itStoresFiles } from '../support/s3-storage-behaviour.js';

let moto: ChildProcess;
let endpoint: string;
let output = '';
beforeAll(async () => {
  endpoint = `http://127.0.0.1:${await freePort()}`;
  moto = spawn('moto_server', ['--host', '127.0.0.1', '--port', new URL(endpoint).port]);
  moto.on('error', (error) => {
    output += String(error);
  });
  moto.stderr!.on('data', (chunk) => {
    output += chunk;
  });
  await eventually(async () => {
    await fetch(endpoint).catch((cause) => {
      throw new Error(`moto_server does not answer: ${output}`, { cause });
    });
  });
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: s3Credentials });
  await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
  client.destroy();
});
afterAll(() => moto?.kill());

describe('storage in a bucket of Moto', () => {
  itStoresFiles(() => open());

  it('fails as a whole, not for the object, when the bucket is not there', async () => {
    const storage = await open({ FILES_URL: 's3://another-bucket' });
    await expect(storage.open('x')).rejects.toMatchObject({ reason: 'SERVICE_UNAVAILABLE' });
  });
});

const open = (environment: Record<string, string> = {}) =>
  openStorage(
    parseConfig({
      FILES_URL: 's3://bucket/some/prefix',
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
      ...environment,
    }).files,
  );
