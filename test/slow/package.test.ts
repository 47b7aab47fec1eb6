// Installs the package in an empty folder with an empty environment. The package contains the program and nothing else.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { block, documentAt, root } from '../docs/documents.js';
import { killGroup } from '../support/process-tree.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';

const run = promisify(execFile);
/** The pages' assets, with their compressed forms, are 12 MB of it. */
const maxBytes = 21e6;
const heapMegabytes = 256;
const [install, start] = block('install-package').text.trim().split('\n');

let folder: string;
let filename: string;
/** The paths of its files. */
let packed: ReadonlySet<string>;
let npx: SpawnedProgram | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-package-'));
});
afterAll(async () => {
  if (npx) killGroup(npx.pid);
  await rm(folder, { recursive: true, force: true });
});

const bare = { PATH: process.env.PATH! };

describe('the package', () => {
  it('contains the program and its metadata', async () => {
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
    const [{ files, unpackedSize, ...archive }] = JSON.parse(stdout) as [
      { filename: string; files: { path: string }[]; unpackedSize: number },
    ];
    filename = archive.filename;
    packed = new Set(files.map(({ path }) => path));
    const outside = [...packed].filter((path) => !/^(dist|docs|deploy|examples)\//.test(path));
    expect(outside.sort()).toEqual(
      [
        '.env.example',
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'bench/README.md',
        'package.json',
        'schema.graphql',
      ].sort(),
    );
    const superfluous = /(\.test\.|^dist\/.*\.tsx?$|\/(test|bench|generator|node_modules)\/)/;
    expect([...packed].filter((path) => superfluous.test(path))).toEqual([]);
    expect(unpackedSize).toBeLessThan(maxBytes);
  });

  it('contains the targets of all relative links of its documents', () => {
    const broken = [...packed]
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) => documentAt(path).links.map((target) => [path, target] as const))
      .filter(([, target]) => !/^(https?:|mailto:|#)/.test(target))
      .filter(([path, target]) => {
        const linked = normalize(join(dirname(path), target.split('#')[0]!)).replace(/\/$/, '');
        return !packed.has(linked) && ![...packed].some((item) => item.startsWith(`${linked}/`));
      });
    expect(broken).toEqual([]);
  });

  it('installs in an empty folder where engines are enforced, and each of its commands offers help', async () => {
    expect(install).toBe(`npm install ./${filename}`);
    await writeFile(join(folder, 'package.json'), '{}');
    await run('sh', ['-c', install!], {
      cwd: folder,
      env: { ...bare, HOME: folder, npm_config_engine_strict: 'true' },
    });
    const help = async (...command: string[]) => {
      const program = join(folder, 'node_modules', '.bin', 'task-run-gateway');
      return (await run(program, [...command, '--help'], { cwd: folder, env: bare })).stdout;
    };
    const commands = [...(await help()).split('Commands:\n')[1]!.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name!);
    expect(commands).toEqual(expect.arrayContaining(['start', 'migrate', 'seed', 'token', 'doctor']));
    for (const command of commands.filter((name) => name !== 'help')) {
      expect(await help(command)).toContain(`Usage: task-run-gateway ${command}`);
    }
  }, 300_000);

  it(`starts the demo, the first time too, with a heap of ${heapMegabytes} MB, executes the query that it prints, and leaves nothing behind`, async () => {
    expect(start).toBe('npx task-run-gateway');
    npx = spawnProgram(
      { shell: `cd '${folder}' && exec ${start}` },
      {
        HOME: folder,
        PORT: '0',
        NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
      },
    );
    const { url } = JSON.parse(await npx.line(/"listening"/)) as { url: string };
    const [, token] = /Bearer ([\w.-]+)/.exec(await npx.line(/Authorization: Bearer/))!;
    const [, body] = /-d '(.*)'(?: \| jq)?$/.exec(await npx.line(/-d '/))!;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: body!.replaceAll("'\\''", "'"),
    });
    expect(await response.json()).toMatchObject({ data: { taskRun: { chargedCredits: '1.00' } } });

    npx.kill('SIGTERM');
    await npx.line(/"shutting down"/);
    // Resolves once all processes that write to its output have exited.
    await npx.ended;
  }, 300_000);
});
