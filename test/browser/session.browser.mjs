import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { launchBrowser, openPage } from './browser.mjs';
import { describeOnEachDatabase, startGateway, useGateway } from './gateway.mjs';
import { assertTokenIsNowhere } from './look.mjs';

describeOnEachDatabase('the field Token', (kind) => {
  const gateway = useGateway(kind);

  const open = async (path) => {
    const visit = await openPage(gateway);
    await visit.page.goto(`${gateway.url}${path}`);
    const field = visit.page.getByLabel('Token', { exact: true });
    await field.waitFor();
    return { ...visit, field };
  };
  const openTab = async (context, path) => {
    const page = await context.newPage();
    await page.goto(`${gateway.url}${path}`);
    const field = page.getByLabel('Token', { exact: true });
    await field.waitFor();
    return { page, field };
  };
  /** In the demo, a token is in place. */
  const signOut = async (page) => {
    const button = page.getByRole('button', { name: 'Sign out' });
    if (kind === 'embedded') await button.click();
  };

  it('appears on the home page', async () => {
    const { page, context, complaints } = await open('/');
    assert.equal(new URL(page.url()).pathname, '/');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  for (const path of ['/runs', '/runs/statistics', '/runs/a/b/c/d']) {
    it(`explains in a sentence a wrong token, at ${path}`, async () => {
      const { page, context, field } = await open(path);
      await signOut(page);
      await page.getByText(/Enter a token/).waitFor();
      await field.fill('nonsense');
      await field.press('Enter');
      await page
        .getByRole('alert')
        .getByText(/This token is not valid here/)
        .waitFor();
      await field.fill(await gateway.tokenOf('viewer', -3600));
      await page
        .getByRole('alert')
        .getByText(/This token has expired/)
        .waitFor();
      await context.close();
    });
  }

  it('accepts a token as it was copied, and forgets it with the page', async () => {
    const { page, context, field, complaints } = await open('/runs');
    const token = await gateway.tokenOf('owner');
    await field.fill(`Authorization: Bearer ${token}\n`);
    assert.equal(await field.inputValue(), token);
    await page.getByText(/ends in/).waitFor();
    await page.waitForLoadState('networkidle');
    await assertTokenIsNowhere(page, gateway, token);
    await page.reload();
    await field.waitFor();
    assert.notEqual(await field.inputValue(), token);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('takes the focus in a card of its own without a token, while nothing is sent to the API', async () => {
    const { page, context, field, complaints } = await open('/runs');
    await signOut(page);
    const sent = [];
    page.on('request', (request) => sent.push(new URL(request.url()).pathname));
    for (const path of ['/runs', '/runs/statistics', '/runs/a/b/c/d', '/graphql']) {
      await page.goto(`${gateway.url}${path}`);
      await field.waitFor();
      await signOut(page);
      sent.length = 0;
      const card = page.getByRole('region', { name: 'Sign in' });
      await card.waitFor();
      assert.ok(await field.evaluate((input) => input === document.activeElement), path);
      assert.equal(await page.locator('main .run-table').count(), 0);
      await page.waitForLoadState('networkidle');
      assert.deepEqual(
        sent.filter((each) => /^\/(graphql|api)/.test(each)),
        [],
        path,
      );
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('follows to a new tab, from the one that had the focus last, and disappears from all of them at once', async () => {
    const { page, context, field } = await open('/runs');
    const [owner, viewer] = [await gateway.tokenOf('owner'), await gateway.tokenOf('viewer')];
    await field.fill(owner);
    const second = await openTab(context, '/graphql');
    assert.equal(await second.field.inputValue(), owner);
    await second.field.fill(viewer);
    for (const [focused, token] of [
      [page, owner],
      [second.page, viewer],
    ]) {
      await focused.evaluate(() => dispatchEvent(new Event('focus')));
      const third = await openTab(context, '/runs/statistics');
      assert.equal(await third.field.inputValue(), token);
      await third.page.close();
    }
    await assertTokenIsNowhere(second.page, gateway, viewer);

    await second.page.getByRole('button', { name: 'Sign out' }).click();
    for (const each of [page, second.page]) await each.getByText(/Enter a token/).waitFor();
    await context.close();
  });

  it('stays out of new tabs once it has expired', async () => {
    const { context, field } = await open('/runs');
    const token = await gateway.tokenOf('viewer', -1);
    await field.fill(token);
    const { page, field: other } = await openTab(context, '/runs');
    if (kind === 'embedded') assert.notEqual(await other.inputValue(), token);
    else await page.getByText(/Enter a token/).waitFor();
    await context.close();
  });

  it('stays above the content of an expired token, and brings it back', async () => {
    const { page, context, field } = await open('/runs');
    await page.clock.install();
    await page.goto(`${gateway.url}/runs`);
    await field.waitFor();
    await field.fill(await gateway.tokenOf('viewer', 3600));
    await page.locator('.row-link').first().waitFor();
    const sent = [];
    page.on('request', (request) => sent.push(request.url()));
    await page.clock.fastForward('01:00:05');
    await page
      .getByRole('alert')
      .getByText(/This token has expired/)
      .waitFor();
    await page.locator('.stale .row-link').first().waitFor();
    assert.ok(await field.evaluate((input) => input === document.activeElement));
    assert.deepEqual(sent, []);
    await field.fill(await gateway.tokenOf('viewer', 7200));
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.locator('.row-link').first().waitFor();
    assert.equal(await page.locator('.stale').count(), 0);
    await context.close();
  });

  it('stays out of the reference of REST, which opens no channel for it', async () => {
    const { page, context, field } = await open('/runs');
    const token = await gateway.tokenOf('viewer');
    await field.fill(token);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    const other = await context.newPage();
    await other.addInitScript(() => {
      globalThis.channels = 0;
      globalThis.BroadcastChannel = class {
        constructor() {
          globalThis.channels++;
        }
      };
    });
    const sent = [];
    other.on('request', (request) => sent.push(request.headers().authorization));
    await other.goto(`${gateway.url}/docs`, { waitUntil: 'networkidle' });
    assert.equal(await other.evaluate(() => globalThis.channels), 0);
    assert.ok(sent.length > 0 && sent.every((each) => each === undefined));
    await context.close();
  });

  it('offers tokens of the demo by name, with their visible runs, where the gateway runs the demo', async () => {
    const { page, context } = await open('/runs');
    const choice = page.getByLabel('Read as');
    assert.equal(await choice.count(), kind === 'embedded' ? 1 : 0);
    const accessTexts = { owner: /^sees all runs of Harbor Insurance/, stranger: /^sees nothing/ };
    for (const [name, accessText] of kind === 'embedded' ? Object.entries(accessTexts) : []) {
      await choice.selectOption(name);
      await page.getByText(accessText).waitFor();
    }
    await context.close();
  });
});

describe('the field Token below a path of PUBLIC_URL', () => {
  it('keeps its token to its own tab', async () => {
    const gateway = await startGateway('embedded', { PUBLIC_URL: 'http://127.0.0.1/gateway' });
    const browser = await launchBrowser();
    const { page, context } = await openPage({ browser, url: gateway.url });
    const field = (each) => each.getByLabel('Token', { exact: true });
    await page.goto(`${gateway.url}/runs`);
    await field(page).fill(await gateway.tokenOf('stranger'));
    await page.getByText('has no role on any organization').waitFor();
    const other = await context.newPage();
    await other.goto(`${gateway.url}/runs`);
    await other.locator('.row-link').first().waitFor();
    assert.notEqual(await field(other).inputValue(), await field(page).inputValue());
    await browser.close();
    await gateway.stop();
  });
});
