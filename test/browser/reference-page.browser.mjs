import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { openPage } from './browser.mjs';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { accessibilityFaults, assertTokenIsNowhere, lookAt } from './look.mjs';
import { enterToken, sessionButton, signOut } from './session.mjs';

describe("the REST API's page in Chromium", () => {
  const gateway = useGateway();

  const open = async (options) => {
    const visit = await openPage(gateway, options);
    await visit.page.goto(`${gateway.url}/docs`);
    await visit.page.locator('.opblock').first().waitFor();
    return visit;
  };

  it('shows every operation, requests nothing from other servers and logs no complaint', async () => {
    const { page, context, complaints } = await open();
    const { paths } = await (await fetch(`${gateway.url}/openapi.json`)).json();
    const operations = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(() => path));
    const shown = await page.locator('.opblock-summary-path').allTextContents();
    // Paths may break at zero-width spaces, and are displayed under their tags.
    assert.deepEqual(shown.map((path) => path.replaceAll('\u200b', '')).sort(), operations.sort());
    const [first, ...others] = await page.locator('.opblock-summary-control').all();
    await first.click();
    await page.locator('.opblock.is-open .responses-wrapper').waitFor();
    await first.click();
    for (const operation of others) {
      // Without a pointer, whose dozens of animations would have to finish first.
      await operation.dispatchEvent('click');
      await page.locator('.opblock.is-open .responses-wrapper').waitFor();
      await operation.dispatchEvent('click');
    }
    await page.waitForLoadState('networkidle');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('follows the color scheme of the browser', async () => {
    const { page, context, complaints } = await open({ colorScheme: 'dark' });
    const colours = () =>
      page.evaluate(() =>
        ['body', '.swagger-ui', '.info .title'].map((selector) => {
          const { backgroundColor, color } = getComputedStyle(document.querySelector(selector));
          return selector === '.info .title' ? color : backgroundColor;
        }),
      );
    const isLight = (colour) => colour.match(/\d+/g).every((part) => Number(part) > 180);
    assert.deepEqual((await colours()).map(isLight), [false, false, true]);
    await page.emulateMedia({ colorScheme: 'light' });
    await eventually(async () => !isLight((await colours())[2]));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('loads less than 470 KB besides the fonts, and keeps Swagger UI in the cache of browsers', async () => {
    const { page, context } = await openPage(gateway);
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    let bytes = 0;
    const fonts = new Set();
    session.on('Network.responseReceived', ({ requestId, type }) => type === 'Font' && fonts.add(requestId));
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (!fonts.has(requestId)) bytes += encodedDataLength;
    });
    const answers = [];
    page.on('response', (response) => answers.push(response));
    await page.goto(`${gateway.url}/docs/`);
    await page.locator('.opblock').first().waitFor();
    await page.waitForLoadState('networkidle');
    assert.ok(bytes > 300_000 && bytes < 470_000, `${bytes} bytes`);
    const swagger = answers.filter((response) => response.url().includes('swagger-ui'));
    assert.equal(swagger.length, 2);
    for (const response of swagger) {
      const { 'content-encoding': encoding, 'cache-control': caching } = await response.allHeaders();
      assert.deepEqual([encoding, caching], ['br', 'public, max-age=31536000, immutable']);
    }
    await context.close();
  });

  it('offers to reload if Swagger UI cannot be loaded', async () => {
    const { page, context } = await openPage(gateway);
    await context.route('**/swagger-ui-bundle-*.js', (route) => route.abort());
    await page.goto(`${gateway.url}/docs`);
    await page.getByRole('button', { name: 'Reload the page' }).waitFor();
    await context.close();
  });

  /** Executes the operation that reads the demo's rich run. Returns the location of its response. */
  const fetchRun = async (page) => {
    const operation = page.locator('[id^="operations-"][id$="-fetchTaskRun"]');
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('.try-out__btn').click();
    const { orgId, projectId, taskId, id } = demoPlaces.richRun;
    const ids = { org_id: orgId, project_id: projectId, task_id: taskId, task_run_id: id };
    for (const [name, value] of Object.entries(ids)) {
      await operation.locator(`[data-param-name="${name}"] input`).fill(value);
    }
    await operation.locator('.execute').click();
    return operation.locator('.live-responses-table');
  };
  const statusIn = (live) => live.locator('.response-col_status').last().textContent();

  it('shares the header, the fonts and the widths of the other pages', async () => {
    const { page, context, complaints } = await open();
    await lookAt(page, 'reference');
    const { height } = await page.locator('.page-header').boundingBox();
    assert.ok(height < 56, `${height} px`);
    const fontOf = (selector) =>
      page
        .locator(selector)
        .first()
        .evaluate((item) => getComputedStyle(item).fontFamily);
    assert.match(await fontOf('.opblock-summary-description'), /^Roboto/);
    assert.match(await fontOf('.opblock-summary-path'), /^Roboto/);
    assert.equal(await page.getByRole('link', { name: 'REST' }).getAttribute('aria-current'), 'page');
    assert.equal(await page.locator('.btn.authorize').isVisible(), false);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('stays readable in an open operation', async () => {
    for (const colorScheme of ['light', 'dark']) {
      const { page, context } = await open({ colorScheme });
      await page.locator('.opblock-summary-control').first().click();
      await page.locator('.opblock.is-open .responses-wrapper').waitFor();
      await page.locator('.try-out__btn').click();
      await page.locator('.execute').waitFor();
      // Swagger UI's own markup, and the colours in its examples.
      const foreignRules = /^(landmark-unique|scrollable-region-focusable|select-name): /;
      const faults = await accessibilityFaults(page, ['.microlight']);
      assert.deepEqual(
        faults.filter((fault) => !foreignRules.test(fault)),
        [],
      );
      await context.close();
    }
  });

  it('sends an operation with the token of the page, which its command does not show', async () => {
    const { page, context, complaints } = await open();
    const token = await gateway.tokenOf('viewer');
    await enterToken(page, token);
    const sent = page.waitForRequest((request) => request.url().includes(demoPlaces.richRun.id));
    const live = await fetchRun(page);
    assert.match(await statusIn(live), /^200/);
    assert.match(await live.textContent(), new RegExp(demoPlaces.richRun.id));
    assert.equal((await (await sent).allHeaders()).authorization, `Bearer ${token}`);
    assert.match(await page.locator('.curl-command').textContent(), /Authorization: Bearer TOKEN'/);
    assert.ok(!(await page.content()).includes(token.split('.')[1]));
    await assertTokenIsNowhere(page, gateway, token);
    assert.deepEqual(await page.evaluate(() => ({ ...localStorage, ...sessionStorage })), {});
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('appears without a token, and sends nothing', async () => {
    const { page, context } = await open();
    await signOut(page);
    await eventually(async () => (await sessionButton(page).textContent()) === 'Not signed in');
    const sent = page.waitForRequest((request) => request.url().includes(demoPlaces.richRun.id));
    const live = await fetchRun(page);
    assert.match(await statusIn(live), /^401/);
    assert.equal((await (await sent).allHeaders()).authorization, undefined);
    await enterToken(page, await gateway.tokenOf('viewer'));
    await page.locator('.execute').click();
    await eventually(async () => /^200/.test(await statusIn(live)));
    await context.close();
  });
});
