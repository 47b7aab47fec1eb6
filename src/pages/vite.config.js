// Bundles the pages: assets with a digest in their names, and the manifest by which the server names them.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig } from 'vite';

/** Fonts in WOFF are compressed already. */
const compressible = /\.(js|css|ttf)$/;

export default defineConfig({
  root: import.meta.dirname,
  // Assets find one another by relative addresses, so a proxy may serve the gateway under a path.
  base: './',
  publicDir: 'public',
  logLevel: 'warn',
  build: {
    target: 'es2022',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      input: {
        graphiql: 'graphiql/page.tsx',
        runs: 'runs/page.tsx',
        'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
        'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
        'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
      },
      // "use client" means nothing to a bundle.
      checks: { moduleLevelDirective: false },
    },
  },
  plugins: [{ name: 'compressed-copies', writeBundle: writeCompressedCopies }],
});

async function writeCompressedCopies({ dir }, bundle) {
  const names = Object.keys(bundle).filter((name) => compressible.test(name));
  await Promise.all(names.map((name) => writeCompressed(join(dir, name))));
}

async function writeCompressed(path) {
  const content = await readFile(path);
  // Quality 10 and 11 take five and more times as long for six percent.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
}
