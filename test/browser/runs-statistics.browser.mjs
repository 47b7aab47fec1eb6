import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';
import { insertOddRuns, odd } from './odd-run.mjs';
import { shiftsOf, visitRuns, watchShifts } from './runs-page.mjs';
import { sessionButton } from './session.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const taskUrl = `/runs/statistics?org=${orgId}&project=${projectId}&task=${taskId}&since=any`;

describe('the page of statistics', () => {
  const gateway = useGateway();

  const open = async (path = taskUrl, options) => {
    const visit = await visitRuns(gateway, path, options);
    return { ...visit, url: () => new URL(visit.page.url()) };
  };
  const loaded = (page) => page.locator('.statistics-page[aria-busy=false] .tile-figure').first().waitFor();
  const tile = (page, name) => page.locator('.tile').filter({ has: page.getByText(name, { exact: true }) });
  const totalOf = (page, name) => tile(page, name).locator('.tile-figure').textContent();
  const changeOf = (page, name) => tile(page, name).locator('.tile-change').textContent();
  const choose = (page, name) => page.locator('.breakdown-tabs').getByRole('button', { name, exact: true }).click();
  /** Chooses a dimension by its tab, or in the menu of the others. */
  const breakDown = async (page, label) => {
    await page.locator('.breakdowns[aria-busy=false] .breakdown-tabs').waitFor();
    const tab = page.locator('.breakdown-tabs').getByRole('button', { name: label, exact: true });
    if ((await tab.count()) > 0) return tab.click();
    await page.getByRole('combobox', { name: 'Break down by' }).selectOption(label);
  };
  /** Returns the box of the chart's area, once it has been drawn. */
  const plotArea = async (page) => {
    let box = null;
    // It is drawn again when the revisions that it marks have been read.
    await eventually(async () => {
      box = await page.locator('.time-chart .u-over').boundingBox();
      return box !== null;
    });
    return box;
  };
  const groupRows = (page, title) => page.getByRole('region', { name: title, exact: true }).locator('tbody tr');
  /** Breakdowns follow the totals, with a separate operation. */
  const rowsOf = async (page, title) => {
    const names = page.getByRole('region', { name: title, exact: true }).locator('tbody th');
    await names.first().waitFor();
    return names.allTextContents();
  };

  const revisions = {
    older: '0195d1ff-1f42-0000-0000-000000000001',
    newer: '0195d1ff-1f42-0000-0000-000000000002',
  };
  const periodsUrl = taskUrl.replace('&since=any', '&reference=of-periods');
  /**
   * Eight to ten days ago, runs of which a third failed, and since the day before yesterday those of another revision, of
   * which three quarters failed.
   * @param times 3 runs and 4 runs
   */
  const insertPeriods = async (times = 8) => {
    const rows = await gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens,
         charged_credits, llm_call_timing, is_error, reference)
       SELECT ('ffffffff-0000-0000-0001-00000000' || lpad(copy::text, 3, '0') || n)::uuid, $1, (CASE WHEN n > 3 THEN $2 ELSE $3 END)::uuid, '{}',
         date_trunc('day', now()) - (CASE WHEN n > 4 THEN 1 WHEN n = 4 THEN 2 ELSE 7 + n END) * interval '1 day' + interval '12 hours',
         4, 6, 10, CASE WHEN n > 3 THEN 1 ELSE 2 END, CASE WHEN n > 3 THEN 2 ELSE 1 END, n IN (1, 5, 6, 7), 'of-periods'
       FROM generate_series(1, 7) AS n, generate_series(1, $4) AS copy RETURNING id`,
      [taskId, revisions.newer, revisions.older, times],
    );
    return rows.map(({ id }) => id);
  };
  const removeRuns = (ids) => gateway.query('DELETE FROM task_run WHERE id = ANY($1)', [ids]);

  it('shows by one operation the measures of the database, over time and by every dimension', async () => {
    const { page, context, complaints } = await open('/runs/statistics');
    const operations = [];
    page.on('request', (request) => {
      if (request.postData()?.includes('query Statistics')) operations.push(request.postDataJSON().variables);
    });
    await eventually(() => new URL(page.url()).searchParams.get('since') === '7d');
    await page.getByRole('combobox', { name: 'Period' }).selectOption('any time');
    await page.getByRole('combobox', { name: 'Task' }).selectOption('Support triage');
    await eventually(() => operations.at(-1)?.taskId === taskId);
    await loaded(page);
    await page.locator('.breakdowns[aria-busy=false] .measure-table').first().waitFor();
    const [{ runs, errors, credits }] = await gateway.query(
      `SELECT count(*)::text AS runs, count(*) FILTER (WHERE is_error)::text AS errors, sum(charged_credits)::text AS credits
       FROM task_run WHERE task_id = $1`,
      [taskId],
    );
    assert.equal(await totalOf(page, 'Runs'), `${runs} ${errors} failed`);
    assert.equal(await totalOf(page, 'Credits'), Number(credits).toLocaleString('en', { maximumFractionDigits: 2 }));
    await page.getByTitle(grouped(credits), { exact: true }).first().waitFor();
    await choose(page, 'Primary failure');
    assert.ok((await rowsOf(page, 'Primary failure')).includes('timeout'));
    await choose(page, 'Reporting group');
    assert.deepEqual((await rowsOf(page, 'Reporting group')).toSorted(), ['Operations', 'Pilot', 'none', 'Évaluation']);
    // The chart is loaded separately from the table, possibly after it.
    await page.locator('.time-chart canvas').waitFor();
    assert.equal(operations.filter((operation) => operation.taskId === taskId).length, 1);
    await lookAt(page, 'statistics', { settle: () => page.waitForTimeout(300) });
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows the same as a table, by hour, day and week', async () => {
    const { page, context, complaints } = await open();
    await loaded(page);
    await choose(page, 'Over time');
    const rows = page.locator('.measure-table tbody tr');
    const days = await rows.count();
    const [{ count }] = await gateway.query(
      `SELECT count(*)::text FROM task_run WHERE task_id = $1 AND created >= '2026-10-30Z' AND created < '2026-10-31Z'`,
      [taskId],
    );
    const dayCells = page.getByRole('row', { name: /^2026-10-30/ }).locator('td');
    assert.equal(await dayCells.first().textContent(), count);
    await page.getByRole('combobox', { name: 'Buckets' }).selectOption('weeks');
    await eventually(async () => (await rows.count()) < days / 5);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('compares every figure of a period with the previous one', async () => {
    const ids = await insertPeriods();
    const { page, context, complaints } = await open(`${periodsUrl}&since=7d&split=REVISION`);
    await loaded(page);
    for (const [name, total, change] of [
      ['Runs', '32 24 failed', '▲ 33.3 % vs 24'],
      ['Failure rate', '75.0 %', '▲ 41.7 pp vs 33.3 %'],
      ['LLM call, p95', '2.0 s', '▲ 100 % vs 1.0 s'],
      ['Tokens', '320', '▲ 33.3 % vs 240'],
      ['Credits', '32.00', '▼ 33.3 % vs 48.00'],
    ])
      assert.deepEqual([await totalOf(page, name), await changeOf(page, name)], [total, change]);
    // Only one revision ran, so it is compared with none, and its row shows when it first ran.
    await groupRows(page, 'Task revision').first().waitFor();
    const [newest, oldest] = await groupRows(page, 'Task revision').allTextContents();
    assert.ok(newest.startsWith(`…${revisions.newer.slice(-6)}32`), newest);
    assert.equal(oldest, undefined);
    await page.getByRole('combobox', { name: 'Period' }).selectOption('last 30 days');
    await eventually(async () => (await groupRows(page, 'Task revision').count()) === 2);
    const times = await groupRows(page, 'Task revision').first().locator('td').allTextContents();
    assert.equal(times.length, 10);
    assert.ok(times[8] < times[9], times);
    await removeRuns(ids);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows numbers of runs instead of rates, percentiles and changes of fewer than 20', async () => {
    const ids = await insertPeriods(1);
    const { page, context, complaints } = await open(`${periodsUrl}&since=7d&split=REVISION`);
    await loaded(page);
    for (const [name, total, change] of [
      ['Runs', '4 3 failed', ' vs 3'],
      ['Failure rate', '3 of 4 runs', ' vs 1 of 3 runs'],
      ['LLM call, p95', 'n = 4', ' vs n = 3'],
    ])
      assert.deepEqual([await totalOf(page, name), await changeOf(page, name)], [total, change]);
    const [row] = await groupRows(page, 'Task revision').allTextContents();
    assert.match(row, /433 of 4 runs0.*n = 4/);
    assert.equal(await page.locator('main .problem').count(), 0);
    await removeRuns(ids);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leads from each group of any dimension to its runs, also to those without a value', async () => {
    const { page, context, complaints, url } = await open();
    await loaded(page);
    for (const [label, path, title = label] of [
      ['Status'],
      ['Primary failure'],
      ['Kind of failure'],
      ['Reporting group'],
      ['Fallback model'],
      ['User'],
      ['Context'],
      ['Reference'],
      ['A value in the response', '/category', 'A value in the response: /category'],
      ['A value in the inputs', '/text', 'A value in the inputs: /text'],
    ]) {
      await breakDown(page, label);
      if (path) {
        await page.getByLabel('Path').fill(path);
        await page.keyboard.press('Enter');
      }
      const rows = groupRows(page, title);
      await rows.first().waitFor();
      const address = url().href;
      const names = await rows.locator('th').allTextContents();
      // The first group and, if there are any, the runs without a value.
      for (const index of new Set([0, names.indexOf('none')])) {
        if (index === -1) continue;
        const count = await rows.nth(index).locator('td').first().textContent();
        await rows.nth(index).getByRole('link').click();
        await page.getByText(new RegExp(`^${count} runs?$`)).waitFor();
        await page.goBack();
        await rows.first().waitFor();
        assert.equal(url().href, address);
      }
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('take the period that a drag across a chart covers', async () => {
    const ids = await insertPeriods();
    const { page, context, complaints, url } = await open(`${periodsUrl}&since=7d`);
    await loaded(page);
    const { x, y, width } = await plotArea(page);
    const at = (bar) => x + (width * (bar + 0.5)) / 8;
    await page.mouse.move(at(2), y + 60);
    await page.mouse.down();
    await page.mouse.move(at(5), y + 60, { steps: 5 });
    await page.mouse.up();
    await eventually(() => url().searchParams.has('from'));
    const { searchParams, pathname } = url();
    assert.equal(pathname, '/runs/statistics');
    const days = (Date.parse(searchParams.get('to')) - Date.parse(searchParams.get('from'))) / 86_400_000;
    assert.equal(Math.round(days), 4);
    assert.equal(searchParams.get('since'), null);
    assert.equal(await page.getByRole('combobox', { name: 'Period' }).inputValue(), 'range');
    await removeRuns(ids);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leads from a bar of a chart to its runs, and marks the bars that are a part', async () => {
    const ids = await insertPeriods(1);
    const { page, context, complaints, url } = await open(`${periodsUrl}&since=7d`);
    await loaded(page);
    await page.getByText('Dashed: a partial day').waitFor();
    await choose(page, 'Over time');
    const days = page.locator('.measure-table tbody tr');
    assert.deepEqual(
      (await days.locator('th').allTextContents()).map((content) => / partial day$/.test(content)),
      [true, false, false, false, false, false, false, true],
    );
    const position = await page.evaluate(() => {
      const { left, width } = document.querySelector('.time-chart .u-over').getBoundingClientRect();
      return (left + width * (6.5 / 8) - left) | 0;
    });
    await page
      .locator('.time-chart .u-over')
      .first()
      .click({ position: { x: position, y: 60 } });
    await page.getByText('3 runs', { exact: true }).waitFor();
    assert.ok(url().searchParams.has('from') && url().searchParams.has('to') && !url().searchParams.has('since'));
    await page.goBack();
    await loaded(page);
    await days.last().getByRole('link').click();
    await page.getByText(/^0 runs$/).waitFor();
    await removeRuns(ids);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('moves nothing while the pointer is on a chart, and wraps what is long', async () => {
    const { page, context } = await open(taskUrl, { viewport: { width: 390, height: 900 } });
    await loaded(page);
    await gateway.query(
      `UPDATE task_run SET primary_failure_reason = repeat('x', 900) WHERE primary_failure_reason = 'timeout' AND task_id = $1`,
      [taskId],
    );
    await page.reload();
    await sessionButton(page).waitFor();
    await loaded(page);
    await choose(page, 'Primary failure');
    await page.getByRole('link', { name: /^x{900}/ }).waitFor();
    await gateway.query(
      `UPDATE task_run SET primary_failure_reason = 'timeout' WHERE primary_failure_reason LIKE 'xxx%' AND task_id = $1`,
      [taskId],
    );
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    const heights = () => page.locator('.time-chart').evaluateAll((all) => all.map(({ offsetHeight }) => offsetHeight));
    const before = await heights();
    for (const chart of await page.locator('.time-chart .u-over').all()) {
      await chart.hover();
      assert.deepEqual(await heights(), before);
    }
    await context.close();
  });

  it('leads to the runs behind a figure, and back', async () => {
    const { page, context, complaints, url } = await open();
    await loaded(page);
    await choose(page, 'Primary failure');
    const count = await page
      .getByRole('row', { name: /^timeout/ })
      .locator('td')
      .first()
      .textContent();
    await page.getByRole('link', { name: 'timeout' }).click();
    await page.getByText(`${count} runs`, { exact: true }).waitFor();
    assert.equal(url().searchParams.get('is'), 'reason="timeout"');
    await page.getByRole('link', { name: 'Statistics' }).click();
    await loaded(page);
    assert.equal((await totalOf(page, 'Runs')).replace(/ .*/, ''), count);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows sums digit for digit, and names with markup as text', async () => {
    const { oddRun, longRun } = await insertOddRuns(gateway);
    await gateway.query(
      `UPDATE task_run SET reference = 'odd', primary_failure_reason = $1, charged_credits = $2::numeric WHERE id = $3`,
      [odd.html, `${odd.digits}.00`, oddRun.id],
    );
    const { page, context, complaints } = await open(`${taskUrl}&reference=odd`);
    await loaded(page);
    await page
      .locator('.tiles')
      .getByTitle(grouped(`${odd.digits}.00`), { exact: true })
      .waitFor();
    // A dimension with one group has no tab.
    await breakDown(page, 'Primary failure');
    const inTable = page
      .getByRole('region', { name: 'Primary failure', exact: true })
      .locator('tbody td:nth-of-type(8) > span');
    assert.equal(await inTable.textContent(), grouped(`${odd.digits}.00`));
    assert.equal(await inTable.getAttribute('title'), grouped(`${odd.digits}.00`));
    assert.deepEqual(await rowsOf(page, 'Primary failure'), [odd.html]);
    assert.equal(await page.locator('main :is(img, script, th b)').count(), 0);
    await gateway.query('DELETE FROM task_run WHERE id = ANY($1)', [[oddRun.id, longRun.id]]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows seconds without the noise of sums, and axes of large numbers as wholes', async () => {
    const { oddRun, longRun } = await insertOddRuns(gateway);
    await gateway.query(
      `UPDATE task_run SET reference = 'noise', llm_call_timing = 14.953600000000002, charged_credits = 34567890 WHERE id = $1`,
      [oddRun.id],
    );
    await gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens,
         llm_call_timing, reference)
       SELECT gen_random_uuid(), task_id, task_revision_id, '{}', created, 1, 1, 2, llm_call_timing, reference
       FROM task_run, generate_series(1, 19) WHERE id = $1`,
      [oddRun.id],
    );
    const { page, context, complaints } = await open(`${taskUrl}&reference=noise`);
    await loaded(page);
    assert.equal(await totalOf(page, 'LLM call, p95'), '15.0 s');
    await page.locator('.tiles').getByTitle('14.9536 s').first().waitFor();
    await tile(page, 'Credits').click();
    await page.locator('.time-chart', { hasText: 'Credits' }).locator('canvas').waitFor();
    // Redraws the chart so that its texts and their positions can be read.
    await page.evaluate(() => {
      globalThis.written = [];
      const { fillText } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
        if (this.textAlign === 'right') globalThis.written.push([text, x - this.measureText(text).width]);
        return fillText.call(this, text, x, y);
      };
    });
    await page.emulateMedia({ colorScheme: 'dark' });
    await eventually(() => page.evaluate(() => globalThis.written.some(([text]) => text === '20M')));
    assert.deepEqual(await page.evaluate(() => globalThis.written.filter(([, left]) => left < 0)), []);
    await gateway.query(`DELETE FROM task_run WHERE reference = 'noise' OR id = $1`, [longRun.id]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('ends the axis of rates at 100 %, and labels no two ticks alike', async () => {
    const { oddRun, longRun } = await insertOddRuns(gateway);
    await gateway.query(
      `UPDATE task_run SET reference = 'axes', is_error = true, charged_credits = 0.0009 WHERE id = $1`,
      [oddRun.id],
    );
    const ticksOf = async (measure) => {
      const { page, context } = await open(`${taskUrl}&reference=axes&measure=${measure}`);
      await page.locator('.time-chart canvas').waitFor();
      await page.evaluate(() => {
        const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
        // A chart may be drawn more than once.
        CanvasRenderingContext2D.prototype.clearRect = function (...area) {
          globalThis.written = [];
          return clearRect.apply(this, area);
        };
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
          if (this.textAlign === 'right') globalThis.written.push(text);
          return fillText.call(this, text, x, y);
        };
      });
      await page.emulateMedia({ colorScheme: 'dark' });
      await eventually(() => page.evaluate(() => globalThis.written?.length > 1));
      const ticks = await page.evaluate(() => globalThis.written);
      await context.close();
      return ticks;
    };
    await gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens,
         is_error, reference)
       SELECT gen_random_uuid(), $1, $1, '{}', now(), 1, 1, 2, true, 'axes' FROM generate_series(1, 30)`,
      [taskId],
    );
    const rates = await ticksOf('rate');
    assert.equal(Math.max(...rates.map(Number)), 100);
    const credits = await ticksOf('credits');
    assert.deepEqual([...new Set(credits)], credits);
    await gateway.query(`DELETE FROM task_run WHERE reference = 'axes' OR id = ANY($1)`, [[oddRun.id, longRun.id]]);
  });

  it('rounds credits of groups, which end below one another', async () => {
    const { page, context } = await open(`${taskUrl}&split=REFERENCE`);
    await loaded(page);
    const cells = page.locator('.breakdowns tbody td:nth-of-type(8) > span');
    await cells.first().waitFor();
    for (const text of await cells.allTextContents()) assert.match(text, /^[\d,]+\.(\d\d|0\d+)$/);
    const titles = await cells.evaluateAll((all) => all.map(({ title }) => title));
    assert.ok(
      titles.some((title) => /\.\d{3}/.test(title)),
      String(titles),
    );
    const ends = await cells.evaluateAll((all) => all.map((item) => Math.round(item.getBoundingClientRect().right)));
    assert.equal(new Set(ends).size, 1);
    await context.close();
  });

  it('asks for a path into JSON with the focus in its field, where an invalid one is explained', async () => {
    const { page, context, complaints, url } = await open();
    await loaded(page);
    const choice = page.getByRole('combobox', { name: 'Break down by' });
    await choice.selectOption('A value in the run data');
    const field = page.getByLabel('Path');
    assert.equal(await field.getAttribute('placeholder'), '/model');
    assert.equal(await field.evaluate((item) => item === document.activeElement), true);
    await choice.selectOption('A value in the response');
    await page.keyboard.type('category');
    await page.keyboard.press('Enter');
    await groupRows(page, 'A value in the response: /category').first().waitFor();
    assert.equal(url().searchParams.get('path'), '/category');
    await field.fill('/a~2');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('“/a~2” is not a path').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows revisions of a single task only, and leads from the ten largest groups to more', async () => {
    const { page, context, url } = await open(taskUrl.replace(/&task=[^&]+/, ''));
    await loaded(page);
    await groupRows(page, 'Task').first().waitFor();
    assert.equal(await page.getByRole('region', { name: 'Task revision', exact: true }).count(), 0);
    const offered = await page.locator('.breakdown-tabs :is(button, option)').allTextContents();
    assert.ok(!offered.includes('Task revision') && offered.includes('Task'), String(offered));
    await page.goto(gateway.url + taskUrl);
    await groupRows(page, 'Task revision').first().waitFor();
    await page.getByText('Each revision is compared with the one before.').waitFor();
    const more = page.getByRole('button', { name: 'Show more' });
    if ((await more.count()) > 0) {
      await more.first().click();
      await eventually(() => url().searchParams.has('split'));
    }
    await context.close();
  });

  it('sorts a table by a figure, and back', async () => {
    const { page, context } = await open(`${taskUrl}&split=REPORTING_GROUP`);
    await loaded(page);
    const rows = groupRows(page, 'Reporting group');
    await rows.first().waitFor();
    const failed = () => rows.locator('td:nth-child(3)').allTextContents();
    const names = await rows.locator('th').allTextContents();
    const button = page
      .getByRole('region', { name: 'Reporting group', exact: true })
      .getByRole('button', { name: 'Failed' });
    await button.click();
    const sorted = (await failed()).map(Number);
    assert.deepEqual(
      sorted,
      sorted.toSorted((one, other) => other - one),
    );
    await page.locator('th[aria-sort=descending]').waitFor();
    await button.click();
    assert.deepEqual(await rows.locator('th').allTextContents(), names);
    await context.close();
  });

  it('names users, and draws a line for each of the five largest groups', async () => {
    const { page, context, complaints } = await open(`${taskUrl}&split=USER`);
    await loaded(page);
    const keys = page.locator('.time-chart .series-key li');
    await keys.getByText('none').waitFor();
    const groups = await gateway.query(
      `SELECT coalesce(name, '…' || right(user_id::text, 6), 'none') AS name FROM
         (SELECT user_id, count(*) FROM task_run WHERE task_id = $1 GROUP BY user_id ORDER BY 2 DESC, 1 LIMIT 5) AS users
         LEFT JOIN resource_name ON org_id = $2 AND kind = 'user' AND id = user_id`,
      [taskId, orgId],
    );
    assert.deepEqual((await keys.allTextContents()).toSorted(), groups.map(({ name }) => name).toSorted());
    assert.ok(
      groups.some(({ name }) => / /.test(name)),
      'a name',
    );
    const row = groupRows(page, 'User').filter({ hasText: groups.find(({ name }) => / /.test(name)).name });
    const count = await row.locator('td').first().textContent();
    await row.getByRole('link').click();
    await page.getByText(`${count} runs`, { exact: true }).waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('lists revisions newest first, by their first run', async () => {
    const { page, context } = await open(`${taskUrl}&split=REVISION`);
    await loaded(page);
    const rows = groupRows(page, 'Task revision');
    await rows.first().waitFor();
    const first = await rows.locator('td:nth-last-child(2)').allTextContents();
    assert.ok(first.length > 1);
    assert.deepEqual(first, first.toSorted().toReversed());
    await context.close();
  });

  it('shows the values of a bucket at the pointer, below the title that stays', async () => {
    const { page, context } = await open(`${taskUrl}&measure=credits`);
    await loaded(page);
    const chart = page.locator('.time-chart', { hasText: 'Credits' });
    const values = chart.locator('.cursor-values');
    await chart.locator('canvas').waitFor();
    assert.equal(await values.count(), 0);
    await chart.locator('.u-over').hover();
    await values.getByText(/^credits/).waitFor();
    assert.equal(await chart.locator('figcaption').isVisible(), true);
    const line = await chart.locator('.cursor-line').boundingBox();
    // Somewhere else in the same bucket, the line does not move.
    await page.mouse.move(line.x + 2, line.y + 40);
    assert.equal((await chart.locator('.cursor-line').boundingBox()).x, line.x);
    await page.mouse.move(0, 0);
    await values.waitFor({ state: 'hidden' });
    await context.close();
  });

  it('draws the measure of a tile, of all runs or by the dimension of the table', async () => {
    const { page, context, complaints, url } = await open();
    await loaded(page);
    await tile(page, 'Failure rate').click();
    await page.locator('.time-chart', { hasText: 'Failure rate, %' }).locator('canvas').waitFor();
    await choose(page, 'Reporting group');
    const keys = page.locator('.time-chart .series-key li');
    await eventually(async () => (await keys.count()) === 4);
    assert.equal(url().searchParams.get('measure'), 'rate');
    await page.getByRole('button', { name: 'All runs' }).click();
    await eventually(async () => (await keys.count()) === 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leads back from a dragged period to the one before', async () => {
    const ids = await insertPeriods();
    const { page, context, url } = await open(`${periodsUrl}&since=7d`);
    await loaded(page);
    const { x, y, width } = await plotArea(page);
    const at = (bar) => x + (width * (bar + 0.5)) / 8;
    await page.mouse.move(at(2), y + 60);
    await page.mouse.down();
    await page.mouse.move(at(7), y + 60, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Back to last 7 days' }).click();
    await eventually(() => url().searchParams.get('since') === '7d' && !url().searchParams.has('from'));
    assert.equal(await page.getByRole('button', { name: /^Back to/ }).count(), 0);
    await removeRuns(ids);
    await context.close();
  });

  it('dims figures of a period that is no longer chosen, which keep its name', async () => {
    const { page, context } = await open(`${taskUrl.replace('&since=any', '')}&since=90d`);
    await loaded(page);
    let release;
    const isReleased = new Promise((done) => {
      release = done;
    });
    await page.route('**/graphql', async (route) => {
      await isReleased;
      await route.continue();
    });
    await page.getByRole('combobox', { name: 'Period' }).selectOption('any time');
    const figures = page.locator('.statistics-figures').first();
    await eventually(async () => (await figures.evaluate((item) => getComputedStyle(item).opacity)) === '0.45');
    await figures.getByText('Last 90 days').waitFor();
    release();
    await figures.getByText('All times').waitFor();
    await eventually(async () => (await figures.evaluate((item) => getComputedStyle(item).opacity)) === '1');
    await context.close();
  });

  it('names the time since when failures have been unusual', async () => {
    const rows = await gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens,
         is_error, reference)
       SELECT gen_random_uuid(), $1, $1, '{}', date_trunc('hour', now()) - n * interval '10 minutes', 1, 1, 2,
         n < 180 AND n % 3 = 0, 'of-rise'
       FROM generate_series(1, 2000) AS n RETURNING id`,
      [taskId],
    );
    const { page, context } = await open(`${taskUrl.replace('&since=any', '')}&since=7d&by=HOUR&reference=of-rise`);
    const note = page.getByText('The failure rate is above its usual range since');
    await note.waitFor();
    assert.match(await note.getAttribute('title'), /at least 20 runs/);
    const time = await note.locator('b').textContent();
    const hours = (Date.now() - Date.parse(`${time.replace(' ', 'T')}Z`)) / 3_600_000;
    assert.ok(Math.abs(hours - 30) <= 3, `${time}: ${hours} hours ago`);
    await removeRuns(rows.map(({ id }) => id));
    await context.close();
  });

  it('looks the same after the comparison, and the comparison after it', async () => {
    const { page, context } = await open('/');
    const follow = (name) => page.getByRole('navigation').getByRole('link', { name }).click();
    const displayOf = (selector) => page.locator(selector).evaluate((item) => getComputedStyle(item).display);
    const compare = async () => {
      await follow('Runs');
      await page.locator('.run-table .row-link').first().focus();
      await page.keyboard.press('c');
      await page.locator('.compared-figures').waitFor();
      assert.equal(await displayOf('.compared-figures'), 'table');
      const titles = page.locator('.compared-figures thead tr > :nth-child(2)');
      const values = page.locator('.compared-figures tbody tr:first-child > :nth-child(2)');
      assert.equal((await titles.boundingBox()).x, (await values.boundingBox()).x);
      assert.equal((await titles.boundingBox()).width, (await values.boundingBox()).width);
    };
    const statistics = async () => {
      await follow('Statistics');
      await page.getByRole('combobox', { name: 'Period' }).selectOption('any time');
      await loaded(page);
      assert.equal(await displayOf('.statistics-page > .statistics-figures'), 'grid');
      return (await page.locator('.statistics-figures').first().boundingBox()).width;
    };
    await page.getByRole('navigation').getByRole('link', { name: 'Statistics' }).waitFor();
    const width = await statistics();
    await compare();
    assert.equal(await statistics(), width);
    await context.close();
  });

  it('suggests what to do without runs', async () => {
    const { page, context, complaints } = await open(`${taskUrl}&reason=nothing`);
    await page.getByText('No run in Support triage matches all of these filters.').waitFor();
    await page.getByRole('button', { name: 'Remove the filters' }).click();
    await loaded(page);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('moves nothing while figures arrive, and keeps the token nowhere', async () => {
    const { page, context, token } = await open();
    await loaded(page);
    await page.route('**/graphql', async (route) => {
      await new Promise((done) => setTimeout(done, 700));
      await route.continue();
    });
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.locator('.facet-count').first().waitFor();
    // Facets are inserted at their positions as they arrive, one by one, and the names of their values later.
    await page.locator('.facet[aria-busy=true]').first().waitFor({ state: 'detached' });
    await page.waitForLoadState('networkidle');
    await watchShifts(page);
    await page.getByRole('checkbox', { name: /^failed/ }).check();
    await page.locator('.statistics-page[aria-busy=true]').waitFor();
    await loaded(page);
    assert.ok((await shiftsOf(page)) < 0.1, `shifted by ${await shiftsOf(page)}`);
    await assertTokenIsNowhere(page, gateway, token);
    await context.close();
  });
});

/** Formats decimals as the pages do: grouped by thousands before the point, with all digits after it. */
function grouped(decimal) {
  const [integer, fraction] = decimal.split('.');
  return `${integer.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}
