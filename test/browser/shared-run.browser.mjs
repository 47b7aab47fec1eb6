import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { revokeShares } from '../../dist/src/database/share-revocations.js';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { openPage } from './browser.mjs';
import { useGateway } from './gateway.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';
import { urlOfRun, visitRuns } from './runs-page.mjs';

const { richRun, failedRun } = demoPlaces;

/** Makes a link in the dialog of a run's page. */
async function shareRun(gateway, run, { withPayload = false } = {}) {
  const { page, context, complaints, token } = await visitRuns(gateway, urlOfRun(run), { as: 'owner' });
  await page.getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this run' });
  if (withPayload) await dialog.getByLabel('Also show inputs').check();
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const url = await dialog.getByLabel('Address of the link').inputValue();
  return { page, context, complaints, token, dialog, url };
}

describe('a shared run', () => {
  const gateway = useGateway('embedded', { SHARE_LINKS: 'payload' });

  it('is offered beside the copied link, and its address is shown once', async () => {
    const { page, context, complaints } = await visitRuns(gateway, urlOfRun(richRun), { as: 'owner' });
    await page.getByRole('button', { name: 'Share' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share this run' });
    await dialog.getByLabel('7 days').waitFor();
    assert.ok(await dialog.getByLabel('7 days').isChecked());
    assert.ok(!(await dialog.getByLabel('Also show inputs').isChecked()));
    await lookAt(page, 'share-dialog');
    await dialog.getByLabel('1 hour').check();
    await dialog.getByRole('button', { name: 'Make a link' }).click();
    await dialog.getByText('You cannot end it here.').waitFor();
    const url = await dialog.getByLabel('Address of the link').inputValue();
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/shared#[\w-]{100,}$/);
    assert.match(await dialog.locator('code').textContent(), /^npm run revoke -- --share [\da-f-]{36}$/);
    await lookAt(page, 'share-dialog-made');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Share' }).click();
    await dialog.getByRole('button', { name: 'Make a link' }).waitFor();
    assert.equal(await dialog.getByLabel('Address of the link').count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('is not offered to viewers', async () => {
    const { page, context } = await visitRuns(gateway, urlOfRun(richRun), { as: 'viewer' });
    await page.getByRole('button', { name: 'Copy link' }).waitFor();
    await page.locator('.facts').first().waitFor();
    assert.equal(await page.getByRole('button', { name: 'Share' }).count(), 0);
    await context.close();
  });

  it('shows all of the run to someone without a session, and asks only for the run', async () => {
    const { context: own, url, complaints: ownComplaints } = await shareRun(gateway, richRun, { withPayload: true });
    assert.deepEqual(ownComplaints, []);
    await own.close();
    const { page, context, complaints } = await openPage(gateway);
    const requested = [];
    page.on('request', (request) => requested.push(new URL(request.url()).pathname));
    await page.goto(url);
    await page.getByText('shared this run with you until').waitFor();
    await page.getByRole('region', { name: 'Submitted' }).waitFor();
    await page.getByRole('region', { name: 'Response' }).waitFor();
    await page.getByRole('region', { name: 'Files' }).waitFor();
    assert.equal(page.url(), `${gateway.url}/shared`);
    const others = requested.filter((path) => !path.startsWith('/pages/shared-run/') && path !== '/shared');
    assert.deepEqual([...new Set(others)], ['/api/v1/shared/run']);
    assert.deepEqual(await page.locator('a').evaluateAll((links) => links.map(({ href }) => href)), []);
    await assertTokenIsNowhere(page, gateway, `header.${url.slice(url.indexOf('#') + 1)}`);
    await lookAt(page, 'shared-run');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('button', { name: /^Download / })
        .first()
        .click(),
    ]);
    assert.ok((await download.suggestedFilename()).length > 0);
    assert.deepEqual(complaints, []);
    await page.reload();
    await page.getByText('The link is no longer in the address').waitFor();
    await context.close();
  });

  it('shows no payload in a link without it', async () => {
    const { context: own, url } = await shareRun(gateway, failedRun);
    await own.close();
    const { page, context, complaints } = await openPage(gateway);
    await page.goto(url);
    await page.getByText('This link shows neither inputs nor response nor files.').waitFor();
    await page.getByText('This link does not show the message.').waitFor();
    assert.equal(await page.getByRole('region', { name: 'Response' }).count(), 0);
    await lookAt(page, 'shared-run-usage');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('takes no part in the session of other tabs, and gives way to another link in the same tab', async () => {
    const { page: ownPage, context, url } = await shareRun(gateway, richRun);
    const page = await context.newPage();
    await page.addInitScript(() => {
      globalThis.used = [];
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'BroadcastChannel', 'SharedWorker'])
        Object.defineProperty(globalThis, name, { get: () => void globalThis.used.push(name) });
    });
    await page.goto(url);
    await page.getByText('This link shows neither').waitFor();
    assert.deepEqual(await page.evaluate(() => globalThis.used), []);
    assert.equal(await page.locator('.session-button').count(), 0);
    const { url: other, context: otherContext } = await shareRun(gateway, failedRun);
    await otherContext.close();
    await page.evaluate((address) => location.assign(address), other);
    await page.getByText('This link does not show the message.').waitFor();
    assert.equal(page.url(), `${gateway.url}/shared`);
    await ownPage.locator('.session-button').waitFor();
    await context.close();
  });

  it('is gone after the link was revoked', async () => {
    const { context: own, url, dialog } = await shareRun(gateway, richRun);
    const [id] = /[\da-f-]{36}$/.exec(await dialog.locator('code').textContent());
    await own.close();
    await revokeShares(gateway, { kind: 'share', id });
    const { page, context, complaints } = await openPage(gateway, { expected: /status of 404/ });
    await page.goto(url);
    await page.getByText('This link shows nothing.').waitFor();
    assert.equal(await page.locator('.facts').count(), 0);
    await lookAt(page, 'shared-run-gone');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('is a page with headers that keep it out of frames, caches and search engines', async () => {
    const { headers } = await fetch(`${gateway.url}/shared`);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('x-robots-tag'), 'noindex');
    assert.match(headers.get('content-security-policy'), /frame-ancestors 'none'/);
  });
});

describe('the pages of a gateway without links', () => {
  const gateway = useGateway();
  let html;
  before(async () => {
    html = await (await fetch(`${gateway.url}/runs`)).text();
  });

  it('do not mention them', async () => {
    assert.doesNotMatch(html, /shar(ing|ed-run)/);
    const { page, context } = await visitRuns(gateway, urlOfRun(richRun), { as: 'owner' });
    await page.locator('.facts').first().waitFor();
    assert.equal(await page.getByRole('button', { name: 'Share' }).count(), 0);
    await context.close();
  });
});
