// build.js in a separate small project, with the real tsc, and stand-ins for Vite and PGlite, which are slow.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { readText, root } from '../docs/documents.js';
import { parseDockerfile } from '../support/dockerfile.js';
import { eventually } from '../support/eventually.js';

const vite = `
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const folder = process.argv[process.argv.indexOf('--outDir') + 1];
mkdirSync(folder + '/.vite', { recursive: true });
writeFileSync(folder + '/page.css', readFileSync('src/pages/page.css'));
while (process.env.VITE_WAITS_FOR && !existsSync(process.env.VITE_WAITS_FOR)) await new Promise((done) => setTimeout(done, 20));
writeFileSync(folder + '/.vite/manifest.json', '{}');
`;

const generator = `
import { copyFileSync } from 'node:fs';
copyFileSync('schema.graphql', 'src/pages/operations.txt');
`;

const emptyDatabase = `
import { writeFile } from 'node:fs/promises';
export const packEmptyDatabase = () => writeFile(new URL('./empty-database.tar.br', import.meta.url), 'packed');
`;

let project: string;
let children: ChildProcess[];
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'gateway-build-'));
  children = [];
  const files = {
    'src/main.ts': 'export const answer = 1;\n',
    'src/pages/page.css': 'a {}',
    'src/pages/generate-operations.js': generator,
    'schema.graphql': 'type Query',
    'src/database/embedded/empty-database.ts': emptyDatabase,
    'examples/operations/one.graphql': '{ one }',
    'docs/one.md': '# One',
    'docs/pictures/one.png': 'pixels',
    'src/demo/sample-files/one.txt': 'sample',
    'node_modules/vite/bin/vite.js': vite,
    'node_modules/vite/package.json': '{"type":"module"}',
    'node_modules/.package-lock.json': '{}',
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(project, dirname(name)), { recursive: true });
    await writeFile(join(project, name), content);
  }
  for (const name of ['build.js', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']) {
    await cp(join(root, name), join(project, name));
  }
  for (const name of ['typescript', '@typescript', '@types', 'undici-types']) {
    await symlink(join(root, 'node_modules', name), join(project, 'node_modules', name));
  }
});
afterEach(async () => {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
  await rm(project, { recursive: true, force: true });
});

function start(environment = {}, args: readonly string[] = []) {
  const child = spawn(process.execPath, ['build.js', ...args], {
    cwd: project,
    env: { PATH: process.env.PATH!, ...environment },
    detached: true,
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<{ code: number | null; output: string; errors: string }>((done) =>
    child.on('close', (code) => done({ code, output, errors })),
  );
  return { pid: child.pid!, ended };
}
const build = async () => (await start().ended).code;
const read = (name: string) => readFile(join(project, name), 'utf8');
const identityOfDist = async () => (await stat(join(project, 'dist'))).ino;
const isHalfBuilt = async () => {
  const [folder] = await privateFolders();
  expect(await read(`${folder}/pages/page.css`)).not.toBe('');
};
const privateFolders = async () => (await readdir(project)).filter((name) => name.startsWith('dist.'));

describe('build.js', () => {
  it('puts the server, its page, the empty database and the example operations into dist, once', async () => {
    expect(await build()).toBe(0);
    expect(await read('dist/src/main.js')).toContain('answer = 1');
    expect(await read('dist/pages/page.css')).toBe('a {}');
    expect(await read('src/pages/operations.txt')).toBe('type Query');
    expect(await read('dist/src/database/embedded/empty-database.tar.br')).toBe('packed');
    expect(await read('dist/examples/operations/one.graphql')).toBe('{ one }');
    expect(await read('dist/docs/one.md')).toBe('# One');
    expect(await read('dist/src/demo/sample-files/one.txt')).toBe('sample');
    const identity = await identityOfDist();
    expect(await build()).toBe(0);
    expect(await identityOfDist()).toBe(identity);
    expect(await privateFolders()).toEqual([]);
  });

  it('writes the commit into dist, also if nothing else has changed, that of an image by its argument, and `unknown` without either', async () => {
    expect(await build()).toBe(0);
    expect(await read('dist/commit')).toBe('unknown');
    const [dockerStage] = parseDockerfile(readText('deploy/Dockerfile'));
    const names = dockerStage!.instructions.map(({ name, text }) => `${name} ${text}`);
    expect(names.indexOf('ARG COMMIT')).toBe(names.indexOf('RUN node build.js') - 1);
    expect((await start({ COMMIT: 'abc' }).ended).code).toBe(0);
    expect(await read('dist/commit')).toBe('abc');
    const identity = await identityOfDist();
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a', ...args], { cwd: project, encoding: 'utf8' });
    git('init', '--quiet');
    git('commit', '--quiet', '--allow-empty', '--message', 'one');
    expect(await build()).toBe(0);
    expect(await read('dist/commit')).toBe(git('rev-parse', 'HEAD').trim());
    expect(await identityOfDist()).toBe(identity);
  });

  it('compresses scripts and style sheets', async () => {
    expect(await build()).toBe(0);
    for (const [extension, decompress] of [
      ['br', brotliDecompressSync],
      ['gz', gunzipSync],
    ] as const) {
      const compressed = await readFile(join(project, `dist/pages/page.css.${extension}`));
      expect(decompress(compressed).toString()).toBe('a {}');
    }
  });

  it('runs the program with its arguments after the build, with only its output on standard output', async () => {
    await writeFile(join(project, 'src/main.ts'), 'console.log(JSON.stringify(process.argv.slice(1)));\n');
    const runProgram = () => start({}, ['--run', 'token', '--subject', 'a b']).ended;
    const expected = JSON.stringify([join(project, 'dist/src/main.js'), 'token', '--subject', 'a b']);
    const first = await runProgram();
    expect(first).toMatchObject({ code: 0, output: `${expected}\n` });
    expect(first.errors).toContain('compiling the server');
    expect(await runProgram()).toEqual({ code: 0, output: `${expected}\n`, errors: '' });
  });

  it('runs nothing that ends with its parent where that has ended during the build', async () => {
    await writeFile(join(project, 'src/main.ts'), 'console.log(process.argv.length);\n');
    const child = spawn('sh', ['-c', `"${process.execPath}" build.js --run start --end-with-parent; exit`], {
      cwd: project,
      env: { PATH: process.env.PATH!, VITE_WAITS_FOR: 'released' },
      detached: true,
    });
    children.push(child);
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await eventually(isHalfBuilt);
    child.kill('SIGKILL');
    await writeFile(join(project, 'released'), '');
    // The build keeps these pipes open until it exits.
    await once(child, 'close');
    expect(output).toBe('');
    expect(await read('dist/src/main.js')).toContain('console.log');
  });

  it('builds again after a change of any source, of the packages and of the settings of the compiler', async () => {
    await build();
    let identity = await identityOfDist();
    for (const [name, text] of [
      ['src/main.ts', '// more'],
      ['src/pages/page.css', 'b {}'],
      ['src/pages/new.css', 'b {}'],
      ['src/new.ts', 'export const more = 2;'],
      ['schema.graphql', '{ one: Int }'],
      ['examples/operations/one.graphql', '# more'],
      ['docs/one.md', '# Two'],
      ['package-lock.json', '\n'],
      ['node_modules/.package-lock.json', '\n'],
      ['tsconfig.json', '\n'],
    ] as const) {
      await appendFile(join(project, name), text);
      expect([name, await build()]).toEqual([name, 0]);
      const next = await identityOfDist();
      expect([name, next]).not.toEqual([name, identity]);
      identity = next;
    }
  });

  it('leaves nothing behind of a deleted source', async () => {
    await writeFile(join(project, 'src/gone.ts'), 'export const gone = 1;');
    await build();
    expect(await read('dist/src/gone.js')).toContain('gone');
    await rm(join(project, 'src/gone.ts'));
    await build();
    await expect(read('dist/src/gone.js')).rejects.toThrow('ENOENT');
  });

  it('skips a build if only the date of the sources is new', async () => {
    await build();
    const identity = await identityOfDist();
    await utimes(join(project, 'src/main.ts'), new Date(), new Date());
    await build();
    expect(await identityOfDist()).toBe(identity);
  });

  it('makes one whole dist where two build at once', async () => {
    const builds = [start(), start()];
    for (const { ended } of builds) expect(await ended).toMatchObject({ code: 0 });
    expect(await read('dist/src/main.js')).toContain('answer = 1');
    expect(await read('dist/pages/.vite/manifest.json')).toBe('{}');
    expect(await privateFolders()).toEqual([]);
  });

  it('leaves dist as it was when it is killed, and sweeps up what the killed one left', async () => {
    await build();
    await writeFile(join(project, 'src/main.ts'), 'export const answer = 2;\n');
    await writeFile(join(project, 'src/pages/page.css'), 'c {}');
    const { pid, ended } = start({ VITE_WAITS_FOR: 'nothing' });
    await eventually(isHalfBuilt);
    process.kill(-pid, 'SIGKILL');
    await ended;
    expect(await read('dist/src/main.js')).toContain('answer = 1');
    expect(await read('dist/pages/page.css')).toBe('a {}');
    const [left] = await privateFolders();
    await utimes(join(project, left!), new Date(0), new Date(0));
    expect(await build()).toBe(0);
    expect(await read('dist/src/main.js')).toContain('answer = 2');
    expect(await read('dist/pages/page.css')).toBe('c {}');
    expect(await privateFolders()).toEqual([]);
  });

  it('leaves dist as it was when the sources do not compile', async () => {
    await build();
    await writeFile(join(project, 'src/main.ts'), 'export const answer: string = 2;\n');
    expect(await build()).toBe(1);
    expect(await read('dist/src/main.js')).toContain('answer = 1');
    expect(await privateFolders()).toEqual([]);
  });

  it('uses dist where the build tools are not installed, and reports a missing dist', async () => {
    await build();
    await rm(join(project, 'node_modules/vite'), { recursive: true });
    await writeFile(join(project, 'src/main.ts'), 'export const answer = 2;\n');
    expect(await build()).toBe(0);
    expect(await read('dist/src/main.js')).toContain('answer = 1');
    await rm(join(project, 'dist'), { recursive: true });
    const { code, errors } = await start().ended;
    expect({ code, errors }).toEqual({ code: 1, errors: expect.stringContaining('npm ci') });
  });
});
