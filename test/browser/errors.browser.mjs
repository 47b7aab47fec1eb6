import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { launchBrowser, openPage } from './browser.mjs';
import { startGateway, useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { lookAt } from './look.mjs';
import { insertRun, urlOfRun, visitRuns } from './runs-page.mjs';
import { enterToken, openMenu } from './session.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const scope = `?org=${orgId}&project=${projectId}&task=${taskId}`;
const loaded = (page) => page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();

describe('errors on the pages', () => {
  const gateway = useGateway();

  const open = async (path) => {
    const visit = await visitRuns(gateway, path, {
      expected: /ERR_CONNECTION|ERR_EMPTY|ERR_INCOMPLETE|Failed to load/,
    });
    visit.context.setDefaultTimeout(30_000);
    return visit;
  };
  const alert = (page) => page.getByRole('alert');

  it('appear once, at their filter, without the runs of the filters before', async () => {
    const { page, context } = await open(`/runs${scope}`);
    await loaded(page);
    await page.getByText('More filters').click();
    const field = page.getByRole('textbox', { name: 'Tokens, at least' });
    await field.fill('many');
    await field.press('Enter');
    await alert(page).waitFor();
    assert.equal(await page.getByText(/must be a whole number/).count(), 1);
    assert.match(await page.locator('.filter-chips .bad').textContent(), /^Tokens, at least: many/);
    assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0);
    assert.equal(await page.locator('.row-link').count(), 0);
    assert.equal(await page.getByText(/^\d+ runs$/).count(), 0);
    await lookAt(page, 'runs-filter-error');
    await field.fill('1');
    await field.press('Enter');
    await alert(page).waitFor({ state: 'detached' });
    await loaded(page);
    await context.close();
  });

  it('appear at their filter also when a link contains it', async () => {
    const { page, context } = await open(`/runs/statistics${scope}&min-credits=much`);
    await alert(page).getByText('“Credits, at least” must be a number, not “much”.').waitFor();
    assert.equal(await page.locator('.filter-chips .bad').count(), 1);
    assert.equal(await page.locator('.tiles').count(), 0);
    await context.close();
  });

  it('name the field and its values, not types of the API', async () => {
    for (const [filter, problem] of [
      ['min-tokens=many', '“Tokens, at least” must be a whole number, not “many”.'],
      ['min-credits=much', '“Credits, at least” must be a number, not “much”.'],
      ['revision=newest', '“Revision” must be 8-4-4-4-12 hexadecimal digits, not “newest”.'],
      ['not-user=me', '“User” must be 8-4-4-4-12 hexadecimal digits, not “me”.'],
    ]) {
      const { page, context } = await open(`/runs${scope}&${filter}`);
      await alert(page).getByText(problem, { exact: true }).waitFor();
      await page.getByRole('button', { name: /^Remove the filter/ }).click();
      await alert(page).waitFor({ state: 'detached' });
      await loaded(page);
      await context.close();
    }
  });

  it('stand on a separate page, readable at every width', async () => {
    const { page, context } = await open('/runs');
    await page.goto(`${gateway.url}/errors`);
    await page.getByRole('main').getByRole('heading', { name: 'Errors' }).waitFor();
    await lookAt(page, 'errors');
    await context.close();
  });

  it('disappear after an outage, on every page, and no page shows itself as live meanwhile', async () => {
    const { failedRun } = demoPlaces;
    const list = await open(`/runs${scope}&live=on`);
    await loaded(list.page);
    await list.page.locator('.live-state.live').waitFor();
    const statistics = await open(`/runs/statistics${scope}&since=any`);
    await statistics.page.locator('.tiles').waitFor();
    const run = await open(urlOfRun(failedRun));
    await run.page.locator('.payload[aria-busy=false]').nth(1).waitFor();

    await gateway.restart(async () => {
      await list.page.locator('.live-state.waiting').waitFor();
      await statistics.page.getByRole('button', { name: 'Filters' }).click();
      for (const { page } of [list, statistics]) {
        await page.getByRole('checkbox', { name: /^failed/ }).check();
        await alert(page).getByText('Cannot reach the gateway.').first().waitFor();
        await page
          .getByText(/^\s*Retrying in \d+ s\.$/)
          .first()
          .waitFor();
        await page.getByRole('button', { name: 'Try again' }).first().waitFor();
      }
      assert.equal(await list.page.locator('.live-state.live').count(), 0);
      await list.page.locator('.stale .row-link').first().waitFor();
      await statistics.page.locator('.stale .tiles').waitFor();
      await run.page.keyboard.press('j');
      await alert(run.page).first().getByText('Cannot reach the gateway.').waitFor();
    });
    for (const { page } of [list, statistics, run]) await alert(page).first().waitFor({ state: 'detached' });
    await list.page.locator('.live-state.live').waitFor();
    await eventually(async () =>
      (await list.page.locator('.run-status').allTextContents()).every((content) => content === 'Failed'),
    );
    await run.page.locator('.payload[aria-busy=false]').nth(1).waitFor();
    for (const { context } of [list, statistics, run]) await context.close();
  });

  it('disappear by a retry on request', async () => {
    const { page, context } = await open(`/runs${scope}`);
    await loaded(page);
    const rejection = { message: 'Out of order.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
    await page.route('**/graphql', (route) => route.fulfill({ json: { errors: [rejection] } }));
    await page.getByRole('checkbox', { name: /^failed/ }).check();
    await alert(page).getByText('Out of order.').waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await alert(page).waitFor({ state: 'detached' });
    await loaded(page);
    await context.close();
  });

  it('offer to reload a page whose modules an upgraded gateway no longer has', async () => {
    const { page, context } = await open(`/runs${scope}`);
    await loaded(page);
    await page.route(/compare-page-|statistics-page-|export-dialog-/, (route) => route.fulfill({ status: 404 }));
    await page.getByRole('button', { name: 'Export' }).click();
    await alert(page).getByText('The gateway was upgraded').waitFor();
    await page.locator('.run-table .row-link').first().focus();
    await page.keyboard.press('c');
    await page.waitForURL(/\/runs\/compare/);
    await alert(page).getByText('The gateway was upgraded').waitFor();
    await page.getByRole('link', { name: 'Statistics' }).click();
    await alert(page).getByText('The gateway was upgraded').waitFor();
    await lookAt(page, 'outdated');
    await page.unroute(/compare-page-|statistics-page-|export-dialog-/);
    await page.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByRole('heading', { name: 'Statistics' }).waitFor();
    await context.close();
  });

  it('name what failed in a part of a page, and leave the rest of it', async () => {
    const { page, context } = await open(`/runs${scope}&since=any`);
    await loaded(page);
    // A language that WebKitGTK reports for LANG=C, and that the chart library does not accept.
    await page.evaluate(() => Object.defineProperty(navigator, 'language', { value: 'C' }));
    await page.getByRole('link', { name: 'Statistics' }).click();
    await alert(page).getByText('This could not be loaded: RangeError').waitFor();
    assert.equal(await alert(page).getByText('upgraded').count(), 0);
    await page.locator('.statistics-page[aria-busy=false] .tiles').waitFor();
    await page.locator('.statistics-page tbody tr').first().waitFor();
    await context.close();
  });

  it('leave a failed run its message', async () => {
    const id = 'eeeeeeee-0000-0000-0000-00000000000a';
    await insertRun(gateway, { id, response: '{"errors": [{"text": "The tool broke."}]}' });
    await gateway.query('UPDATE task_run SET is_error = true WHERE id = $1', [id]);
    const { page, context } = await open(urlOfRun({ ...demoPlaces.richRun, id }));
    await page.locator('.failure-message').getByText('The tool broke.').waitFor();
    await gateway.query('DELETE FROM task_run WHERE id = $1', [id]);
    await context.close();
  });

  it('fill a page at an unknown address', async () => {
    const { page, context } = await open('/runs');
    for (const path of ['/runs/one', '/nowhere']) {
      const response = await page.goto(`${gateway.url}${path}`);
      assert.equal(response.status(), 404);
      await page.getByRole('heading', { name: 'Page not found' }).waitFor();
      await page.locator('.unknown-page').getByRole('link', { name: 'Home' }).click();
      await page.getByRole('heading', { name: 'Last 24 hours' }).waitFor();
    }
    await context.close();
  });

  it('show all links of the header on a phone, as every page does', async () => {
    const viewport = { width: 390, height: 900 };
    const { page, context } = await visitRuns(gateway, '/runs', { viewport, expected: /40[14]/ });
    for (const path of ['/runs', '/docs/', '/errors', '/nowhere']) {
      await page.goto(gateway.url + path);
      // Until the fonts have loaded, another font takes up more space.
      await page.evaluate(() => document.fonts.ready.then(() => true));
      const rest = page.locator('.page-header').getByRole('link', { name: 'REST' });
      const { x, width } = await rest.boundingBox();
      const { right } = await page.locator('.page-header nav').evaluate((nav) => nav.getBoundingClientRect());
      assert.ok(x + width <= Math.min(right, 390), `${path}: to ${x + width} of ${right}`);
    }
    await context.close();
  });

  it('are rows of a table, which a field filters, on a page with the session', async () => {
    const { page, context, complaints } = await openPage(gateway);
    await page.addInitScript(() => {
      globalThis.shifted = 0;
      new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) globalThis.shifted += value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(`${gateway.url}/errors#FORBIDDEN`);
    const field = page.getByLabel('Filter');
    await field.waitFor();
    await page.waitForLoadState('networkidle');
    const shifted = await page.evaluate(() => document.fonts.ready.then(() => globalThis.shifted));
    assert.ok(shifted < 0.02, `${shifted}`);
    await enterToken(page, await gateway.tokenOf('viewer'));
    const rows = page.locator('.error-table tbody tr:visible');
    const all = await rows.count();
    await field.fill('403 caller');
    const matching = await rows.count();
    assert.ok(matching > 0 && matching < all, `${matching} of ${all}`);
    await page.getByText(`${matching} of ${all}`).waitFor();
    for (const text of await rows.allTextContents()) assert.match(text, /403/);
    await field.fill('nonsense');
    await page.getByText('No error matches.').waitFor();
    assert.equal(await rows.count(), 0);
    await field.fill('');
    await lookAt(page, 'errors-table');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leave the session to the page at an unknown address', async () => {
    const { page, context } = await openPage(gateway, { expected: /404/ });
    await page.goto(`${gateway.url}/a/b/nowhere`);
    await enterToken(page, await gateway.tokenOf('viewer'));
    const menu = await openMenu(page);
    await menu.getByText('viewer of').waitFor();
    await context.close();
  });

  it('look like the other pages, and so does the page at an unknown address', async () => {
    const { page, context, complaints } = await openPage(gateway, { colorScheme: 'dark', expected: /404/ });
    await page.goto(`${gateway.url}/runs/statistics`);
    const looks = () =>
      page.evaluate(() => {
        const { backgroundColor, fontFamily, color } = getComputedStyle(document.body);
        const header = document.querySelector('.page-header');
        const links = [...header.querySelectorAll('nav a')].map(({ textContent, href }) => [textContent, href]);
        return JSON.stringify([backgroundColor, fontFamily, color, getComputedStyle(header).backgroundColor, links]);
      });
    await page.locator('.page-header').waitFor();
    const expected = (await looks()).replaceAll(/\?[^"]*/g, '');
    for (const path of ['/errors#FORBIDDEN', '/a/b/nowhere']) {
      await page.goto(gateway.url + path);
      assert.equal(await looks(), expected);
      assert.ok(await page.evaluate(() => document.fonts.ready.then(() => document.fonts.check('16px Roboto'))));
      await lookAt(page, path.startsWith('/errors') ? 'errors' : 'unknown');
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });
});

describe('a list whose scan ends', () => {
  const gateway = {};
  before(async () => {
    gateway.browser = await launchBrowser();
    Object.assign(gateway, await startGateway('embedded', {}, { maxScannedRuns: 20 }));
  });
  after(async () => {
    await gateway.browser?.close();
    await gateway.stop?.();
  });

  it('shows its progress, and continues from there to its end', async () => {
    const { page, context, complaints } = await visitRuns(gateway, `/runs${scope}&words=nothing-of-the-kind`);
    const state = page.locator('.notice p', { hasText: 'Searched' });
    const end = page.getByText('No run in Support triage matches all of these filters.');
    const texts = [];
    for (;;) {
      await eventually(
        async () => (await end.count()) > 0 || (await state.allTextContents())[0] !== texts.at(-1),
        20_000,
      );
      if ((await end.count()) > 0) break;
      texts.push(await state.textContent());
      if (texts.length === 1) await lookAt(page, 'runs-scan');
      await page.getByRole('button', { name: 'Continue' }).click();
    }
    assert.ok(texts.length > 0);
    for (const text of texts)
      assert.match(text, /^Searched back to \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: no run was found so far\.$/);
    assert.deepEqual(texts, [...new Set(texts)].toSorted().toReversed());
    assert.deepEqual(complaints, []);
    await context.close();
  });
});
