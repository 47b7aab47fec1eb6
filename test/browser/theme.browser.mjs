import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { lookAt } from './look.mjs';
import { visitRuns } from './runs-page.mjs';
import { openMenu } from './session.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const statisticsUrl = `/runs/statistics?org=${orgId}&project=${projectId}&task=${taskId}&since=any`;
const darkGround = 'rgb(18, 21, 28)';
const lightGround = 'rgb(246, 247, 249)';

describe('the colours', () => {
  const gateway = useGateway();
  const groundOf = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const choose = async (page, name) => {
    const menu = await openMenu(page);
    await menu.getByRole('button', { name }).click();
    await page.keyboard.press('Escape');
  };

  it('are those of the system until others are chosen, on this page and in its charts', async () => {
    const { page, context, complaints } = await visitRuns(gateway, statisticsUrl, { as: 'owner' });
    const canvas = page.locator('.chart canvas').first();
    await canvas.waitFor();
    const drawn = () => canvas.evaluate((element) => element.toDataURL());
    const light = await drawn();
    assert.equal(await groundOf(page), lightGround);
    await choose(page, 'Dark');
    assert.equal(await groundOf(page), darkGround);
    await page.waitForFunction((before) => document.querySelector('.chart canvas').toDataURL() !== before, light);
    const dark = await drawn();
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await groundOf(page), darkGround);
    await choose(page, 'Light');
    await page.waitForFunction((before) => document.querySelector('.chart canvas').toDataURL() !== before, dark);
    assert.equal(await groundOf(page), lightGround);
    await choose(page, 'System');
    assert.equal(await groundOf(page), darkGround);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('are remembered for all pages and tabs', async () => {
    const { page, context, complaints } = await visitRuns(gateway, '/', { as: 'owner' });
    const other = await context.newPage();
    await other.goto(`${gateway.url}/runs`);
    await choose(page, 'Dark');
    await other.waitForFunction((dark) => getComputedStyle(document.body).backgroundColor === dark, darkGround);
    await page.goto(`${gateway.url}/graphql`);
    assert.equal(await groundOf(page), darkGround);
    await page.locator('body.graphiql-dark .graphiql-container').waitFor();
    await choose(page, 'Light');
    await page.locator('body.graphiql-light .graphiql-container').waitFor();
    await choose(page, 'Dark');
    await page.goto(`${gateway.url}/docs/`);
    await page.locator('html.dark-mode .swagger-ui').waitFor();
    assert.equal(await groundOf(page), darkGround);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('can be chosen in a menu that looks right', async () => {
    const { page, context } = await visitRuns(gateway, '/', { as: 'owner' });
    await page.locator('.home-page[aria-busy=false]').waitFor();
    await openMenu(page);
    await lookAt(page, 'theme');
    await context.close();
  });
});
