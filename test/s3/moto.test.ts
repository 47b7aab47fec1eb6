// Storage in a bucket of Moto, a server that does not check signatures. The store that does is
// test/support/s3-server.ts.

import { parseConfig } from '../../src/config/config.js';
import { openStorage } from '../../src/files/open-storage.js';
import { type MotoServer, startMotoServer } from '../support/moto-server.js';
import { itStoresFiles } from '../support/s3-storage-behaviour.js';

let moto: MotoServer;
beforeAll(async () => {
  moto = await startMotoServer();
});
afterAll(() => moto?.close());

describe('storage in a bucket of Moto', () => {
  itStoresFiles(() => open());

  it('fails as a whole, not for the object, when the bucket is not there', async () => {
    const storage = await open({ FILES_URL: 's3://another-bucket' });
    await expect(storage.open('x')).rejects.toThrow('The file store returned status 404 for s3://another-bucket/x.');
  });
});

const open = (environment: Record<string, string> = {}) =>
  openStorage(parseConfig({ ...moto.environment, ...environment }).files);
