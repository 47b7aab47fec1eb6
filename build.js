// Builds dist/ unless it is up to date: the server with tsc, the pages with Vite. All of it is made in a separate
// folder that takes dist's place in one rename, so an interrupted build leaves no half of it and two at once do not mix.
//
//   node build.js            builds
//   node build.js --run ...  builds, then runs the program with these arguments in this process
//
// Only standard error has lines of the build: standard output belongs to the command that runs.

import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

process.chdir(import.meta.dirname);

const tsc = 'node_modules/typescript/bin/tsc';
const vite = 'node_modules/vite/bin/vite.js';
const viteOptions = ['build', 'src/pages', '--configLoader', 'native', '--emptyOutDir'];
/** The page of links shares no module with the other pages. */
const sharedRunConfig = ['--config', 'src/pages/shared-run/vite.config.js'];
const project = 'tsconfig.build.json';
/** The inputs of dist besides those of tsc. npm writes the hidden file whenever it installs something. */
const otherSources = [
  'build.js',
  'package-lock.json',
  'node_modules/.package-lock.json',
  'src/pages',
  'schema.graphql',
  'examples/operations',
  'src/demo/sample-files',
  'docs',
];
/** Makes the pages' operations with their types from the schema. They are not in the repository. */
const operationsGenerator = 'src/pages/generate-operations.js';
const abandonedAfterMs = 10 * 60_000;
/** Fonts in WOFF are compressed already. */
const compressible = /\.(js|css|ttf)$/;
/** Rolldown parses and renders as many modules at a time as it has threads, and keeps what it has freed. */
const frugalBundler = {
  ROLLDOWN_WORKER_THREADS: '1',
  ROLLDOWN_MAX_BLOCKING_THREADS: '1',
  RAYON_NUM_THREADS: '1',
  MIMALLOC_PURGE_DELAY: '0',
};

const [option, ...args] = process.argv.slice(2);
const parent = process.ppid;
try {
  await build();
  // The program and the processes that it starts find their own file and arguments there.
  process.argv = [process.execPath, join(process.cwd(), 'dist/src/main.js'), ...args];
} catch (error) {
  log(`The build failed: ${error.message}`);
  process.exit(1);
}
// A program that ends with its parent would outlive one that ended during the build.
const isOrphan = args.includes('--end-with-parent') && process.ppid !== parent;
if (option === '--run' && !isOrphan) await import('./dist/src/main.js');

async function build() {
  // In a production image they are not installed, and dist is used as it is.
  if (!existsSync(tsc) || !existsSync(vite)) {
    if (existsSync('dist')) return;
    throw new Error('The build tools are not installed: run npm ci first.');
  }
  if (await isUpToDate()) return writeCommit('dist');
  log('Building dist:');
  await removeAbandonedBuilds();
  // Before the moment that the build is dated to, so that operations are older than dist.
  await step("writing the pages' operations", () => run([operationsGenerator]));
  const begin = Date.now();
  const folder = await mkdtemp('dist.');
  const pages = join(process.cwd(), folder, 'pages');
  const sharedRun = join(process.cwd(), folder, 'shared-run');
  try {
    // The server may run as another user than the one who builds.
    await chmod(folder, 0o755);
    // One after the other: each takes several hundred megabytes.
    await step('compiling the server', () => run([tsc, '-p', project, '--outDir', folder, '--singleThreaded']));
    await step('making an empty database', () => packDatabase(folder));
    await step('bundling the pages', () =>
      run(['--max-semi-space-size=1', vite, ...viteOptions, '--outDir', pages], frugalBundler),
    );
    await step('bundling the page of links', () =>
      run(['--max-semi-space-size=1', vite, ...viteOptions, ...sharedRunConfig, '--outDir', sharedRun], frugalBundler),
    );
    await step('compressing the pages', async () => {
      await compress(pages);
      await compress(sharedRun);
    });
    await step('copying operations, demo files and documents', async () => {
      await cp('examples/operations', join(folder, 'examples', 'operations'), { recursive: true });
      await cp('src/demo/sample-files', join(folder, 'src', 'demo', 'sample-files'), { recursive: true });
      await copyDocuments(join(folder, 'docs'));
    });
    await writeCommit(folder);
    await dateBack(folder, begin);
    await putInPlace(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  log(`Built dist in ${((Date.now() - begin) / 1000).toFixed(1)} s.`);
}

/** A commit without changes of sources changes nothing else in dist. */
async function writeCommit(folder) {
  const path = join(folder, 'commit');
  const commit = await currentCommit();
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== commit) await writeFile(path, commit);
}

/** The variable COMMIT names it outside of a repository, as in the build of an image. `unknown` without it, and where git is missing. */
async function currentCommit() {
  // git would find the repository of a folder further up.
  if (!existsSync('.git')) return process.env.COMMIT || 'unknown';
  const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD']).catch(() => ({ stdout: 'unknown' }));
  return stdout.trim();
}

/** A source that is saved while it is compiled is newer than dist, and compiled by the next build. */
async function dateBack(folder, begin) {
  for (const name of ['tsconfig.build.tsbuildinfo', 'pages/.vite/manifest.json'])
    await utimes(join(folder, name), begin / 1000, begin / 1000);
}

async function step(name, work) {
  log(`  ${name} …`);
  await work();
}

function log(line) {
  process.stderr.write(`${line}\n`);
}

async function isUpToDate() {
  const bundled = await changedAt('dist/pages/.vite/manifest.json');
  const changed = await Promise.all(otherSources.map(newestIn));
  if (Math.max(...changed) > bundled) return false;
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '--build', project, '--dry']);
  return /is up to date|would update timestamps/.test(stdout);
}

/** A folder changes when something in it is added or removed. */
async function newestIn(path) {
  const inside = await readdir(path, { recursive: true }).catch(() => []);
  return Math.max(...(await Promise.all([path, ...inside.map((name) => join(path, name))].map(changedAt))));
}

/** Returns 0 for what is not there. */
async function changedAt(path) {
  return (await stat(path).catch(() => ({ mtimeMs: 0 }))).mtimeMs;
}

/** Left by builds that were killed. */
async function removeAbandonedBuilds() {
  for (const name of await readdir('.')) {
    if (!name.startsWith('dist.')) continue;
    const age = Date.now() - (await stat(name).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > abandonedAfterMs) await rm(name, { recursive: true, force: true });
  }
}

/** Its standard output is our standard error. */
function run(args, environment = {}) {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, ...environment },
  });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', (code) => (code === 0 ? done() : failed(new Error(`${args.join(' ')} ended with ${code}.`))));
  });
}

/** Omits pictures: the gateway serves only the text. */
async function copyDocuments(folder) {
  const names = (await readdir('docs')).filter((name) => name.endsWith('.md'));
  await mkdir(folder);
  await Promise.all(names.map((name) => cp(join('docs', name), join(folder, name))));
}

/** Runs in a separate process, which gives its memory back, with code that is compiled once and not optimized. */
async function packDatabase(folder) {
  const module = join(process.cwd(), folder, 'src', 'database', 'embedded', 'empty-database.js');
  const call = `await (await import(${JSON.stringify(pathToFileURL(module).href)})).packEmptyDatabase();`;
  await run(['--liftoff-only', '--input-type=module', '--eval', call]);
}

async function compress(folder) {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!compressible.test(name)) continue;
    const path = join(folder, name);
    const content = await readFile(path);
    // Quality 11 saves nine percent, but takes as long for GraphiQL as for all other files.
    const quality = content.length > 2e6 ? 9 : 11;
    const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    const [br, gz] = await Promise.all([
      promisify(brotliCompress)(content, { params }),
      promisify(gzip)(content, { level: 9 }),
    ]);
    await writeFile(`${path}.br`, br);
    await writeFile(`${path}.gz`, gz);
  }
}

/** Another build may have been first: its dist, which a server may already be reading, stays. */
async function putInPlace(folder) {
  while (!(await isUpToDate())) {
    try {
      await rename(folder, 'dist');
      return;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error;
    }
    const retired = await mkdtemp('dist.');
    await rename('dist', join(retired, 'dist')).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rm(retired, { recursive: true, force: true });
  }
}
