import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { urlOfRun, visitRuns } from './runs-page.mjs';

const { richRun } = demoPlaces;
const { orgId, projectId, taskId } = richRun;
const taskQuery = `org=${orgId}&project=${projectId}&task=${taskId}`;

describe('the pages on a phone', () => {
  const gateway = useGateway();
  const open = async (path) => {
    const visit = await visitRuns(gateway, path, { as: 'owner', viewport: { width: 390, height: 844 } });
    await visit.page.locator('main:not([aria-busy=true])').waitFor();
    return visit;
  };
  /** Returns the controls that are too low for a finger. */
  const lowControls = (page) =>
    page.evaluate(() => {
      const controls =
        '.page-header nav a, button:not(.bare, .link, .skip-link), .order, select, summary, .as-button, ' +
        'input:not([type=checkbox], [type=radio])';
      return [...document.querySelectorAll(controls)]
        .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
        .map((element) => `${element.outerHTML.slice(0, 80)}: ${element.getBoundingClientRect().height}`);
    });

  for (const [name, path, ready] of [
    ['home', '/', '.home-figures'],
    ['the list', `/runs?${taskQuery}`, '.run-table[aria-busy=false] .row-link'],
    ['the statistics', `/runs/statistics?${taskQuery}&since=any`, '.measure-table td'],
    ['a run', urlOfRun(richRun), '.facts'],
  ]) {
    it(`have controls of at least 44 px on ${name}`, async () => {
      const { page, context } = await open(path);
      await page.locator(ready).first().waitFor();
      assert.deepEqual(await lowControls(page), []);
      await context.close();
    });
  }

  it('keep the names in sight while a table of the statistics is scrolled', async () => {
    const { page, context } = await open(`/runs/statistics?${taskQuery}&since=any`);
    const table = page.locator('.measure-table').first();
    const name = table.locator('tbody th').first();
    await name.waitFor();
    const { x } = await eventually(() => name.boundingBox());
    const cell = table.locator('tbody td').first();
    const before = (await cell.boundingBox()).x;
    await table.evaluate((element) => element.scrollBy({ left: 200, behavior: 'instant' }));
    assert.equal((await name.boundingBox()).x, x);
    assert.ok((await cell.boundingBox()).x < before);
    await context.close();
  });
});
