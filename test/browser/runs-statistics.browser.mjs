import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';
import { insertOddRuns, odd } from './odd-run.mjs';
import { shiftsOf, visitRuns, watchShifts } from './runs-page.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const ofTask = `/runs/statistics?org=${orgId}&project=${projectId}&task=${taskId}`;

describe('the page of statistics', () => {
  const gateway = useGateway();

  const open = async (path = ofTask, options) => {
    const visit = await visitRuns(gateway, path, options);
    return { ...visit, url: () => new URL(visit.page.url()) };
  };
  const loaded = (page) => page.locator('.statistics-page[aria-busy=false] .totals').waitFor();
  const totalOf = (page, name) => page.locator('.totals > div', { hasText: name }).locator('dd').textContent();
  const rowsOf = (page, title) =>
    page.getByRole('region', { name: title, exact: true }).locator('tbody th').allTextContents();

  it('shows by one operation what the database holds, over time and by whatever runs are split by', async () => {
    const { page, context, complaints } = await open('/runs/statistics');
    const operations = [];
    page.on('request', (request) => {
      if (request.postData()?.includes('query Statistics')) operations.push(request.postDataJSON().variables);
    });
    await loaded(page);
    await page.getByRole('combobox', { name: 'Task' }).selectOption('Support triage');
    await eventually(() => operations.at(-1)?.taskId === taskId);
    await loaded(page);
    const [{ runs, errors, credits }] = await gateway.query(
      `SELECT count(*)::text AS runs, count(*) FILTER (WHERE is_error)::text AS errors, sum(charged_credits)::text AS credits
       FROM task_run WHERE task_id = $1`,
      [taskId],
    );
    assert.equal(await totalOf(page, 'Runs'), runs);
    assert.match(await totalOf(page, 'Failed'), new RegExp(`^${errors} `));
    assert.equal(await totalOf(page, 'Credits'), grouped(credits));
    assert.ok((await rowsOf(page, 'Failure reason')).includes('timeout'));
    assert.deepEqual((await rowsOf(page, 'Reporting group')).toSorted(), ['Operations', 'Pilot', 'none', 'Évaluation']);
    assert.equal(await page.locator('.time-chart canvas').count(), 3);
    assert.equal(operations.filter((each) => each.taskId === taskId).length, 1);
    await lookAt(page, 'statistics', { settle: () => page.waitForTimeout(300) });
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('has the same as a table, by hour, day and week', async () => {
    const { page, context, complaints } = await open();
    await loaded(page);
    await page.getByText('As a table').click();
    const rows = page.locator('.charts .measure-table tbody tr');
    const days = await rows.count();
    const [{ count }] = await gateway.query(
      `SELECT count(*)::text FROM task_run WHERE task_id = $1 AND created >= '2026-10-30Z' AND created < '2026-10-31Z'`,
      [taskId],
    );
    const ofDay = page.getByRole('row', { name: /^2026-10-30/ }).locator('td');
    assert.equal(await ofDay.first().textContent(), count);
    await page.getByRole('combobox', { name: 'Over time by' }).selectOption('week');
    await eventually(async () => (await rows.count()) < days / 5);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('compares a period with the one before', async () => {
    const { page, context, complaints } = await open(`${ofTask}&since=90d`);
    await loaded(page);
    assert.match(await totalOf(page, 'Runs'), /^\d+\d+ in the period before$/);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leads to the runs that a figure is of, and back', async () => {
    const { page, context, complaints, url } = await open();
    await loaded(page);
    const count = await page
      .getByRole('row', { name: /^timeout/ })
      .locator('td')
      .first()
      .textContent();
    await page.getByRole('link', { name: 'timeout' }).click();
    await page.getByText(`${count} runs`, { exact: true }).waitFor();
    assert.equal(url().searchParams.get('reason'), 'timeout');
    await page.getByRole('link', { name: 'Statistics' }).click();
    await loaded(page);
    assert.equal(await totalOf(page, 'Runs'), count);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows sums digit for digit, and names with markup as they are', async () => {
    const { oddRun, longRun } = await insertOddRuns(gateway);
    await gateway.query(
      `UPDATE task_run SET reference = 'odd', primary_failure_reason = $1, charged_credits = $2::numeric WHERE id = $3`,
      [odd.html, `${odd.digits}.00`, oddRun.id],
    );
    const { page, context, complaints } = await open(`${ofTask}&reference=odd`);
    await loaded(page);
    assert.equal(await totalOf(page, 'Credits'), grouped(`${odd.digits}.00`));
    assert.deepEqual(await rowsOf(page, 'Failure reason'), [odd.html]);
    assert.equal(await page.locator('main :is(img, script, th b)').count(), 0);
    await gateway.query('DELETE FROM task_run WHERE id = ANY($1)', [[oddRun.id, longRun.id]]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('says what to do where there are no runs', async () => {
    const { page, context, complaints } = await open(`${ofTask}&reason=nothing`);
    await page.getByText('No run matches all of these filters.').waitFor();
    await page.getByRole('button', { name: 'Remove the filters' }).click();
    await loaded(page);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('moves nothing while figures come, and keeps the token nowhere', async () => {
    const { page, context, token } = await open();
    await loaded(page);
    await page.route('**/graphql', async (route) => {
      await new Promise((done) => setTimeout(done, 700));
      await route.continue();
    });
    await watchShifts(page);
    await page.getByRole('combobox', { name: 'Status' }).selectOption('failed');
    await page.locator('.statistics-page[aria-busy=true]').waitFor();
    await loaded(page);
    assert.ok((await shiftsOf(page)) < 0.1, `shifted by ${await shiftsOf(page)}`);
    await assertTokenIsNowhere(page, gateway, token);
    await context.close();
  });
});

/** As pages write decimals: digits in threes before the point, all of them after it. */
function grouped(decimal) {
  const [integer, fraction] = decimal.split('.');
  return `${integer.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}
