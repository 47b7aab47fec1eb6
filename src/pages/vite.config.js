// Bundles the pages: assets with a digest in their names, and the manifest that tells the server these names.

import { defineConfig } from 'vite';

// One file for the modules that pages share and load at once, because a file per set of pages compresses worse.
const eagerlyShared =
  /\/node_modules\/(react|react-dom|scheduler)\/|\/shared\/((api|token|json)\/)?(?!styles)[^/]+\.tsx?$/;

/** The tools in the header of all pages but GraphiQL. */
const header =
  /\/runs\/(keys\/(?!keys-dialog)[^/]+|header-tools|standalone-header-tools|skip-link|icon|navigation)\.tsx?$/;

export default defineConfig({
  root: import.meta.dirname,
  // Assets refer to one another by relative URLs, so a proxy may serve the gateway under a path.
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
        static: 'static/page.tsx',
        theme: 'shared/theme/apply-theme.ts',
        reference: 'reference/page.tsx',
        'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
        'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
        'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
      },
      output: {
        codeSplitting: {
          groups: [
            // Workers load it as well, but nothing else of the pages.
            { name: 'preload-helper', test: /vite\/preload-helper/, priority: 1 },
            { name: 'shared', test: eagerlyShared },
            { name: 'header', test: header },
          ],
        },
      },
      // "use client" has no meaning in a bundle.
      checks: { moduleLevelDirective: false },
    },
  },
});
