import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';
import { insertOddRuns, odd } from './odd-run.mjs';
import { shiftsOf, visitRuns, watchShifts } from './runs-page.mjs';
import { currentToken, enterToken } from './session.mjs';

const { orgId, projectId, taskId, id } = demoPlaces.richRun;
const taskUrl = `/runs?org=${orgId}&project=${projectId}&task=${taskId}`;
const projectUrl = `/runs?org=${orgId}&project=${projectId}`;

describe('the list of runs with models', () => {
  const gateway = useGateway('embedded', { MODEL_POINTER: '/model' });

  it('shows a column for models, and names for the ids of users and revisions', async () => {
    const { page, context, complaints } = await visitRuns(gateway, `${taskUrl}&columns=model,revision,user`);
    await page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
    const titles = await page.locator('.run-table thead th').allTextContents();
    for (const title of ['Model', 'Revision', 'User']) assert.ok(titles.join().includes(title), titles.join());
    const table = await page.locator('.run-table tbody').textContent();
    for (const text of ['gpt-4o-mini', 'Version 2', 'Erika Mustermann']) assert.ok(table.includes(text), table);
    assert.deepEqual(complaints, []);
    await context.close();
  });
});

describe('the list of runs', () => {
  const gateway = useGateway();

  const open = async (path = taskUrl, options) => {
    const visit = await visitRuns(gateway, path, options);
    const rows = visit.page.locator('.run-table tbody tr:has(a)');
    return { ...visit, rows, url: () => new URL(visit.page.url()) };
  };
  const loaded = (page) => page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();

  it('shows the organization where its address names no scope, and stays readable at every width', async () => {
    const { page, context, complaints, rows, url } = await open('/runs');
    await loaded(page);
    assert.equal(url().search, `?org=${orgId}`);
    assert.equal(await rows.count(), 50);
    assert.deepEqual(await chooser(page, 'Project').locator('option').allTextContents(), [
      'All projects of Harbor Insurance',
      'Claims intake',
    ]);
    assert.deepEqual(await chooser(page, 'Task').locator('option').allTextContents(), [
      'All tasks',
      'Invoice extraction (your own runs)',
      'Sentiment classification',
      'Support triage',
      'Translation (your own runs)',
    ]);
    await lookAt(page, 'runs-list');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('names the days that runs of the task stay, below the last one', async () => {
    await gateway.query("INSERT INTO retention VALUES ('organization', $1, 90)", [orgId]);
    const { page, context, complaints } = await open(`${taskUrl}&context=conversation-7f3a`);
    await loaded(page);
    const sentence = page.getByText('Runs of this task are deleted after 90 days.');
    await sentence.waitFor();
    const below = (await page.locator('.run-table tbody tr').last().boundingBox()).y;
    assert.ok((await sentence.boundingBox()).y > below);
    await page.goto(gateway.url + taskUrl);
    await loaded(page);
    assert.equal(await sentence.count(), 0, 'there are older runs');
    await gateway.query('DELETE FROM retention');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('stays compact where it has no runs to show', async () => {
    const { page, context, complaints } = await open(`${taskUrl}&words=nothing-of-the-kind`);
    await page.getByText('No run in Support triage matches all of these filters.').waitFor();
    const { height } = await page.getByRole('button', { name: 'Remove the filters' }).boundingBox();
    assert.ok(height < 48, `the button is ${height} px high`);
    assert.equal(await page.getByRole('navigation', { name: 'Pages of the list' }).count(), 0);
    await lookAt(page, 'runs-list-empty');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('offers all of its columns within the window at every width', async () => {
    const { page, context } = await open();
    await loaded(page);
    const menu = page.locator('.menu').filter({ hasText: 'Columns' });
    await menu.locator('summary').click();
    for (const width of [390, 800, 1040, 1100, 1200, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      for (const box of await menu.locator('label:visible').all()) {
        const { x, width: size } = await box.boundingBox();
        assert.ok(x >= 0 && x + size <= width, `at ${width} px: ${await box.textContent()} from ${x}`);
        if ((await box.locator('[type=checkbox]').count()) === 0) continue;
        const checkbox = await box.locator('[type=checkbox]').boundingBox();
        assert.deepEqual([checkbox.width, checkbox.height], [16, 16], `at ${width} px: ${await box.textContent()}`);
      }
    }
    await context.close();
  });

  it('keeps one of its menus open, until Esc or a click elsewhere closes it', async () => {
    const { page, context } = await open();
    await loaded(page);
    const [columns, views] = ['Columns', 'Views'].map((name) =>
      page.locator('.menu summary').filter({ hasText: name }),
    );
    const opened = page.locator('.menu[open] summary');
    await columns.click();
    await page.getByLabel('Group', { exact: true }).check();
    assert.deepEqual(await opened.allTextContents(), ['Columns']);
    await views.click();
    await eventually(async () => (await opened.allTextContents()).join() === 'Views');
    await page.keyboard.press('Escape');
    await eventually(async () => (await opened.count()) === 0);
    assert.equal(await views.evaluate((view) => view === document.activeElement), true);
    await columns.click();
    await page.locator('.list-line').click();
    await eventually(async () => (await opened.count()) === 0);
    await context.close();
  });

  it('shows times of selected runs, and numbers, as wholes', async () => {
    await gateway.query(
      `UPDATE task_run SET llm_call_timing = 14.953600000000002, total_tokens = 1323579, charged_credits = 34567.8912 WHERE id = $1`,
      [id],
    );
    const { page, context, complaints } = await open(`${taskUrl}&order=TOTAL_TOKENS_DESC`);
    await loaded(page);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    const row = page.locator('tbody tr:has(:checked)');
    const cells = row.locator(':is(.created-cell, .number)');
    assert.deepEqual(
      await cells.evaluateAll((all) =>
        all.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
      ),
      [],
    );
    assert.deepEqual((await cells.allTextContents()).slice(1), ['15.0 s', '1,323,579', '34,567.89']);
    const reference = row.locator('.reference-cell');
    assert.equal(await reference.getAttribute('title'), await reference.textContent());
    await page.locator(`[data-run="${id}"]`).press('Enter');
    await page.getByTitle('14.9536 s').waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('moves nothing while it is filled', async () => {
    const { page, context } = await open();
    await loaded(page);
    await page.route('**/graphql', async (route) => {
      await new Promise((done) => setTimeout(done, 700));
      await route.continue();
    });
    await watchShifts(page);
    await chooser(page, 'Task').selectOption('Sentiment classification');
    await page.locator('.run-table[aria-busy=true]').waitFor();
    await loaded(page);
    assert.ok((await shiftsOf(page)) < 0.02, `shifted by ${await shiftsOf(page)}`);
    await context.close();
  });

  it('keeps its filters in its address, from which they return', async () => {
    const { page, context, complaints, rows, url } = await open();
    await loaded(page);
    await page.getByLabel('failed').check();
    await eventually(async () =>
      (await page.locator('.run-status').allTextContents()).every((content) => content === 'Failed'),
    );
    await page.getByLabel('Find').fill('reason: timeout');
    await page.keyboard.press('Enter');
    const [{ count }] = await gateway.query(
      `SELECT count(*)::integer FROM task_run WHERE task_id = $1 AND is_error AND primary_failure_reason LIKE '%timeout%'`,
      [taskId],
    );
    const matching = (item) => item.page.getByText(new RegExp(`^${count} runs?$`)).waitFor();
    await matching({ page });
    assert.equal(await rows.count(), count);
    assert.match(url().search, /&status=FAIL&reason=timeout$/);

    const another = await open(url().pathname + url().search);
    await matching(another);
    await another.page.getByRole('button', { name: 'Remove the filter Primary failure contains' }).click();
    await eventually(async () => (await another.rows.count()) > count);
    await another.context.close();

    await page.getByRole('button', { name: 'Remove all' }).click();
    await eventually(async () => (await rows.count()) === 50);

    await page.getByLabel('Find').fill('ORDER 378198');
    await page.keyboard.press('Enter');
    await page.getByText(/^1 run$/).waitFor();
    assert.match(url().search, /[?&]words=ORDER\+378198$/);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('highlights what a search found in rows, in the run next to them and on its page, also after a reload', async () => {
    const { page, context, complaints, url } = await open(`${taskUrl}&reference=order-104220`);
    await loaded(page);
    const found = (selector) =>
      page.evaluate(
        (within) =>
          [...(CSS.highlights.get('found') ?? [])]
            .filter((range) => range.startContainer.parentElement?.closest(within) !== null)
            .map(String),
        selector,
      );
    await eventually(async () => (await found('.reference-cell')).join() === 'order-104220');
    await page.getByLabel('Find').fill('ORDER 378198');
    await page.keyboard.press('Enter');
    await eventually(() => url().searchParams.get('words') === 'ORDER 378198');
    await page.reload();
    await loaded(page);
    assert.equal(await page.getByLabel('Find').inputValue(), 'ORDER 378198');
    assert.deepEqual(await found('.reference-cell'), []);
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
    await page.locator('.peek[aria-busy=false]').waitFor();
    const hasBoth = async (selector) => /order.*378198|378198.*order/is.test((await found(selector)).join());
    await eventually(() => hasBoth('.peek-body'));
    await page.getByRole('link', { name: 'Open', exact: true }).click();
    await page.getByRole('region', { name: 'Response' }).waitFor();
    await eventually(() => hasBoth('main'));
    await page.getByRole('link', { name: 'All runs' }).click();
    await page.getByRole('button', { name: 'Remove the filter Words' }).click();
    await eventually(async () => (await page.getByLabel('Find').inputValue()) === '');
    assert.deepEqual(await found('main'), []);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it("shows the ends of its period in the reader's time zone, and no other period next to them", async () => {
    const { page, context, url } = await open(`${taskUrl}&since=24h&from=2026-10-30T12:34:00.000Z`, {
      timezoneId: 'Asia/Tokyo',
    });
    await loaded(page);
    const period = chooser(page, 'Period');
    assert.equal(await period.inputValue(), 'range');
    assert.equal(await page.getByLabel('From', { exact: true }).inputValue(), '2026-10-30T21:34');
    await page.getByLabel('To', { exact: true }).fill('2026-10-30T22:00');
    await page.keyboard.press('Enter');
    await eventually(() => url().searchParams.get('to') === '2026-10-30T13:00:00.000Z');
    assert.equal(url().searchParams.get('since'), null);
    await period.selectOption('this month');
    await eventually(() => url().searchParams.get('since') === 'month');
    assert.deepEqual([url().searchParams.get('from'), url().searchParams.get('to')], [null, null]);
    await page.getByLabel('From', { exact: true }).waitFor({ state: 'detached' });
    await context.close();
  });

  it('explains an invalid filter', async () => {
    const { page, context } = await open(`${taskUrl}&min-tokens=many`);
    await page.getByRole('alert').waitFor();
    assert.match(await page.getByRole('alert').textContent(), /many/);
    await context.close();
  });

  it('moves from page to page, by the browser too', async () => {
    const { page, context, complaints } = await open(projectUrl);
    await loaded(page);
    const first = () => page.locator('.row-link').first().getAttribute('href');
    const newest = await first();
    const moveTo = async (action) => {
      const before = await first();
      await action();
      await eventually(async () => (await first()) !== before);
      await loaded(page);
    };
    await moveTo(() => page.getByRole('button', { name: 'Older' }).click());
    const older = await first();
    await moveTo(() => page.keyboard.press('o'));
    await moveTo(() => page.keyboard.press('n'));
    assert.equal(await first(), older);
    await moveTo(() => page.goBack());
    await moveTo(() => page.goBack());
    await moveTo(() => page.goBack());
    assert.equal(await first(), newest);
    assert.ok(await page.getByRole('button', { name: 'Newer' }).isDisabled());
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('works by the keyboard only', async () => {
    const { page, context, complaints, url } = await open();
    await loaded(page);
    const links = await page.locator('.row-link').evaluateAll((all) => all.map(({ href }) => href));
    const focused = () => page.evaluate(() => document.activeElement.href);
    for (const [key, index] of [
      ['j', 0],
      ['j', 1],
      ['ArrowDown', 2],
      ['k', 1],
    ]) {
      await page.keyboard.press(key);
      assert.equal(await focused(), links[index]);
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('order-104220');
    await page.keyboard.press('Enter');
    await page.getByText('1 run', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.list-line').click();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Response' }).waitFor();
    assert.equal(url().pathname, `/runs/${orgId}/${projectId}/${taskId}/${id}`);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('opens a run by its id, in any project', async () => {
    const { page, context, url } = await open(taskUrl, { as: 'owner' });
    await loaded(page);
    const { executorRun } = demoPlaces;
    await page.getByLabel('Find').fill(executorRun.id);
    await page.keyboard.press('Enter');
    await eventually(() => url().pathname.endsWith(`/${executorRun.taskId}/${executorRun.id}`));
    await context.close();
  });

  it('shows the selected columns', async () => {
    const { page, context, complaints, url } = await open();
    await loaded(page);
    await page.getByText('Columns', { exact: true }).click();
    for (const title of ['Submitted', 'Group', 'Files']) await page.getByLabel(title, { exact: true }).check();
    await page.getByLabel('LLM call', { exact: true }).uncheck();
    const titles = ['Status', 'Created', 'Response', 'Submitted', 'Tokens', 'Credits', 'Reference', 'Group', 'Files'];
    assert.deepEqual(await page.locator('.run-table th[scope]').allTextContents(), titles);
    assert.match(url().searchParams.get('columns'), /submitted/);
    await page.getByText('Pilot').first().waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows first values of responses by name, or those at chosen paths, and the message of a failure', async () => {
    const { page, context, complaints, url } = await open();
    await loaded(page);
    const cellOf = (run) => page.locator(`tr:has([data-run="${run}"]) .response-cell`);
    assert.match(await cellOf(id).textContent(), /^[a-z]+ [^{"]+ · [a-z_]+ /i);
    assert.equal(await cellOf(demoPlaces.failedRun.id).textContent(), 'The model did not answer within 60 seconds.');
    await page.getByText('Columns', { exact: true }).click();
    await page.getByLabel('Values of the response').fill('route/team');
    await page.keyboard.press('Enter');
    await eventually(async () => /^team [^·]+$/.test(await cellOf(id).textContent()));
    assert.equal(url().searchParams.get('show'), '/route/team');
    await page.getByRole('button', { name: 'Reset' }).click();
    await eventually(async () => /·/.test(await cellOf(id).textContent()));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows changes live in their place, and counts new runs until they are shown', async () => {
    const { page, context, complaints } = await open();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await loaded(page);
    const total = () => page.locator('.list-line output').first().textContent();
    const before = Number.parseInt(await total(), 10);
    await page.getByRole('switch', { name: 'Live' }).click();
    await page.locator('.live-state.live').waitFor();
    await loaded(page);
    const rowsAndPlaces = () =>
      page.locator('.row-link').evaluateAll((all) => all.map((item) => [item.href, item.getBoundingClientRect().top]));
    const listed = await rowsAndPlaces();
    const insert = (n) =>
      gateway.query(
        `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, is_error, reference)
         SELECT ('ffffffff-0000-0000-0000-' || lpad($2::integer::text, 12, '0'))::uuid, task_id, task_revision_id, '{}',
           created + interval '90 days' + $2::integer * interval '1 second', 1, 2, 3, $2::integer % 4 = 0, 'made just now'
         FROM task_run WHERE id = $1`,
        [id, n],
      );
    // Ten per second.
    for (let n = 1; n <= 30; n++) {
      await Promise.all([insert(n), new Promise((done) => setTimeout(done, 100))]);
      if (n % 10 === 0) assert.deepEqual(await rowsAndPlaces(), listed);
    }
    await page.getByRole('button', { name: '30 new, 7 failed' }).waitFor();
    assert.equal(await page.title(), '(30) Runs · Task runs');
    assert.equal(await total(), `${before + 30} runs`);
    // A run that is received again is not counted twice.
    await gateway.query(`UPDATE task_run SET reference = 'changed' WHERE id = 'ffffffff-0000-0000-0000-000000000001'`);
    await gateway.query(`UPDATE task_run SET reference = 'changed just now' WHERE id = $1`, [id]);
    await page.getByText('changed just now').waitFor();
    await page.getByRole('button', { name: '30 new, 7 failed' }).waitFor();
    assert.deepEqual(await rowsAndPlaces(), listed);
    assert.equal(await page.getByText('made just now').count(), 0);

    await page.locator('.list-line').click();
    await page.keyboard.press('.');
    await page.getByText('made just now').first().waitFor();
    assert.equal(await page.getByText('made just now').count(), 29);
    await page.locator('.new-runs').waitFor({ state: 'detached' });
    assert.equal(await total(), `${before + 30} runs`);
    await insert(31);
    await page.getByRole('button', { name: '1 new' }).click();
    await eventually(async () => (await page.getByText('made just now').count()) === 30);
    await gateway.query(`DELETE FROM task_run WHERE id::text LIKE 'ffffffff-0000-0000-0000-%'`);
    await eventually(async () => (await page.getByText('made just now').count()) === 0);
    await eventually(async () => (await total()) === `${before} runs`);
    await page.getByRole('switch', { name: 'Live' }).click();
    await gateway.query(`UPDATE task_run SET reference = 'order-104220' WHERE id = $1`, [id]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('lets live rows flow in at its top, at most once a second, unless a row is in use', async () => {
    const insert = (n) =>
      gateway.query(
        `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, reference)
         SELECT ('ffffffff-0000-0000-0002-' || lpad($2::integer::text, 12, '0'))::uuid, task_id, task_revision_id, '{}',
           created + interval '90 days' + $2::integer * interval '1 second', 1, 2, 3, 'flowed ' || $2::integer
         FROM task_run WHERE id = $1`,
        [id, n],
      );
    const { page, context, complaints } = await open();
    await loaded(page);
    await page.getByRole('switch', { name: 'Live' }).click();
    await page.locator('.live-state.live').waitFor();
    await loaded(page);
    const references = () => page.locator('.reference-cell').allTextContents();
    await insert(1);
    await eventually(async () => (await references())[0] === 'flowed 1');
    await page.evaluate(() => {
      globalThis.moments = [];
      new MutationObserver((records) => {
        if (records.some(({ addedNodes }) => addedNodes.length > 0)) globalThis.moments.push(performance.now());
      }).observe(document.querySelector('.run-table tbody'), { childList: true });
    });
    for (let made = 2; made <= 20; made++)
      await Promise.all([insert(made), new Promise((done) => setTimeout(done, 100))]);
    await eventually(async () => (await references())[0] === 'flowed 20');
    assert.deepEqual(
      (await references()).slice(0, 20),
      Array.from({ length: 20 }, (_, n) => `flowed ${20 - n}`),
    );
    const moments = await page.evaluate(() => globalThis.moments);
    for (const [index, moment] of moments.entries()) {
      assert.ok(index === 0 || moment - moments[index - 1] > 900, `${moments}`);
    }
    assert.equal(await page.locator('.new-runs').count(), 0);
    let n = 20;
    for (const [use, free] of [
      [() => page.keyboard.press('j'), () => page.evaluate(() => document.activeElement.blur())],
      [() => page.getByText('Columns', { exact: true }).click(), () => page.keyboard.press('Escape')],
      [
        () => page.locator('.run-table').evaluate((table) => table.scrollBy(0, 200)),
        () => page.locator('.run-table').evaluate((table) => table.scrollTo(0, 0)),
      ],
    ]) {
      await use();
      const before = await references();
      await insert(++n);
      await page.getByRole('button', { name: '1 new' }).waitFor();
      // The next moment at which rows could flow in.
      await page.evaluate(() => new Promise((done) => setTimeout(done, 1100)));
      assert.deepEqual(await references(), before);
      await free();
      await eventually(async () => (await references())[0] === `flowed ${n}`);
    }
    await gateway.query(`DELETE FROM task_run WHERE reference LIKE 'flowed %'`);
    await eventually(async () => (await page.getByText('flowed').count()) === 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('sets its period by dragging across its runs over time, and offers the way back', async () => {
    const { page, context, complaints, url } = await open(`${taskUrl}&status=FAIL&after=x`);
    await page.getByRole('button', { name: 'Go to the newest runs' }).click();
    await loaded(page);
    await page.locator('.histogram[aria-busy=false] .bar').first().waitFor();
    const bars = page.locator('.bar');
    const failed = page.locator('.bar:has(.bar-failed)');
    assert.ok((await failed.count()) > 0);
    assert.equal(await page.locator('.bar-succeeded').count(), 0, 'the list has failed runs only');
    const total = async () => Number.parseInt(await page.locator('.list-line output').first().textContent(), 10);
    const all = await eventually(total);
    const [one, other] = [await failed.first().boundingBox(), await bars.last().boundingBox()];
    const y = one.y + one.height / 2;
    await page.mouse.move(one.x + one.width / 2, y);
    await page.getByText(/: \d+ runs?, \d+ failed$/).waitFor();
    await page.mouse.down();
    await page.mouse.move((one.x + other.x) / 2, y, { steps: 3 });
    assert.ok((await page.locator('.bar.brushed').count()) > 1);
    await page.mouse.up();
    await eventually(() => url().searchParams.has('from') && url().searchParams.has('to'));
    await loaded(page);
    await eventually(async () => (await total()) < all);
    const [{ count }] = await gateway.query(
      'SELECT count(*)::integer FROM task_run WHERE task_id = $1 AND is_error AND created >= $2 AND created < $3',
      [taskId, url().searchParams.get('from'), url().searchParams.get('to')],
    );
    await page.getByText(new RegExp(`^${count} runs?$`)).waitFor();
    // A second period has the same way back.
    await page.locator('.histogram[aria-busy=false] .bar:has(.bar-failed)').first().click();
    await page.getByRole('button', { name: 'Back to any time' }).click();
    await eventually(async () => (await total()) === all);
    assert.deepEqual([url().searchParams.get('from'), url().searchParams.get('status')], [null, 'FAIL']);
    assert.equal(await page.getByRole('button', { name: /^Back to/ }).count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('reads its runs over time once, after its rows, and adds live ones', async () => {
    const { page, context } = await open(`${taskUrl}&status=FAIL`);
    await page.locator('.histogram[aria-busy=false] .bar').first().waitFor();
    const order = [];
    await page.route('**/graphql', async (route) => {
      const [, name] = /(?:query|subscription) (\w+)/.exec(route.request().postDataJSON().query);
      order.push(name);
      if (name !== 'Runs') return route.continue();
      const response = await route.fetch();
      order.push('rows');
      return route.fulfill({ response });
    });
    await page.getByRole('button', { name: 'Remove the filter Status' }).click();
    await loaded(page);
    await page.locator('.histogram[aria-busy=false] .bar-succeeded').first().waitFor();
    assert.deepEqual(
      order.filter((name) => ['Runs', 'rows', 'RunHistogram'].includes(name)),
      ['Runs', 'rows', 'RunHistogram'],
    );
    await page.getByRole('switch', { name: 'Live' }).click();
    await page.locator('.live-state.live').waitFor();
    await page.locator('.histogram[aria-busy=false]').waitFor();
    const last = async () => {
      await page.locator('.bar').last().hover();
      return page.locator('.histogram-reached').textContent();
    };
    const before = await last();
    await gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, is_error)
       SELECT 'ffffffff-0000-0000-0004-000000000001', task_id, task_revision_id, '{}', now(), 1, 2, 3, true
       FROM task_run WHERE id = $1`,
      [id],
    );
    await eventually(async () => (await last()) !== before && /[1-9]\d* failed$/.test(await last()));
    assert.equal(order.filter((name) => name === 'Changes').length, 1);
    await gateway.query(`DELETE FROM task_run WHERE id = 'ffffffff-0000-0000-0004-000000000001'`);
    await context.close();
  });

  it('shows values as the server wrote them, markup as text, and reads little of large ones', async () => {
    const { oddRun, longRun } = await insertOddRuns(gateway);
    await gateway.query('UPDATE task_run SET reference = $1 WHERE id = $2', [odd.html.slice(0, 64), longRun.id]);
    const { page, context, complaints } = await open();
    await loaded(page);
    const sizes = [];
    page.on('response', async (item) => sizes.push((await item.body().catch(() => '')).length));
    await page.getByLabel('succeeded').check();
    await eventually(() => sizes.length > 1);
    assert.ok(Math.max(...sizes) < 100_000, `${sizes}`);
    const cellsOf = (run) => page.locator(`tr:has(a[href*="${run.id}"])`).locator('td').allTextContents();
    const cells = await cellsOf(oddRun);
    assert.ok(cells.includes(odd.scale), cells);
    const shown = cells.find((cell) => cell.includes(odd.digits));
    assert.equal(shown, `b ${odd.digits} · 10 ${odd.scale} · html ${odd.html} · emoji ${odd.emoji}`);
    assert.ok((await cellsOf(longRun)).includes(odd.html.slice(0, 64)));
    assert.equal(await page.locator('main :is(img, script, td b)').count(), 0);
    await gateway.query('DELETE FROM task_run WHERE id = ANY($1)', [[oddRun.id, longRun.id]]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('sorts by every order of the API', async () => {
    const { page, context, complaints, url } = await open();
    await loaded(page);
    const title = page.getByRole('columnheader', { name: 'Tokens' });
    const tokens = async () =>
      (await page.locator('.tokens-cell').allTextContents()).map((content) => Number(content.replace(',', '')));
    for (const [order, sorted] of [
      ['descending', (all) => all.toSorted((one, other) => other - one)],
      ['ascending', (all) => all.toSorted((one, other) => one - other)],
    ]) {
      await title.getByRole('button').click();
      await eventually(async () => (await title.getAttribute('aria-sort')) === order);
      await loaded(page);
      await eventually(async () => JSON.stringify(await tokens()) === JSON.stringify(sorted(await tokens())));
    }
    assert.equal(url().searchParams.get('order'), 'TOTAL_TOKENS_ASC');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('explains to a caller without roles how to get one, and to a caller without permission that it is missing', async () => {
    const { page, context } = await open('/runs', { as: 'stranger' });
    await page.getByText('You have no role yet').waitFor();
    await context.close();
    const another = await open(projectUrl, { as: 'taskViewer' });
    await chooser(another.page, 'Project').waitFor();
    await another.page.goto(`${gateway.url}${taskUrl.replace(taskId, demoPlaces.executorRun.taskId)}`);
    await enterToken(another.page, another.token);
    await another.page.getByText('do not have access to this').waitFor();
    await another.context.close();
  });

  it('keeps the token nowhere while it goes from page to page', async () => {
    const { page, context, complaints, token } = await open();
    await loaded(page);
    await page.locator('.row-link').first().press('Enter');
    await page.goBack();
    await loaded(page);
    await page.getByRole('link', { name: 'Statistics' }).click();
    await page.waitForLoadState('networkidle');
    await assertTokenIsNowhere(page, gateway, token);
    assert.equal(await currentToken(page), token);
    assert.deepEqual(complaints, []);
    await context.close();
  });
});

function chooser(page, name) {
  return page.getByRole('combobox', { name, exact: true });
}
