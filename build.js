// Builds dist/: the server with tsc, GraphiQL's page with esbuild. Everything is made in a folder of its own that takes
// dist's place in one rename, so an interrupted build leaves no half of it and two at once do not mix.
//
//   node build.js              builds
//   node build.js --if-needed  builds unless dist was made from just these sources

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const root = fileURLToPath(new URL('.', import.meta.url));
const dist = join(root, 'dist');
/** Holds the digest of the sources dist was made from. */
const stampName = 'sources.sha256';
const abandonedAfterMs = 10 * 60_000;

const { resolve: resolveModule } = createRequire(import.meta.url);

/** Finished files only; fonts in WOFF are compressed already. */
const compressible = /\.(js|css|ttf)$/;

/** GraphiQL's fonts are data URLs in its style sheets; as files, a browser loads the few of them it draws with. */
const fontsAsFiles = {
  name: 'fonts-as-files',
  setup(bundler) {
    const fonts = new Map();
    bundler.onLoad({ filter: /@graphiql[\\/]react[\\/]font[\\/].*\.css$/ }, async ({ path }) => {
      const sheet = await readFile(path, 'utf8');
      const contents = sheet.replace(/url\(data:font\/(woff2?);base64,([^)]+)\)/g, (_url, kind, data) => {
        const name = `font-${fonts.size}.${kind}`;
        fonts.set(name, Buffer.from(data, 'base64'));
        return `url(font:${name})`;
      });
      return { contents, loader: 'css' };
    });
    bundler.onResolve({ filter: /^font:/ }, ({ path }) => ({ path: path.slice('font:'.length), namespace: 'font' }));
    bundler.onLoad({ filter: /./, namespace: 'font' }, ({ path }) => ({ contents: fonts.get(path), loader: 'file' }));
  },
};

try {
  await build(process.argv.includes('--if-needed'));
} catch (error) {
  say(`The build failed: ${error.message}`);
  process.exitCode = 1;
}

async function build(onlyIfNeeded) {
  const begin = Date.now();
  const digest = await digestOfSources();
  if (onlyIfNeeded && (await isBuiltFrom(digest))) return;
  if (!hasBuildTools()) {
    if (onlyIfNeeded && existsSync(join(dist, stampName))) return;
    throw new Error('The build tools are not installed: run npm ci first.');
  }
  say('Building …');
  await removeAbandonedBuilds();
  const folder = await mkdtemp(`${dist}.`);
  try {
    // The server may run as another user than the one who builds.
    await chmod(folder, 0o755);
    await bothOf(compileServer(folder), bundleGraphiql(join(folder, 'graphiql')));
    await writeFile(join(folder, stampName), digest);
    await putInPlace(folder, digest);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  say(`Built dist in ${((Date.now() - begin) / 1000).toFixed(1)} s.`);
}

/** Like Promise.all, but when one fails nothing is writing any more. */
async function bothOf(...works) {
  for (const { status, reason } of await Promise.allSettled(works)) if (status === 'rejected') throw reason;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Changes when any file does that the build reads. */
async function digestOfSources() {
  const entries = await readdir(root, { withFileTypes: true });
  const files = entries
    .filter((entry) => /^(build\.js|ormconfig\.ts|package-lock\.json|tsconfig.*\.json)$/.test(entry.name))
    .map((entry) => join(root, entry.name));
  if (existsSync(join(root, 'src'))) {
    for (const entry of await readdir(join(root, 'src'), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
    }
  }
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const content = await readFile(file);
    hash.update(`${relative(root, file).split(sep).join('/')}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

async function isBuiltFrom(digest) {
  return (await readFile(join(dist, stampName), 'utf8').catch(() => '')) === digest;
}

/** In a production image they are not, and dist is used as it is. */
function hasBuildTools() {
  try {
    for (const tool of ['esbuild', 'graphiql', 'typescript/package.json']) resolveModule(tool);
    return true;
  } catch {
    return false;
  }
}

/** Left by builds that were killed. */
async function removeAbandonedBuilds() {
  for (const name of await readdir(root)) {
    if (!name.startsWith('dist.')) continue;
    const age = Date.now() - (await stat(join(root, name)).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > abandonedAfterMs) await rm(join(root, name), { recursive: true, force: true });
  }
}

/** Another build of the same sources may have been first: its dist, which a server may already be reading, stays. */
async function putInPlace(folder, digest) {
  while (!(await isBuiltFrom(digest))) {
    try {
      await rename(folder, dist);
      return;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error;
    }
    const retired = await mkdtemp(`${dist}.`);
    await rename(dist, join(retired, 'dist')).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rm(retired, { recursive: true, force: true });
  }
}

function compileServer(folder) {
  const tsc = join(resolveModule('typescript/package.json'), '..', 'bin', 'tsc');
  const compiler = spawn(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', folder], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((done, failed) => {
    compiler.on('error', failed);
    compiler.on('exit', (code) => (code === 0 ? done() : failed(new Error('The server does not compile.'))));
  });
}

/** A folder of assets, compressed copies beside them, and a manifest of what the page needs to know of them. */
async function bundleGraphiql(folder) {
  const esbuild = await import('esbuild');
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: {
      page: 'src/graphiql/page.tsx',
      'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
      'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
      'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    },
    tsconfig: 'src/graphiql/tsconfig.json',
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    metafile: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.ttf': 'file' },
    // The names GraphiQL uses lead to CommonJS files, whose exports its dynamic import() does not find.
    alias: {
      'prettier/parser-babel': 'prettier/plugins/babel',
      'prettier/parser-graphql': 'prettier/plugins/graphql',
    },
    plugins: [fontsAsFiles],
    logLevel: 'warning',
  });
  const version = createHash('sha256');
  for (const output of Object.keys(metafile.outputs)) {
    const path = join(root, output);
    // The page's own style sheet has those of the scripts it loads later.
    if (path.endsWith('.css') && basename(path) !== 'page.css') await rm(path);
    else version.update(`${basename(path)}\n`).update(await compress(path));
  }
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({ version: version.digest('hex').slice(0, 16), modules: modulesOf(metafile, 'page.js') }),
  );
}

/** What a script imports, directly or through others, before it runs: the page asks for all of it at once. */
function modulesOf({ outputs }, name) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path)) return;
    found.add(path);
    for (const { kind, path: imported } of outputs[path].imports) if (kind === 'import-statement') visit(imported);
  };
  visit(Object.keys(outputs).find((path) => path.endsWith(`/${name}`)));
  return [...found].map((path) => basename(path));
}

/** Returns the content. */
async function compress(path) {
  const content = await readFile(path);
  if (!compressible.test(path)) return content;
  // Quality 10 and 11 take five and more times as long for six percent.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
  return content;
}
