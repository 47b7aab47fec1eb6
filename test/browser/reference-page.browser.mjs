import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { openPage } from './browser.mjs';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';

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
    // Paths may break at zero-width spaces, and are shown by their tags.
    assert.deepEqual(shown.map((path) => path.replaceAll('\u200b', '')).sort(), operations.sort());
    const [first, ...others] = await page.locator('.opblock-summary-control').all();
    await first.click();
    await page.locator('.opblock.is-open .responses-wrapper').waitFor();
    await first.click();
    for (const operation of others) {
      // Without a pointer, for which dozens of animations would have to end.
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

  it('sends an operation with the token that was entered, and forgets it', async () => {
    const { page, context, complaints } = await open();
    await page.locator('.btn.authorize').click();
    await page.locator('#auth-bearer-value').fill(await gateway.tokenOf('viewer'));
    await page.locator('.auth-btn-wrapper .authorize').first().click();
    await page.locator('.btn-done').first().click();

    const operation = page.locator('[id^="operations-"][id$="-fetchTaskRun"]');
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('.try-out__btn').click();
    const { orgId, projectId, taskId, id } = demoPlaces.richRun;
    const ids = { org_id: orgId, project_id: projectId, task_id: taskId, task_run_id: id };
    for (const [name, value] of Object.entries(ids)) {
      await operation.locator(`[data-param-name="${name}"] input`).fill(value);
    }
    await operation.locator('.execute').click();
    const live = operation.locator('.live-responses-table');
    assert.match(await live.locator('.response-col_status').last().textContent(), /^200/);
    assert.match(await live.textContent(), new RegExp(id));

    assert.deepEqual(await page.evaluate(() => ({ ...localStorage, ...sessionStorage })), {});
    await page.reload();
    await page.locator('.btn.authorize.unlocked').waitFor();
    assert.deepEqual(await context.cookies(), []);
    assert.deepEqual(complaints, []);
    await context.close();
  });
});
