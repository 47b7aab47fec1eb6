import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Gateway } from '../../src/app/gateway.js';
import { parseConfig } from '../../src/config/config.js';
import { sampleFiles } from '../../src/demo/data/sample-files.js';
import { s3Credentials, startS3Server } from '../support/s3-server.js';

it('the first start of the demo fills the configured bucket, and so has bytes for its files', async () => {
  const store = await startS3Server();
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-s3-'));
  const config = parseConfig({
    DATA_DIR: dataDir,
    FILES_URL: 's3://bucket/demo-files',
    AWS_ENDPOINT_URL_S3: store.url,
    AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
  });
  const app = await Gateway.open(config, { log: pino({ level: 'silent' }), now: Date.now });
  try {
    expect([...store.objects.keys()].sort()).toEqual(
      sampleFiles.map(({ storageKey }) => `demo-files/${storageKey}`).sort(),
    );
  } finally {
    await app.close();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
