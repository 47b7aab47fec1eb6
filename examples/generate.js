// Makes the types that come from a gateway rather than from a file: generated/rest.ts of its REST API, and
// generated/triage.ts of what a task of the demo responds. The gateway is the built one, on the demo data.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openEmbeddedDatabase } from '../dist/src/database/embedded/embedded-database.js';
import { demoPlaces } from '../dist/src/demo/data/demo-places.js';
import { startGateway } from '../test/browser/gateway.mjs';

const folder = import.meta.dirname;
const pathTo = (name) => join(folder, 'generated', name);
const run = (program, args, environment = {}) =>
  promisify(execFile)(process.execPath, [join(folder, program), ...args], {
    env: { ...process.env, ...environment },
  });

await mkdir(pathTo('.'), { recursive: true });
const dataDir = await mkdtemp(join(tmpdir(), 'gateway-examples-'));
try {
  const gateway = await startGateway('embedded', { DATA_DIR: dataDir });
  const document = `${gateway.url}/openapi.json`;
  await run('node_modules/openapi-typescript/bin/cli.js', [document, '--output', pathTo('rest.ts')]).finally(
    gateway.stop,
  );

  // Its data, which only one process can have open.
  const { url, close } = await openEmbeddedDatabase({ directory: join(dataDir, 'database'), prepare: async () => {} });
  const types = ['--task', demoPlaces.richRun.taskId, '--language', 'typescript', '--out', pathTo('triage.ts')];
  await run('../dist/src/main.js', ['types', ...types], { DATABASE_URL: url }).finally(close);
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
