// The contents of a production image: dist and its dependencies, and nothing else from the repository.

import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../docs/documents.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';
import { copyDataDir } from '../support/template-database.mjs';

let folder: string;
let gateway: SpawnedProgram | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-dist-'));
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(async () => {
  gateway?.kill('SIGTERM');
  await gateway?.ended;
  await rm(folder, { recursive: true, force: true });
});

describe('dist without the sources', () => {
  it('starts, executes the query it prints, and serves GraphiQL with all that the page names', async () => {
    const dataDir = join(folder, 'data');
    await copyDataDir('demo-embedded', dataDir);
    gateway = spawnProgram([join(folder, 'dist', 'src', 'main.js')], { PORT: '0', DATA_DIR: dataDir });
    await gateway.line(/^stranger /);
    const [, url] = /^(http:\S+)\/graphql {2}GraphiQL$/m.exec(gateway.lines.join('\n'))!;
    const [, token] = /Authorization: (Bearer \S+)'/.exec(gateway.lines.join('\n'))!;
    const [, body] = /-d '(.*)'(?: \| jq)?$/m.exec(gateway.lines.join('\n'))!;
    const headers = { 'content-type': 'application/json', authorization: token! };
    const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: body! });
    expect(await answer.json()).toEqual({ data: { taskRun: expect.objectContaining({ isError: false }) } });

    const page = await (await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })).text();
    const addresses = page.match(/pages\/assets\/[^"]+/g)!;
    expect(addresses.some((address) => address.includes('worker'))).toBe(true);
    for (const address of addresses) expect((await fetch(`${url}/${address}`)).status).toBe(200);
    expect(page).toContain('query RecentFailures');
  });

  it('reads no file when gateway.js is imported', async () => {
    const script = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const read = [];
      for (const name of ['readFileSync', 'readFile', 'createReadStream']) {
        const original = fs[name];
        fs[name] = (path, ...rest) => {
          if (!/node_modules|\\.js$|package\\.json$/.test(String(path))) read.push(String(path));
          return original(path, ...rest);
        };
      }
      syncBuiltinESMExports();
      await import(${JSON.stringify(join(folder, 'dist', 'src', 'app', 'gateway.js'))});
      console.log(JSON.stringify(read));`;
    expect(await spawnProgram({ script }).ended).toMatchObject({ code: 0, output: '[]\n' });
  });
});
