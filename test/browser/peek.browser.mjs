import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { lookAt } from './look.mjs';
import { urlOfRun, visitRuns } from './runs-page.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const taskUrl = `/runs?org=${orgId}&project=${projectId}&task=${taskId}`;

describe('the run next to the list', () => {
  const gateway = useGateway();

  const open = async (search = '', options) => {
    const visit = await visitRuns(gateway, taskUrl + search, options);
    const { page } = visit;
    await page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
    return {
      ...visit,
      panel: page.getByRole('region', { name: 'Run beside the list' }),
      idsInOrder: () =>
        page.locator('.row-link').evaluateAll((links) => links.map(({ href }) => href.split(/[/?]/)[7])),
      focusedId: () => page.evaluate(() => document.activeElement.href?.split(/[/?]/)[7]),
      /** Returns the id of the run that the panel has read. */
      shownId: async () => {
        await page.locator('.peek[aria-busy=false] .facts').first().waitFor();
        return page.locator('.peek .facts dd').last().locator('[title]').getAttribute('title');
      },
    };
  };

  it('opens, follows and closes by the keyboard, in the order of the list', async () => {
    const { page, context, complaints, panel, idsInOrder, focusedId, shownId } = await open('&order=TOTAL_TOKENS_DESC');
    const ids = await idsInOrder();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    assert.equal(await panel.count(), 0);
    await page.keyboard.press('Space');
    for (const [key, index] of [
      [undefined, 1],
      ['j', 2],
      ['ArrowDown', 3],
      ['k', 2],
    ]) {
      if (key !== undefined) await page.keyboard.press(key);
      await eventually(async () => (await shownId()) === ids[index]);
      assert.equal(await focusedId(), ids[index]);
    }
    await panel.getByRole('button', { name: 'Raw' }).first().focus();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    assert.equal(await focusedId(), ids[2]);
    await page.keyboard.press('Space');
    await panel.waitFor();
    await page.keyboard.press('Space');
    await panel.waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await eventually(() => new URL(page.url()).pathname.endsWith(`/${ids[2]}`));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leads to the page of the run, which follows the order of the list, too', async () => {
    const { page, context, complaints, panel, idsInOrder } = await open('&order=TOTAL_TOKENS_DESC');
    const ids = await idsInOrder();
    // The last run on the first page.
    await page.keyboard.press('k');
    await page.keyboard.press('Space');
    await panel.getByRole('link', { name: 'Open' }).click();
    const idReachedBy = async (key, name) => {
      const before = page.url();
      await page.getByRole('link', { name }).waitFor();
      await page.keyboard.press(key);
      await page.waitForURL((url) => url.href !== before);
      return new URL(page.url()).pathname.split('/').at(-1);
    };
    assert.equal(await idReachedBy('k', 'Previous'), ids.at(-2));
    assert.equal(await idReachedBy('k', 'Previous'), ids.at(-3));
    assert.equal(await idReachedBy('j', 'Next'), ids.at(-2));
    assert.equal(await idReachedBy('j', 'Next'), ids.at(-1));
    assert.ok(!ids.includes(await idReachedBy('j', 'Next')));
    await page.keyboard.press('u');
    await page.locator('.row-link').first().waitFor();
    assert.deepEqual(await idsInOrder(), ids);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('continues with the next page of the list, and back with the previous one', async () => {
    const { page, context, complaints, idsInOrder, focusedId, shownId } = await open();
    const ids = await idsInOrder();
    await page.keyboard.press('k');
    await page.keyboard.press('Space');
    assert.equal(await shownId(), ids.at(-1));
    await page.keyboard.press('j');
    await eventually(async () => !ids.includes(await shownId()));
    const next = await idsInOrder();
    assert.deepEqual([await shownId(), await focusedId()], [next[0], next[0]]);
    await page.keyboard.press('k');
    await eventually(async () => (await shownId()) === ids.at(-1));
    assert.equal(await focusedId(), ids.at(-1));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('opens by a click, while text in rows can be selected', async () => {
    const { page, context, complaints, panel, idsInOrder, shownId } = await open();
    const ids = await idsInOrder();
    const cell = page.locator('.response-cell').nth(4);
    const { x, y, height } = await cell.boundingBox();
    await page.mouse.move(x + 14, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + 100, y + height / 2, { steps: 4 });
    await page.mouse.up();
    const selected = await page.evaluate(() => getSelection().toString());
    assert.ok(selected !== '' && (await cell.textContent()).includes(selected), selected);
    assert.equal(await panel.count(), 0);
    await cell.click();
    assert.equal(await shownId(), ids[4]);
    await page.locator('.row-link').nth(1).click();
    await eventually(async () => (await shownId()) === ids[1]);
    await page.goBack();
    await panel.waitFor({ state: 'detached' });
    assert.equal((await idsInOrder()).length, ids.length);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('keeps the rows of the list where they are, and drops columns from the right', async () => {
    const { page, context, complaints, panel, shownId, idsInOrder } = await open('', {
      viewport: { width: 1440, height: 900 },
    });
    const ids = await idsInOrder();
    const titles = () => page.locator('.run-table th').allTextContents();
    const before = await titles();
    await page.locator('.run-table').evaluate((table) => table.scrollTo(0, 300));
    const row = page.locator('.run-table tbody tr').nth(15);
    const place = async () => {
      const { y, height } = await row.boundingBox();
      return { y, height };
    };
    const placeBefore = await place();
    await row.locator('.response-cell').click();
    assert.equal(await shownId(), ids[15]);
    assert.deepEqual(await place(), placeBefore);
    const after = await titles();
    assert.ok(after.length < before.length, `${after}`);
    assert.deepEqual(after, before.slice(0, after.length));
    const { scrollWidth, clientWidth } = await page.locator('.run-table').evaluate((table) => ({
      scrollWidth: table.scrollWidth,
      clientWidth: table.clientWidth,
    }));
    assert.equal(scrollWidth, clientWidth);
    const sections = await panel
      .locator('.failure, .payload, .files, .facts')
      .evaluateAll((all) => all.map((item) => item.getAttribute('aria-label') ?? item.className));
    assert.deepEqual(
      sections.filter((name) => ['Response', 'Submitted', 'facts'].includes(name)),
      ['Response', 'Submitted', 'facts'],
    );
    await panel
      .locator('.peek-figures')
      .getByText(/ tokens/)
      .waitFor();
    await page.keyboard.press('Escape');
    assert.deepEqual(await titles(), before);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('has the title of the page of a run, and comes into sight without motion if people prefer none', async () => {
    const { page, context, complaints, panel, idsInOrder } = await open('', { viewport: { width: 1024, height: 768 } });
    const motionOf = () => panel.evaluate((element) => getComputedStyle(element).animation);
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
    await panel.getByRole('heading', { name: /^Support triage / }).waitFor();
    assert.match(await motionOf(), /0\.12s/);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    assert.match(await motionOf(), /^none/);
    await panel.getByRole('button', { name: 'Select' }).click();
    await panel.getByRole('button', { name: 'Select', pressed: true }).waitFor();
    const compare = panel.getByRole('link', { name: 'Compare' });
    const [id] = await idsInOrder();
    assert.equal(new URL(await compare.getAttribute('href')).searchParams.get('run'), id);
    await panel.getByRole('button', { name: 'Close' }).click();
    await panel.waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows placeholders until the run has arrived', async () => {
    const { page, context, panel } = await open();
    let proceed;
    const untilShown = new Promise((resolve) => {
      proceed = resolve;
    });
    await page.route('**/graphql', (route) => untilShown.then(() => route.continue()));
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
    await panel.locator('.payload-skeleton').first().waitFor();
    proceed();
    await panel.locator('.payload[aria-busy=false]').first().waitFor();
    assert.equal(await panel.locator('.skeleton').count(), 0);
    await context.close();
  });

  it('scrolls the row of a run that its address names into view', async () => {
    const first = await open();
    const ids = await first.idsInOrder();
    await first.context.close();
    const { page, context, shownId } = await open(`&peek=${taskId}/${ids[40]}`);
    await shownId();
    const table = await page.locator('.run-table').boundingBox();
    const row = await page.locator('tr[aria-current]').boundingBox();
    assert.ok(row.y > table.y && row.y + row.height <= table.y + table.height, JSON.stringify({ row, table }));
    await context.close();
  });

  it('gets the focus back to its row from the page of the run, by Escape and by the browser', async () => {
    const { page, context, complaints, idsInOrder, focusedId } = await open();
    const ids = await idsInOrder();
    for (const [back, index] of [
      [() => page.keyboard.press('Escape'), 2],
      [() => page.goBack(), 3],
    ]) {
      await page.keyboard.press('j');
      if (index === 2) await page.keyboard.press('j');
      if (index === 2) await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'All runs' }).waitFor();
      await back();
      await eventually(async () => (await focusedId()) === ids[index]);
    }
    await page.keyboard.press('j');
    assert.equal(await focusedId(), ids[4]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leaves clicks with Ctrl and the middle button to new tabs, anywhere in the row', async () => {
    const { page, context, complaints, panel, idsInOrder } = await open();
    const ids = await idsInOrder();
    const cell = page.locator('.response-cell').nth(3);
    for (const options of [{ modifiers: ['Control'] }, { button: 'middle' }]) {
      const [tab] = await Promise.all([context.waitForEvent('page'), cell.click(options)]);
      await eventually(() => new URL(tab.url()).pathname.endsWith(`/${ids[3]}`));
      await tab.close();
    }
    assert.equal(await panel.count(), 0);
    assert.equal(new URL(page.url()).pathname, '/runs');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('opens from its address again, also when the list contains other runs', async () => {
    const { id } = demoPlaces.failedRun;
    const { page, context, complaints, panel, shownId } = await open(`&status=SUCCESS&peek=${taskId}/${id}`);
    assert.equal(await shownId(), id);
    await panel.getByText('Why it failed').waitFor();
    await panel.getByRole('link', { name: 'Open' }).click();
    await eventually(() => new URL(page.url()).pathname === urlOfRun(demoPlaces.failedRun));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('stays readable at every width, and the titles of the list stay in sight', async () => {
    const { page, context, complaints, panel } = await open(`&peek=${taskId}/${demoPlaces.richRun.id}`);
    await panel.locator('.payload[aria-busy=false]').nth(1).waitFor();
    await lookAt(page, 'peek');
    await page.setViewportSize({ width: 1440, height: 900 });
    const title = page.getByRole('columnheader', { name: 'Created' });
    const before = await title.boundingBox();
    await page.locator('.row-link').last().focus();
    assert.ok(await page.locator('.run-table').evaluate(({ scrollTop }) => scrollTop > 0));
    assert.deepEqual(await title.boundingBox(), before);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('replaces the list where the page is too narrow for both', async () => {
    const { page, context, complaints } = await open('', { viewport: { width: 390, height: 800 } });
    await page.locator('.response-cell').first().click();
    await page.getByRole('link', { name: 'All runs' }).waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });
});
