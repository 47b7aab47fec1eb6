// Bundles the pages: assets with a digest in their names, and the manifest by which the server names them.

import { defineConfig } from 'vite';

// One file for what pages share and load at once: a file for each set of pages compresses worse.
const eagerlyShared = /\/node_modules\/(react|react-dom|scheduler)\/|\/shared\/((api|token|json)\/)?[^/]+\.tsx?$/;

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
        frame: 'shared/frame.css',
        reference: 'reference/page.tsx',
        'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
        'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
        'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
      },
      output: {
        codeSplitting: {
          groups: [
            // Workers load it as well, and nothing else of the pages.
            { name: 'preload-helper', test: /vite\/preload-helper/, priority: 1 },
            { name: 'shared', test: eagerlyShared },
          ],
        },
      },
      // "use client" means nothing to a bundle.
      checks: { moduleLevelDirective: false },
    },
  },
});
