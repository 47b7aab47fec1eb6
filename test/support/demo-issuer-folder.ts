import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoIssuer, openDemoIssuer } from '../../src/access/tokens/demo-issuer.js';

/** Creates a data folder for a test that contains only a token issuer. */
export async function createDemoIssuerFolder(): Promise<{
  readonly dataDir: string;
  readonly issuer: DemoIssuer;
  remove(): Promise<void>;
}> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-data-'));
  return {
    dataDir,
    issuer: await openDemoIssuer(dataDir),
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}
