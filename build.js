// Builds dist/ unless it is up to date: the server with tsc, the pages with Vite. All of it is made in a folder of
// its own that takes dist's place in one rename, so an interrupted build leaves no half of it and two at once do not mix.
//
//   node build.js          builds
//   node build.js --start  builds, then starts the gateway in this process: what `npm run dev` does at each change of src

import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

process.chdir(import.meta.dirname);

const tsc = 'node_modules/typescript/bin/tsc';
const vite = 'node_modules/vite/bin/vite.js';
const project = 'tsconfig.build.json';
/** What dist is made from beside what tsc reads. npm writes the hidden file whenever it installs something. */
const otherSources = [
  'build.js',
  'package-lock.json',
  'node_modules/.package-lock.json',
  'src/pages',
  'examples/operations',
  'docs',
];
const abandonedAfterMs = 10 * 60_000;

try {
  await build();
  // The gateway's command line has no such option.
  if (process.argv.splice(2).includes('--start')) await import('./dist/src/main.js');
} catch (error) {
  say(`The build failed: ${error.message}`);
  process.exitCode = 1;
}

async function build() {
  // In a production image they are not installed, and dist is used as it is.
  if (!existsSync(tsc) || !existsSync(vite)) {
    if (existsSync('dist')) return;
    throw new Error('The build tools are not installed: run npm ci first.');
  }
  if (await isUpToDate()) return;
  const begin = Date.now();
  say('Building …');
  await removeAbandonedBuilds();
  const folder = await mkdtemp('dist.');
  try {
    // The server may run as another user than the one who builds.
    await chmod(folder, 0o755);
    await allOf(
      run(tsc, '-p', project, '--outDir', folder).then(() => packDatabase(folder)),
      run(
        vite,
        'build',
        'src/pages',
        '--configLoader',
        'native',
        '--emptyOutDir',
        '--outDir',
        join(process.cwd(), folder, 'pages'),
      ),
      cp('examples/operations', join(folder, 'examples', 'operations'), { recursive: true }),
      copyDocuments(join(folder, 'docs')),
    );
    await putInPlace(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  say(`Built dist in ${((Date.now() - begin) / 1000).toFixed(1)} s.`);
}

function say(line) {
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

/** Like Promise.all, but when one fails nothing is writing any more. */
async function allOf(...works) {
  for (const { status, reason } of await Promise.allSettled(works)) if (status === 'rejected') throw reason;
}

function run(program, ...args) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('exit', (code) => (code === 0 ? done() : failed(new Error(`${program} ended with ${code}.`))));
  });
}

/** For who reads them from the gateway, where there is no picture. */
async function copyDocuments(folder) {
  const names = (await readdir('docs')).filter((name) => name.endsWith('.md'));
  await mkdir(folder);
  await Promise.all(names.map((name) => cp(join('docs', name), join(folder, name))));
}

async function packDatabase(folder) {
  const module = join(process.cwd(), folder, 'src', 'database', 'embedded', 'empty-database.js');
  await (await import(pathToFileURL(module).href)).packEmptyDatabase();
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
