// Walks through a failed run as docs/pages.md does, and takes that document's pictures. PICTURES=docs/pictures replaces
// those in the tree.

import assert from 'node:assert/strict';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { demoPlaces, demoSubjects } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { insertRun, visitRuns } from './runs-page.mjs';
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
    // The next run, with which the walk-through ends.
    await insertRun(gateway, {
      id: '01a18dd6-eb8a-ca7f-4b32-000000000001',
      response: '{"category": "billing", "priority": "high", "summary": "Half of a refund is missing."}',
    });
    await gateway.query(
      `UPDATE task_run SET created = '2026-10-30T17:23:54.120481Z', context_id = 'conversation-7f3a', llm_call_timing = 2.084,
       user_id = $1 WHERE id = '01a18dd6-eb8a-ca7f-4b32-000000000001'`,
      [demoSubjects.editor],
    );
    visit = await visitRuns(gateway, `/runs${scope}`, { viewport: { width: 1200, height: 960 } });
    await readAs(visit.page, 'viewer');
  });

  const picture = async (name, of = visit.page) => {
    const path = join(folder, `${name}.png`);
    await visit.page.mouse.move(0, 0);
    await visit.page.waitForTimeout(300);
    await of.screenshot({ path });
    const { size } = await stat(path);
    assert.ok(size <= maxBytes, `${name} has ${size} bytes`);
  };

  it('begins in the list of failed runs', async () => {
    const { page } = visit;
    await page.locator('.row-link').first().waitFor();
    await page.keyboard.press('f');
    await eventually(async () =>
      (await page.locator('.run-status').allTextContents()).every((each) => each === 'Failed'),
    );
    await page.getByText(/^\d+ runs$/).waitFor();
    await picture('failed-runs');
  });

  it('continues on the page of one, which shows why it failed, what it cost, its input and its output', async () => {
    const { page } = visit;
    await page.getByRole('link', { name: '2026-10-30 17:03:55' }).press('Enter');
    await page.getByText('Why it failed').waitFor();
    for (const text of [
      'The primary model failed: timeout.',
      'The call was retried: 3 times.',
      'The call ended after 1 min.',
      'only half of it: 24.90 of 49.80 EUR',
    ])
      await page.getByText(text).waitFor();
    await page.getByRole('region', { name: 'Response' }).getByText('The model did not answer').waitFor();
    await picture('failed-run');
  });

  it('ends with the next run', async () => {
    const { page } = visit;
    const related = page.getByRole('region', { name: 'Runs of the same context, in order' });
    assert.deepEqual(await related.locator('.run-status').allTextContents(), ['Fallback', 'Failed', 'Succeeded']);
    await picture('same-context', related);
  });

  it('shows whether it was the only one', async () => {
    const { page } = visit;
    await page.getByRole('link', { name: 'Statistics' }).click();
    await page.getByRole('button', { name: 'Remove the filter Status' }).click();
    await page.getByRole('combobox', { name: 'Period' }).selectOption('any time');
    await page.getByRole('row', { name: /^timeout/ }).waitFor();
    await page.locator('.statistics-page[aria-busy=false]').waitFor();
    await picture('statistics');
    assert.deepEqual(visit.complaints, []);
  });
});
