import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { launchBrowser, openPage } from './browser.mjs';
import { describeOnEachDatabase, startGateway, useGateway } from './gateway.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';
import { currentToken, enterToken, openMenu, readAs, sessionButton, signOut, tokenField } from './session.mjs';

describeOnEachDatabase('the session of the pages', (kind) => {
  const gateway = useGateway(kind);

  const open = async (path) => {
    const visit = await openPage(gateway);
    await visit.page.goto(`${gateway.url}${path}`);
    await tokenField(visit.page);
    await visit.page.keyboard.press('Escape');
    return visit;
  };
  const openTab = async (context, path) => {
    const page = await context.newPage();
    await page.goto(`${gateway.url}${path}`);
    return page;
  };
  /** In the demo, pages already have a token. */
  const withoutToken = async (page) => {
    if (kind === 'embedded') await signOut(page);
  };

  it('begins on the home page', async () => {
    const { page, context, complaints } = await open('/');
    assert.equal(new URL(page.url()).pathname, '/');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  for (const path of ['/runs', '/runs/statistics', '/runs/a/b/c/d']) {
    it(`explains in a sentence a wrong token, at ${path}`, async () => {
      const { page, context } = await open(path);
      await withoutToken(page);
      await page.getByText('Paste a bearer token').waitFor();
      const field = await tokenField(page);
      await field.fill('nonsense');
      await field.press('Enter');
      await page
        .getByRole('alert')
        .getByText(/Invalid token/)
        .waitFor();
      await field.fill(await gateway.tokenOf('viewer', -3600));
      await page.getByRole('alert').getByText('Your session ended. Sign in again.').waitFor();
      await context.close();
    });
  }

  it('accepts a token as it was copied, and forgets it with the page', async () => {
    const { page, context, complaints } = await open('/runs');
    const token = await gateway.tokenOf('owner');
    await enterToken(page, `Authorization: Bearer ${token}\n`);
    assert.equal(await currentToken(page), token);
    await page.waitForLoadState('networkidle');
    await assertTokenIsNowhere(page, gateway, token);
    await page.reload();
    if (kind === 'embedded') assert.notEqual(await currentToken(page), token);
    else await page.getByText('Paste a bearer token').waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows whose token it is, what they see and for how long, in a menu that Esc closes', async () => {
    const { page, context, complaints } = await open('/runs');
    await enterToken(page, await gateway.tokenOf('owner'));
    const menu = await openMenu(page);
    assert.match(await sessionButton(page).textContent(), /^…[\da-f]{6}$/);
    await menu.getByText('owner of Harbor Insurance').waitFor();
    await menu.getByText(/^Session ends in (59|60) minutes$/).waitFor();
    await lookAt(page, `session-menu-${kind}`);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    assert.ok(await sessionButton(page).evaluate((button) => button === document.activeElement));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows a card with the focus in its field without a token, while nothing is sent to the API', async () => {
    const { page, context, complaints } = await open('/runs');
    await withoutToken(page);
    const sent = [];
    page.on('request', (request) => sent.push(new URL(request.url()).pathname));
    for (const path of ['/runs', '/runs/statistics', '/runs/a/b/c/d', '/graphql']) {
      await page.goto(`${gateway.url}${path}`);
      await withoutToken(page);
      sent.length = 0;
      const field = await tokenField(page);
      await page.getByRole('heading', { name: 'Sign in to Task runs' }).waitFor();
      assert.ok(await field.evaluate((input) => input === document.activeElement), path);
      assert.equal(await page.locator('main .run-table').count(), 0);
      assert.equal(await sessionButton(page).count(), 0);
      await untilQuiet(page);
      assert.deepEqual(
        sent.filter((item) => /^\/(graphql|api)/.test(item)),
        [],
        path,
      );
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('follows to a new tab, from the one that had the focus last, and ends in all of them at once', async () => {
    const { page, context } = await open('/runs');
    const [owner, viewer] = [await gateway.tokenOf('owner'), await gateway.tokenOf('viewer')];
    await enterToken(page, owner);
    const second = await openTab(context, '/graphql');
    assert.equal(await currentToken(second), owner);
    await enterToken(second, viewer);
    for (const [focused, token] of [
      [page, owner],
      [second, viewer],
    ]) {
      await focused.evaluate(() => dispatchEvent(new Event('focus')));
      const third = await openTab(context, '/runs/statistics');
      assert.equal(await currentToken(third), token);
      await third.close();
    }
    await assertTokenIsNowhere(second, gateway, viewer);

    await signOut(second);
    for (const each of [page, second]) await each.getByText('Paste a bearer token').waitFor();
    await context.close();
  });

  it('stays out of new tabs once its token has expired', async () => {
    const { page, context } = await open('/runs');
    const token = await gateway.tokenOf('viewer', -1);
    await (await tokenField(page)).fill(token);
    const other = await openTab(context, '/runs');
    if (kind === 'embedded') assert.notEqual(await currentToken(other), token);
    else await other.getByText('Paste a bearer token').waitFor();
    await context.close();
  });

  it('leaves the content of an expired token below the card, and brings it back', async () => {
    const { page, context } = await open('/runs');
    await page.clock.install();
    await page.goto(`${gateway.url}/runs`);
    await enterToken(page, await gateway.tokenOf('viewer', 3600));
    await page.locator('.row-link').first().waitFor();
    // The list arrives before the rest of the page.
    await page.waitForLoadState('networkidle');
    const sent = [];
    page.on('request', (request) => sent.push(request.url()));
    await page.clock.fastForward('01:00:05');
    await page.getByRole('alert').getByText('Your session ended. Sign in again.').waitFor();
    await page.locator('.stale .row-link').first().waitFor();
    assert.equal(await page.locator('main').count(), 1);
    const field = await tokenField(page);
    assert.ok(await field.evaluate((input) => input === document.activeElement));
    assert.deepEqual(sent, []);
    await field.fill(await gateway.tokenOf('viewer', 7200));
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.locator('.row-link').first().waitFor();
    assert.equal(await page.locator('.stale').count(), 0);
    await context.close();
  });

  it('offers tokens of the demo by name, with their visible runs, where the gateway runs the demo', async () => {
    const { page, context } = await open('/runs');
    const accessTexts = { owner: /^sees all runs of Harbor Insurance/, stranger: /^sees nothing/ };
    if (kind === 'postgres') assert.equal(await page.getByLabel('Read as').count(), 0);
    for (const [name, accessText] of kind === 'embedded' ? Object.entries(accessTexts) : []) {
      await readAs(page, name);
      assert.equal(await sessionButton(page).textContent(), name);
      const menu = await openMenu(page);
      await menu.getByText(accessText).waitFor();
    }
    await context.close();
  });
});

describe('the session below a path of PUBLIC_URL', () => {
  it('keeps its token to its own tab', async () => {
    const gateway = await startGateway('embedded', { PUBLIC_URL: 'http://127.0.0.1/gateway' });
    const browser = await launchBrowser();
    const { page, context } = await openPage({ browser, url: gateway.url });
    await page.goto(`${gateway.url}/runs`);
    await enterToken(page, await gateway.tokenOf('stranger'));
    await page.getByText('You have no role yet').waitFor();
    const other = await context.newPage();
    await other.goto(`${gateway.url}/runs`);
    await other.locator('.row-link').first().waitFor();
    assert.notEqual(await currentToken(other), await currentToken(page));
    await browser.close();
    await gateway.stop();
  });
});

/**
 * Waits until a page has loaded nothing more for as long as Playwright's `networkidle` takes, which on a busy machine has
 * not come at all.
 */
async function untilQuiet(page) {
  await page.evaluate(async () => {
    const loaded = () => performance.getEntriesByType('resource').length;
    for (let before = -1; before < loaded(); ) {
      before = loaded();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });
}
