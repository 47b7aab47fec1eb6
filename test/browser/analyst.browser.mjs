import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { urlOfRun, visitRuns } from './runs-page.mjs';

const { richRun, failedRun } = demoPlaces;
const { orgId, projectId, taskId } = richRun;
const taskQuery = `org=${orgId}&project=${projectId}&task=${taskId}`;

describe('the pages for an analyst', () => {
  const gateway = useGateway();
  const as = 'analyst';

  before(() =>
    gateway.query("INSERT INTO access_grant VALUES ('organization', $1, 'user', $2, 'analyst')", [orgId, as]),
  );

  it('show the usage of a run, and a note that its payload is not visible', async () => {
    const { page, context, complaints } = await visitRuns(gateway, urlOfRun(failedRun), { as });
    await page.getByText('Inputs, response and files: not visible to your role.').waitFor();
    await page.locator('.facts').first().waitFor();
    assert.equal(await page.locator('.failure-message').textContent(), 'Not visible to your role.');
    assert.equal(await page.getByRole('region', { name: 'Response' }).count(), 0);
    assert.equal(await page.getByText('All run data').count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('show the usage in a list, and offer no filter by payload', async () => {
    const { page, context, complaints } = await visitRuns(gateway, `/runs?${taskQuery}`, { as });
    await page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
    const titles = await page.locator('.run-table th').allTextContents();
    assert.ok(titles.includes('User') && !titles.includes('Response'), String(titles));
    assert.equal(await page.getByText('Not visible to your role.').count(), 0);
    await page.getByText('Columns', { exact: true }).click();
    const offered = page.getByRole('group', { name: 'Columns of the table' });
    await offered.getByLabel('Tokens in').waitFor();
    assert.equal(await offered.getByLabel('Submitted').count(), 0);
    await page.keyboard.press('Escape');
    await page.getByText('Inputs, responses and files of some runs are not visible to you.').waitFor();
    await page.getByRole('group', { name: 'User' }).getByText(/\d/).first().waitFor();
    assert.equal(await page.getByRole('group', { name: 'Kind of failure' }).count(), 0);
    await page.getByText('More filters').click();
    assert.equal(await page.getByRole('combobox', { name: 'Files' }).count(), 0);
    assert.doesNotMatch(await page.getByLabel('Find').getAttribute('placeholder'), /words/);
    await page.getByLabel('Find').fill('refund');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '0 by reference' }).waitFor();
    assert.equal(await page.getByText('with this word').count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('export only usage', async () => {
    const { page, context, complaints } = await visitRuns(gateway, `/runs?${taskQuery}`, { as });
    await page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
    await page.keyboard.press('e');
    await page.getByRole('dialog').getByLabel('CSV').check();
    const labels = page.locator('.export-columns label');
    await labels.first().waitFor();
    assert.deepEqual(await labels.allTextContents(), [
      'what it was: task, time, status, references',
      'tokens and credits',
      'seconds',
    ]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('break statistics down only by usage', async () => {
    const { page, context, complaints } = await visitRuns(gateway, `/runs/statistics?${taskQuery}&since=any`, { as });
    const dimensions = () => page.locator('.breakdown-tabs :is(button, option)').allTextContents();
    await eventually(async () => {
      const labels = await dimensions();
      const isPayload = (label) => label === 'Kind of failure' || label.startsWith('A value in');
      return labels.includes('Primary failure') && !labels.some(isPayload);
    });
    assert.equal(await page.getByRole('alert').count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });
});
