// Packs the package, and installs it in empty folders, with and without optional packages. A user without a home folder, who may
// not write to the packages, runs it with several releases of Node.js. The package contains the program and nothing else.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { block, documentAt, readText, root } from '../docs/documents.js';
import { freePort } from '../support/free-port.js';
import { createEmptyDatabase } from '../support/own-database.js';
import { killGroup } from '../support/process-tree.js';
import { type SpawnedProgram, spawnProgram } from '../support/spawned-program.js';

const run = promisify(execFile);
/** The pages' assets, with their compressed forms, are 12 MB of it. */
const maxBytes = 21e6;
const heapMegabytes = 256;
const [install, start] = block('install-package').text.trim().split('\n');
const ownRelease = Number(process.versions.node.split('.')[0]);
const releases = [...new Set([ownRelease, ...(process.env.THOROUGH ? [20, 22, 24, 26] : [26])])];
/** Runs a command as `nobody`, as far as the tests' own user may do that. */
const asStranger = process.getuid!() === 0 ? 'setpriv --reuid=65534 --regid=65534 --clear-groups' : '';
const bare = { PATH: process.env.PATH! };

let folder: string;
/** Folders in which the package is installed. */
let complete: string;
let reduced: string;
let filename: string;
/** The paths of its files. */
let packed: ReadonlySet<string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway package '));
  await chmod(folder, 0o755);
  complete = join(folder, 'all packages');
  reduced = join(folder, 'without optional packages');
  for (const path of [complete, reduced]) {
    await mkdir(path);
    await chmod(path, 0o777);
    await writeFile(join(path, 'package.json'), '{}');
  }
});
afterAll(async () => {
  await run('chmod', ['-R', 'u+w', folder]);
  await rm(folder, { recursive: true });
});

describe('the package', () => {
  it('contains the program and its metadata', async () => {
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', complete], { cwd: root });
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
    const { scripts, exports } = JSON.parse(readText('package.json'));
    const atInstallation = /^(pre|post)?(install|prepare)$/;
    expect(Object.keys(scripts).filter((name) => atInstallation.test(name))).toEqual([]);
    for (const path of Object.values(exports) as string[]) expect(packed).toContain(normalize(path));
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

  it('installs in empty folders where engines are enforced, without a cache, and each of its commands offers help', async () => {
    expect(install).toBe(`npm install ./${filename}`);
    const env = { ...bare, HOME: folder, npm_config_engine_strict: 'true' };
    await run('sh', ['-c', install!], { cwd: complete, env });
    await copyFile(join(complete, filename), join(reduced, filename));
    await run('sh', ['-c', `${install} --omit=optional`], { cwd: reduced, env });
    for (const path of [complete, reduced]) await run('chmod', ['-R', 'a-w', join(path, 'node_modules')]);

    const help = async (...command: string[]) => {
      const program = join(complete, 'node_modules', '.bin', 'task-run-gateway');
      return (await run(program, [...command, '--help'], { cwd: folder, env: bare })).stdout;
    };
    const commands = [...(await help()).split('Commands:\n')[1]!.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name!);
    expect(commands).toEqual(expect.arrayContaining(['start', 'migrate', 'seed', 'token', 'doctor']));
    for (const command of commands.filter((name) => name !== 'help')) {
      expect(await help(command)).toContain(`Usage: task-run-gateway ${command}`);
    }
  }, 300_000);

  describe.each(releases)('on Node.js %i', (release) => {
    let environment: Record<string, string>;
    const started: SpawnedProgram[] = [];
    beforeAll(async () => {
      const bin = join(folder, `node-${release}`);
      await mkdir(bin);
      await copyFile(await pathOfNode(release), join(bin, 'node'));
      environment = { PATH: `${bin}:${process.env.PATH}`, PORT: '0' };
    });
    afterEach(async () => {
      for (const { pid, ended } of started.splice(0)) {
        killGroup(pid);
        await ended;
      }
    });
    afterAll(() => rm(join(complete, '.data'), { recursive: true }));
    function npx(path: string, args: string, more: Readonly<Record<string, string>> = {}): SpawnedProgram {
      const program = spawnProgram(
        { shell: `cd '${path}' && exec ${asStranger} npx task-run-gateway ${args}` },
        { ...environment, ...more },
      );
      started.push(program);
      return program;
    }
    async function shell(path: string, script: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
      const env = { ...environment, ...more, SCRIPT: script };
      return (await run('sh', ['-c', `${asStranger} bash -euc "$SCRIPT"`], { cwd: path, env })).stdout;
    }
    /** Runs a documented script that sends a query. */
    const ask = async (path: string, url: string, script: string, more?: Readonly<Record<string, string>>) =>
      JSON.parse(await shell(path, script.replace('http://127.0.0.1:4000', url), more)) as unknown;
    /** Sends the query of the README. */
    const query = (path: string, url: string, more?: Readonly<Record<string, string>>) =>
      ask(path, url, block('query').text, more);
    /** Sends the query of docs/first-hour.md. @param withToken a script that sets TOKEN */
    const ownRuns = (path: string, url: string, withToken: string) =>
      ask(path, url, `${withToken}\n${block('hour-query').text}`);
    const urlOf = async (program: SpawnedProgram) => JSON.parse(await program.line(/"listening"/)).url as string;

    it('offers help', async () => {
      const commands = ['start', 'migrate', 'doctor', 'token', 'grant', 'export', 'import', 'schema'];
      const ends = await Promise.all(commands.map((command) => npx(complete, `${command} --help`).ended));
      for (const [index, { output }] of ends.entries()) {
        expect(output).toContain(`Usage: task-run-gateway ${commands[index]}`);
      }
      expect((await run('node', ['--version'], { env: environment })).stdout).toContain(`v${release}.`);
    });

    it(`starts the demo, the first time too, with a heap of ${heapMegabytes} MB, answers the query of the README, and leaves nothing behind`, async () => {
      expect(start).toBe('npx task-run-gateway');
      const program = npx(complete, '', { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` });
      expect(await query(complete, await urlOf(program))).toEqual(JSON.parse(block('query-response').text));

      program.kill('SIGTERM');
      await program.line(/"shutting down"/);
      // Resolves once all processes that write to its output have exited.
      await program.ended;
    }, 300_000);

    it("shows a newcomer's own runs, as docs/first-hour.md does", async () => {
      await writeFile(join(complete, 'runs.csv'), block('hour-csv').text);
      const [commands] = block('hour-import').text.split(`${start}\n`);
      const token = (await shell(complete, commands!)).trim().split('\n').at(-1)!;
      const url = await urlOf(npx(complete, ''));
      expect(await ownRuns(complete, url, `TOKEN=${token}`)).toEqual(JSON.parse(block('hour-response').text));
      expect(await ownRuns(complete, url, block('hour-token').text)).toEqual(JSON.parse(block('hour-response').text));
    }, 300_000);

    (process.env.TEST_DATABASE_URL ? it : it.skip)(
      'shows them from a PostgreSQL with the issuer of the package',
      async () => {
        const database = await createEmptyDatabase();
        const port = `${await freePort()}`;
        const [commands, rest] = block('hour-postgresql').text.split(`${start}\n`);
        expect(rest).toBe('');
        const script = commands!
          .replace(/DATABASE_URL=.*/, `DATABASE_URL='${database.url}'`)
          .replaceAll('127.0.0.1:4444', `127.0.0.1:${port}`);
        await writeFile(join(complete, 'runs.csv'), block('hour-csv').text);
        // In a group with the issuer that the script starts, so that both are ended together.
        const program = spawnProgram(
          { shell: `cd '${complete}' && exec ${asStranger} bash -euc "$SCRIPT"` },
          { ...environment, ISSUER_PORT: port, SCRIPT: `${script}exec ${start}` },
        );
        try {
          const url = await urlOf(program);
          const token = block('hour-issuer-token').text.replace('127.0.0.1:4444', `127.0.0.1:${port}`);
          expect(await ownRuns(complete, url, token)).toEqual(JSON.parse(block('hour-response').text));
        } finally {
          killGroup(program.pid);
          await program.ended;
          await database.drop();
        }
      },
      300_000,
    );

    it('lists the optional packages to install that the configuration requires', async () => {
      const { optionalDependencies } = JSON.parse(readText('package.json'));
      // Other packages may install some of them.
      const missing = Object.keys(optionalDependencies).filter(
        (name) => !existsSync(join(reduced, 'node_modules', name)),
      );
      const { code, errors } = await npx(reduced, 'start', {
        FILES_URL: 's3://bucket',
        AWS_REGION: 'eu-west-3',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      }).ended;
      expect(code).toBe(1);
      for (const [name, scope] of [
        ['DATABASE_URL is not set', '@electric-sql/'],
        ['FILES_URL requires', '@aws-sdk/'],
        ['OTEL_EXPORTER_OTLP_ENDPOINT requires', '@opentelemetry/'],
      ] as const) {
        const line = errors.split('\n').find((text) => text.includes(name));
        expect(line).toContain(`npm install --no-save ${missing.filter((path) => path.startsWith(scope)).join(' ')}.`);
      }
    });

    (process.env.TEST_DATABASE_URL ? it : it.skip)(
      'serves a PostgreSQL without optional packages',
      async () => {
        const database = await createEmptyDatabase();
        try {
          const [, issuers] = /AUTH_ISSUERS='(.+)'/.exec(block('start-with-issuers').text)!;
          const DATA_DIR = `data-${release}`;
          const onServer = { DATABASE_URL: database.url, AUTH_ISSUERS: issuers!, DEMO: 'on', DATA_DIR };
          expect(await npx(reduced, 'migrate', onServer).ended).toMatchObject({ code: 0 });
          expect(await npx(reduced, 'seed --runs 1', onServer).ended).toMatchObject({ code: 0 });
          const program = npx(reduced, 'start', onServer);
          // Only the embedded database has the run.
          const error = { extensions: { code: 'NOT_FOUND' } };
          expect(await query(reduced, await urlOf(program), onServer)).toMatchObject({ errors: [error] });
          program.kill('SIGTERM');
          await program.ended;
        } finally {
          await database.drop();
        }
      },
      300_000,
    );
  });
});

/** Returns the path of the program of a release, which the npm package `node` contains. */
async function pathOfNode(release: number): Promise<string> {
  if (release === ownRelease) return realpath(process.execPath);
  const options = ['--yes', '--package', `node@${release}`, '-c', 'node --print process.execPath'];
  return (await run('npx', options)).stdout.trim();
}
