import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';
import { visitRuns } from './runs-page.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const taskUrl = `/runs?org=${orgId}&project=${projectId}&task=${taskId}`;

describe('views of the list', () => {
  const gateway = useGateway();

  const loaded = (page) => page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
  const openMenu = (page, name) => page.locator('.menu summary').getByText(name).click();
  const titles = (page) => page.locator('.run-table th[scope]').allTextContents();

  it('survive a reload and open in another tab with filters, columns and order, until they are removed', async () => {
    const { page, context, complaints, token } = await visitRuns(
      gateway,
      `${taskUrl}&status=FAIL&order=TOTAL_TOKENS_DESC&columns=status,tokens`,
    );
    await loaded(page);
    await openMenu(page, 'Views');
    await page.getByLabel('Save this view as').fill('Failed, largest first');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Failed, largest first' }).waitFor();
    await lookAt(page, 'views');
    await assertTokenIsNowhere(page, gateway, token);
    const tab = await context.newPage();
    await tab.goto(gateway.url + taskUrl);
    await loaded(tab);
    await openMenu(tab, 'Views');
    await tab.getByRole('link', { name: 'Failed, largest first' }).click();
    await eventually(async () => (await titles(tab)).join() === 'Status,Created,Tokens');
    await eventually(async () =>
      (await tab.locator('.run-status').allTextContents()).every((content) => content === 'Failed'),
    );
    assert.equal(new URL(tab.url()).searchParams.get('order'), 'TOTAL_TOKENS_DESC');
    await page.reload();
    await loaded(page);
    await openMenu(page, 'Views');
    await page.getByRole('link', { name: 'Failed, largest first' }).waitFor();
    await page.getByRole('button', { name: 'Remove the view Failed, largest first' }).click();
    await tab.getByRole('link', { name: 'Failed, largest first' }).waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('keep the columns of a task for the next visit, and put them into a link', async () => {
    const { page, context, complaints } = await visitRuns(gateway, taskUrl);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await loaded(page);
    await openMenu(page, 'Columns');
    for (const title of ['Credits', 'Reference']) await page.getByLabel(title, { exact: true }).uncheck();
    const chosen = await titles(page);
    const tab = await context.newPage();
    await tab.goto(gateway.url + taskUrl);
    await loaded(tab);
    assert.deepEqual(await titles(tab), chosen);
    await openMenu(tab, 'Views');
    await tab.bringToFront();
    await tab.getByRole('button', { name: 'Copy link' }).click();
    const link = await eventually(() => tab.evaluate(() => navigator.clipboard.readText()));
    assert.equal(new URL(link).searchParams.get('columns'), 'status,created,response,seconds,tokens');
    await page.getByRole('button', { name: 'Reset' }).click();
    await eventually(async () => (await titles(page)).length > chosen.length);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('exist for statistics too, and a link can fix the period', async () => {
    const { page, context } = await visitRuns(
      gateway,
      `/runs/statistics?org=${orgId}&since=90d&measure=rate&split=TASK`,
    );
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.statistics-page[aria-busy=false] .tile-figure').first().waitFor();
    await openMenu(page, 'Views');
    await page.getByLabel('Save this view as').fill('Rates by task');
    await page.keyboard.press('Enter');
    await page.getByLabel('Freeze the time range').check();
    await page.getByRole('button', { name: 'Copy link' }).click();
    const link = new URL(await eventually(() => page.evaluate(() => navigator.clipboard.readText())));
    assert.equal(link.pathname, '/runs/statistics');
    assert.equal(link.searchParams.has('since'), false);
    const [from, to] = ['from', 'to'].map((name) => Date.parse(link.searchParams.get(name)));
    assert.equal(to - from, 90 * 86_400_000);
    assert.equal(link.searchParams.get('measure'), 'rate');
    await page.goto(`${gateway.url}/runs/statistics?org=${orgId}&since=any`);
    await openMenu(page, 'Views');
    await page.getByRole('link', { name: 'Rates by task' }).click();
    await eventually(() => new URL(page.url()).searchParams.get('split') === 'TASK');
    await page.goto(gateway.url + taskUrl);
    await loaded(page);
    await openMenu(page, 'Views');
    assert.equal(await page.getByRole('link', { name: 'Rates by task' }).count(), 0);
    await context.close();
  });

  it('say which of their filters are gone', async () => {
    const { page, context } = await visitRuns(gateway, `${taskUrl}&colour=red`);
    await loaded(page);
    await page.getByText('The filter “colour” no longer exists').waitFor();
    await context.close();
  });
});
