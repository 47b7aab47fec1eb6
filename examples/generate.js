// Makes the types that come from a gateway rather than from a file: generated/rest.ts of its REST API. The gateway is the
// built one, on the demo data.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startGateway } from '../test/browser/gateway.mjs';

const folder = import.meta.dirname;
const pathTo = (name) => join(folder, 'generated', name);

await mkdir(pathTo('.'), { recursive: true });
const dataDir = await mkdtemp(join(tmpdir(), 'gateway-examples-'));
try {
  const gateway = await startGateway('embedded', { DATA_DIR: dataDir });
  const document = `${gateway.url}/openapi.json`;
  const options = [document, '--output', pathTo('rest.ts')];
  const cli = join(folder, 'node_modules/openapi-typescript/bin/cli.js');
  await promisify(execFile)(process.execPath, [cli, ...options]).finally(gateway.stop);
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
