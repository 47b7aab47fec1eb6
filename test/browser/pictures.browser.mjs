// Inspects a failed run in the same way as docs/pages.md, and takes that document's screenshots. PICTURES=docs/pictures
// replaces the committed ones.

import assert from 'node:assert/strict';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { visitRuns } from './runs-page.mjs';
import { readAs } from './session.mjs';

const folder =
  process.env.PICTURES ?? join(process.env.ARTEFACTS ?? join(import.meta.dirname, '..', '..', 'artefacts'), 'pictures');
const maxBytes = 150_000;
const { orgId, projectId, taskId } = demoPlaces.failedRun;
const scope = `?org=${orgId}&project=${projectId}&task=${taskId}`;

describe('the walk-through of a failed run', () => {
  const gateway = useGateway();
  let visit;

  before(async () => {
    await mkdir(folder, { recursive: true });
    visit = await visitRuns(gateway, `/runs${scope}`, { viewport: { width: 1200, height: 960 } });
    await readAs(visit.page, 'viewer');
    await visit.page.evaluate(() => document.activeElement.blur());
  });

  const picture = (name, of) => takePicture(visit.page, name, of);

  it('begins in the list of failed runs', async () => {
    const { page } = visit;
    await page.locator('.row-link').first().waitFor();
    await page.keyboard.press('f');
    await eventually(async () =>
      (await page.locator('.run-status').allTextContents()).every((content) => content === 'Failed'),
    );
    await page.getByText(/^\d+ runs$/).waitFor();
    await picture('failed-runs');
  });

  it('continues on the page of one, which shows why it failed, what it cost, its input and its output', async () => {
    const { page } = visit;
    await page.locator(`[data-run="${demoPlaces.failedRun.id}"]`).press('Enter');
    await page.getByText('Why it failed').waitFor();
    for (const text of [
      'The primary model failed: timeout.',
      'The call was retried: 3 times.',
      'It ended after 1 min.',
      'only half of it: 24.90 of 49.80 EUR',
    ])
      await page.getByText(text).waitFor();
    await page.getByRole('region', { name: 'Response' }).getByText('The model did not answer').waitFor();
    await picture('failed-run');
  });

  it('continues with what happened before', async () => {
    const { page } = visit;
    const related = page.getByRole('region', { name: 'Runs of the same context, in order' });
    assert.deepEqual(await related.locator('.run-status').allTextContents(), ['Fallback', 'Failed']);
    await picture('same-context', related);
  });

  it('shows whether it was the only one', async () => {
    const { page } = visit;
    await page.getByRole('link', { name: 'Statistics' }).click();
    await page.getByRole('button', { name: 'Remove the filter Status' }).click();
    await page.getByRole('combobox', { name: 'Period' }).selectOption('any time');
    await page.locator('.breakdown-tabs').getByRole('button', { name: 'Primary failure' }).click();
    await page.getByRole('row', { name: /^timeout/ }).waitFor();
    await page.locator('.statistics-page[aria-busy=false]').waitFor();
    await picture('statistics');
    assert.deepEqual(visit.complaints, []);
  });
});

describe('the home page', () => {
  const gateway = useGateway();

  it('shows what fails in a demo that has been running for two days', async () => {
    await mkdir(folder, { recursive: true });
    await gateway.query(
      `UPDATE task_run SET created = now() - (timestamptz '2026-11-01Z' - created) / 15
       WHERE created >= '2026-10-02Z' AND created < '2026-11-01Z'`,
    );
    const { page, context } = await visitRuns(gateway, '/', { as: 'owner', viewport: { width: 1200, height: 800 } });
    await readAs(page, 'owner');
    await page.evaluate(() => document.activeElement.blur());
    await page.locator('.failure-kinds').waitFor();
    await page
      .locator('.findings-line')
      .getByText(/changed/)
      .waitFor();
    await takePicture(page, 'home');
    await context.close();
  });
});

async function takePicture(page, name, of = page) {
  const path = join(folder, `${name}.png`);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(300);
  await of.screenshot({ path });
  const { size } = await stat(path);
  assert.ok(size <= maxBytes, `${name} has ${size} bytes`);
}
