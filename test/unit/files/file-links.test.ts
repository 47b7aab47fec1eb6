import { GatewayError } from '../../../src/errors/gateway-error.js';
import { createFileLinks } from '../../../src/files/file-links.js';
import type { FileStorage } from '../../../src/files/storage.js';

const run = {
  orgId: '0190a234-8dc6-6d08-aea9-928fcecad8f1',
  projectId: '0195d1ff-1f05-437a-95ac-6de8969cb47b',
  taskId: '0195d1ff-1f42-f14e-8b65-641baf9dc32e',
  id: '019097c5-5560-05b5-4a48-5197a269683b',
};
const file = { run, name: 'x.txt', contentType: 'text/plain', storageKey: 'k' };
const linksWith = (presign: FileStorage['presign']) =>
  createFileLinks({
    storage: { open: async () => null, put: async () => {}, delete: async () => {}, ...(presign ? { presign } : {}) },
    downloadUrls: { sign: ({ name }) => `own:${name}` },
    lifetimeSeconds: 60,
    now: () => 0,
  });
const linkBy = (presign: FileStorage['presign']) =>
  linksWith(presign).linkTo(file, { inline: false, subject: 'alice' });

describe('a link to a file', () => {
  it('leads to the gateway, without waiting, for a storage without addresses', () => {
    expect(linkBy(undefined)).toBe('own:x.txt');
  });

  it('leads to the store where that has an address', async () => {
    expect(await linkBy(async ({ key, method }) => `store:${method}:${key}`)).toBe('store:GET:k');
  });

  it('leads to the gateway where the key names nothing, or while there are no credentials to sign with', async () => {
    expect(await linkBy(async () => null)).toBe('own:x.txt');
    expect(await linkBy(() => Promise.reject(new GatewayError('FILE_STORE_UNAVAILABLE')))).toBe('own:x.txt');
  });

  it('fails for any other error', async () => {
    await expect(linkBy(() => Promise.reject(new Error('a mistake')))).rejects.toThrow('a mistake');
  });
});
