// The page of links to runs. It has a separate bundle, no session, and headers that keep it out of frames, caches and
// search engines.

import type { FastifyInstance } from 'fastify';
import { pagesClientName } from '../paths.js';
import { sharedHeaders } from '../shared-headers.js';
import { type PageAssets, readSeparatePage } from './page-assets.js';
import { serveAssets } from './page-assets-route.js';
import { assetsPath, notBuiltPage, pageHeaders, renderPage } from './render-page.js';

/** The bundle's name, and the folder of its files. */
const name = 'shared-run';
const folder = `${name}/`;

/** @param assetsDirectory the folder of the page's bundle */
export async function registerSharedRunPage(app: FastifyInstance, assetsDirectory: string): Promise<void> {
  const assets = await readSeparatePage(assetsDirectory, name);
  if (assets !== undefined) await serveAssets(app, assetsDirectory, assetsPath + folder);
  const page = assets === undefined ? notBuiltPage : render(inFolder(assets));
  const headers = { ...pageHeaders({ usesMonaco: false }), ...sharedHeaders };
  app.get('/shared', (_request, reply) =>
    reply
      .headers(headers)
      .code(assets === undefined ? 503 : 200)
      .send(page),
  );
}

function render(assets: PageAssets): string {
  const state = { root: '', clientName: pagesClientName, demoTokens: [], sharesToken: false, hasRuns: false };
  return renderPage({ title: 'Shared run', assets, state });
}

function inFolder({ script, styles, modules, fonts }: PageAssets): PageAssets {
  const place = (file: string) => folder + file;
  return {
    script: place(script),
    styles: styles.map(place),
    modules: modules.map(place),
    fonts: fonts.map(place),
    theme: undefined,
  };
}
