// Checks for every page, at every width and in both colour schemes, with screenshots.

import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The folder for screenshots, which CI keeps. */
const folder = process.env.ARTEFACTS ?? join(import.meta.dirname, '..', '..', 'artefacts');
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const colorSchemes = ['light', 'dark'];
const widths = [390, 800, 1440];

/** Parts of GraphiQL: its own tabs, Monaco, and the explorer. */
export const markupOfOthers = ['.graphiql-tabs', '.monaco-editor', '.docExplorerWrap'];

/**
 * Takes a screenshot at each width in each scheme, and checks for anything that people could not read or reach there.
 */
export async function lookAt(page, name, { exclude = [] } = {}) {
  await mkdir(folder, { recursive: true });
  for (const colorScheme of colorSchemes) {
    for (const width of widths) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await hasSettled(page);
      const where = `${name}-${colorScheme}-${width}`;
      await page.screenshot({ path: join(folder, `${where}.png`) });
      // Between the smallest and the largest width, nothing else is shown.
      if (width !== widths[1]) assert.deepEqual([where, await accessibilityFaults(page, exclude)], [where, []]);
      const contentWidth = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(contentWidth <= width, `${where}: it is ${contentWidth} px wide`);
    }
  }
}

/** Waits until charts and editors, which are redrawn in the frames after a resize, have settled. */
async function hasSettled(page) {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let frames = 0; frames < 10; frames++) await new Promise(requestAnimationFrame);
  });
}

/** Returns axe-core's findings: the rule and the elements. */
export async function accessibilityFaults(page, exclude = []) {
  // Not with a script element, which the page's policy forbids.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (excluded) => globalThis.axe.run({ exclude: excluded }, { resultTypes: ['violations'] }),
    exclude.map((selector) => [selector]),
  );
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
  );
}

/** Searches for a token, or a part of one, wherever a browser stores data, and in the gateway's log. */
export async function assertTokenIsNowhere(page, gateway, token) {
  const kept = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    return JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      await Promise.all(databases.map(({ name }) => contentOf(name))),
      await caches.keys(),
      history.state,
      globalThis.navigation.entries().map((entry) => [entry.url, entry.getState()]),
      location.href,
      document.cookie,
      window.name,
    ]);

    async function contentOf(name) {
      const database = await settled(indexedDB.open(name));
      const stores = [...database.objectStoreNames];
      const read = (store) => settled(database.transaction(store).objectStore(store).getAll());
      return Promise.all(stores.map(read));
    }
    function settled(request) {
      return new Promise((done, failed) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
    }
  });
  for (const part of token.split('.')) {
    // The header is the same for all tokens of an issuer, and reveals nothing.
    if (part === token.split('.')[0]) continue;
    assert.ok(!kept.includes(part), `kept in the browser: ${kept}`);
    assert.ok(!gateway.log().includes(part), 'logged');
  }
}
