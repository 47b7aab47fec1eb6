import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { lookAt } from './look.mjs';
import { urlOfRun, visitRuns } from './runs-page.mjs';

const { richRun } = demoPlaces;
const { orgId, projectId, taskId } = richRun;
const taskUrl = `/runs?org=${orgId}&project=${projectId}&task=${taskId}`;

describe('the keys of every page', () => {
  const gateway = useGateway();
  const open = async (path, options) => {
    const visit = await visitRuns(gateway, path, { as: 'owner', ...options });
    await visit.page.getByRole('button', { name: 'Go to' }).waitFor();
    await visit.page.locator('main').waitFor();
    const { page } = visit;
    return {
      ...visit,
      palette: page.getByRole('dialog', { name: 'Go to' }),
      field: page.getByRole('combobox', { name: 'Go to' }),
      options: page.getByRole('option'),
      path: () => page.url().slice(gateway.url.length),
    };
  };
  const rowsLoaded = (page) => page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();

  it('open a palette that goes to a task by a part of its name', async () => {
    const { page, context, complaints, palette, field, options, path } = await open('/');
    const button = page.getByRole('button', { name: 'Refresh' });
    await button.focus();
    await page.keyboard.press('Control+k');
    await palette.waitFor();
    assert.equal(await field.evaluate((element) => element === document.activeElement), true);
    await page.keyboard.type('triage');
    await eventually(async () => (await options.first().textContent()).includes('triage'));
    const selected = () => field.getAttribute('aria-activedescendant');
    const first = await selected();
    assert.equal(await page.locator(`#${first}`).getAttribute('aria-selected'), 'true');
    await page.keyboard.press('ArrowDown');
    assert.notEqual(await selected(), first);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.match(await page.locator(`#${await selected()}`).textContent(), /Find “triage” in runs/);
    await page.keyboard.press('Escape');
    await palette.waitFor({ state: 'detached' });
    assert.equal(await button.evaluate((element) => element === document.activeElement), true);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Support triage');
    await page.keyboard.press('Enter');
    await rowsLoaded(page);
    assert.equal(path(), taskUrl);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('find a run by its id, and runs by any text, from a page without a field for it', async () => {
    const { page, context, complaints, palette, path } = await open('/');
    await page.keyboard.press('/');
    await palette.waitFor();
    await page.keyboard.type(richRun.id);
    await page.keyboard.press('Enter');
    await page.locator('.run-page[aria-busy=false]').waitFor();
    assert.equal(path(), urlOfRun(richRun));
    await page.keyboard.press('/');
    await palette.waitFor();
    await page.keyboard.type('order-104220');
    await page.keyboard.press('Enter');
    await page.getByText('1 run', { exact: true }).waitFor();
    assert.equal(await page.getByLabel('Find', { exact: true }).inputValue(), 'order-104220');
    assert.match(path(), /reference=order-104220/);
    assert.doesNotMatch(path(), /find=/);
    assert.equal(await page.getByText('no longer exists').count(), 0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.locator('.statistics-page').waitFor();
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'find');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('go to the other pages, and are listed', async () => {
    const { page, context, complaints, path } = await open(taskUrl);
    await rowsLoaded(page);
    for (const [key, expected] of [
      ['s', /^\/runs\/statistics\?org=.*task=/],
      ['r', /^\/runs\?org=.*task=/],
      ['h', /^\/$/],
    ]) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await eventually(() => expected.test(path()));
      await page.locator('main').waitFor();
    }
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    for (const text of ['refresh', 'filter tasks', 'statistics']) await dialog.getByText(text).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await dialog.waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('reach the first row of the list by a link at the beginning', async () => {
    const { page, context } = await open(taskUrl);
    await rowsLoaded(page);
    const link = page.getByRole('button', { name: 'Skip to content' });
    assert.ok((await link.boundingBox()).y < 0);
    assert.equal(await page.evaluate(() => document.querySelector('a, button, input').textContent), 'Skip to content');
    await link.focus();
    assert.ok((await link.boundingBox()).y >= 0);
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'row-link');
    assert.ok((await link.boundingBox()).y < 0);
    await context.close();
  });

  it('look right', async () => {
    const { page, context, palette } = await open(taskUrl);
    await page.keyboard.press('Control+k');
    await palette.waitFor();
    await page.keyboard.type('o');
    await lookAt(page, 'palette');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await lookAt(page, 'keys');
    await context.close();
  });

  it('leave the header as wide as the page', async () => {
    const { page, context } = await open('/', { viewport: { width: 2000, height: 900 } });
    for (const path of ['/', taskUrl, taskUrl.replace('?', '/statistics?'), urlOfRun(richRun)]) {
      await page.goto(gateway.url + path);
      const content = page.locator('main > *:visible').first();
      await content.waitFor();
      await page.getByRole('button', { name: 'Go to' }).waitFor();
      const { x } = await page.locator('.brand').boundingBox();
      const edge = await page.locator('main').evaluate((main) => {
        return main.getBoundingClientRect().left + Number.parseFloat(getComputedStyle(main).paddingLeft);
      });
      assert.equal(Math.round(x), Math.round(edge), path);
    }
    await context.close();
  });
});
