// What npm installs elsewhere: all that runs, and nothing more.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { block, root } from '../docs/documents.js';
import { spawnProgram } from '../support/spawned-program.js';

const run = promisify(execFile);
const maxBytes = 15e6;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-package-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('holds what runs, and what a package says of itself', async () => {
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
    const [{ filename, files, unpackedSize }] = JSON.parse(stdout) as [
      { filename: string; files: { path: string }[]; unpackedSize: number },
    ];
    expect(block('install-package').text).toContain(filename);
    const outside = files.map(({ path }) => path).filter((path) => !path.startsWith('dist/'));
    expect(outside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(files.filter(({ path }) => /\.(test|tsx?)$|\/(test|bench)\//.test(path))).toEqual([]);
    expect(unpackedSize).toBeLessThan(maxBytes);
  }, 120_000);

  it('starts the demo in an empty folder, which answers the query that it prints', async () => {
    await writeFile(join(folder, 'package.json'), '{}');
    const program = spawnProgram(
      { shell: `cd '${folder}'; ${block('install-package').text}` },
      { PORT: '0', HOME: folder },
    );
    try {
      const { url } = JSON.parse(await program.line(/"listening"/)) as { url: string };
      const [, token] = /Bearer ([\w.-]+)/.exec(await program.line(/Authorization: Bearer/))!;
      const [, body] = /-d '(.*)'$/.exec(await program.line(/-d '/))!;
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: body!.replaceAll("'\\''", "'"),
      });
      expect(await response.json()).toMatchObject({ data: { taskRun: { chargedCredits: '1.00' } } });
    } finally {
      process.kill(-program.pid, 'SIGTERM');
      await program.ended;
    }
  }, 300_000);
});
