// Bundles the page of links separately, so that it shares no module with pages that have a session, and so that the
// other pages are the same without links.

import { join } from 'node:path';
import { defineConfig } from 'vite';
import pages from '../vite.config.js';

export default defineConfig({
  ...pages,
  root: join(import.meta.dirname, '..'),
  publicDir: false,
  build: {
    ...pages.build,
    rolldownOptions: {
      input: { 'shared-run': 'shared-run/page.tsx' },
      checks: pages.build.rolldownOptions.checks,
    },
  },
});
