// Moto, which implements S3's protocol well but does not check signatures.

import { spawn } from 'node:child_process';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { s3Credentials } from './s3-server.js';

export interface MotoServer {
  readonly client: S3Client;
  /** The gateway's variables for the prefix `some/prefix` of the bucket `bucket`. */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

/** Starts Moto with an empty bucket. */
export async function startMotoServer(): Promise<MotoServer> {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  let output = '';
  const server = spawn('moto_server', ['--host', '127.0.0.1', '--port', new URL(endpoint).port]);
  server.on('error', (error) => {
    output += String(error);
  });
  server.stderr!.on('data', (chunk) => {
    output += chunk;
  });
  await eventually(async () => {
    await fetch(endpoint).catch((cause) => {
      throw new Error(`moto_server does not answer: ${output}`, { cause });
    });
  });
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: s3Credentials });
  await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
  return {
    client,
    environment: {
      FILES_URL: 's3://bucket/some/prefix',
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
    },
    close() {
      client.destroy();
      server.kill();
    },
  };
}
