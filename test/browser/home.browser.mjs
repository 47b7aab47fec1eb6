import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';
import { shiftsOf, visitRuns, watchShifts } from './runs-page.mjs';

const { richRun, executorRun, sharedRun } = demoPlaces;
const known = 'The provider declined the request.';
const fresh = 'The model lost its thread after 60 tokens.';
const revision = '0195d1ff-1f42-0000-0000-00000000abcd';
const kindOfFresh = 'The model lost its thread after # tokens.';

describe('the home page', () => {
  const gateway = useGateway();
  const removeRecent = () => gateway.query("DELETE FROM task_run WHERE created > now() - interval '49 hours'");
  let inserted = 0;
  /** Adds `count` runs of a task. If there is a message, the runs failed. */
  const insertRuns = async ({ taskId }, hoursAgo, count, { message, seconds = 1 } = {}) => {
    await gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens,
         charged_credits, llm_call_timing, is_error, response)
       SELECT ('fffffff0-0000-0000-0001-' || lpad(n::text, 12, '0'))::uuid, $1, $2, '{}', now() - $3 * interval '1 hour',
         1, 1, 2, 0.5, $4, $5, $6
       FROM generate_series($7::int, $8) AS n`,
      [
        taskId,
        revision,
        hoursAgo,
        seconds,
        message !== undefined,
        message === undefined ? '{}' : JSON.stringify({ detail: { message } }),
        inserted + 1,
        inserted + count,
      ],
    );
    inserted += count;
  };
  const open = async (as = 'owner', path = '/', viewport = { width: 1440, height: 900 }) => {
    const visit = await visitRuns(gateway, path, { as, viewport });
    const operations = [];
    visit.page.on('request', (request) => {
      if (request.postData()?.includes('query Home')) operations.push(request.postDataJSON());
    });
    await visit.page.locator('.home-page[aria-busy=false]').waitFor();
    return { ...visit, operations, url: () => new URL(visit.page.url()) };
  };
  const loaded = (page) => page.locator('.home-figures').waitFor();
  const rows = (page) => page.locator('.task-table tbody tr');
  const rowOf = (page, name) => rows(page).filter({ has: page.locator('.name-cell', { hasText: name }) });
  /** Returns the visible texts of a row's cells. */
  const cellsOf = async (row) =>
    (await row.locator('th, td').allTextContents()).map((text) => text.trim()).filter((text) => text !== '');
  const projectsOf = async (page) =>
    (await page.locator('.group-row .name-cell').allTextContents()).map((text) => text.replace(/ \d+$/, ''));
  const kinds = (page) => page.locator('.failure-kinds > li');
  const opacityOf = (page) => page.locator('.home-figures').evaluate((figures) => getComputedStyle(figures).opacity);
  /** Holds the page's operations until the returned function is called. */
  const holdFigures = async (page) => {
    let release;
    const released = new Promise((resolve) => {
      release = resolve;
    });
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('query Home')) await released;
      await route.continue();
    });
    return release;
  };

  before(async () => {
    await removeRecent();
    await insertRuns(richRun, 30, 20);
    await insertRuns(richRun, 30, 5, { message: known });
    await insertRuns(richRun, 2, 22, { seconds: 3 });
    await insertRuns(richRun, 2, 7, { message: known });
    await insertRuns(richRun, 1, 1, { message: fresh });
    await insertRuns(executorRun, 3, 2);
    await insertRuns(sharedRun, 3, 1, { message: known });
    const [{ id }] = await gateway.query(
      'SELECT task.id FROM task JOIN project ON project.id = project_id WHERE task.name = $1 AND project.name = $2',
      ['Invoice extraction', 'Customer voice'],
    );
    await insertRuns({ taskId: id }, 3, 3);
  });

  it('compares each task of all projects and organizations with the day before, those with most failures first', async () => {
    const { page, context, complaints, token } = await open();
    await loaded(page);
    await page.getByText('Compared with the 24 hours before.').waitFor();
    assert.deepEqual(await Promise.all((await rows(page).all()).map(cellsOf)), [
      ['Harbor Insurance / Claims intake 2', '32▲ 28.0 %', '8', '25.0 %▲ 5.0 pp', '64', '16.00▲ 28.0 %'],
      ['Support triage', '30▲ 20.0 %', '8', '26.7 %▲ 6.7 pp', '3.0 s▲ 200 %', '60', '15.00▲ 20.0 %'],
      ['Translation', '2none before', '0', '0 of 2 runs', 'n = 2', '4', '1.00'],
      ['Lumen Retail / Storefront 1', '1none before', '1', '1 of 1 run', '2', '0.50'],
      ['Support triage', '1none before', '1', '1 of 1 run', 'n = 1', '2', '0.50'],
      ['Harbor Insurance / Customer voice 1', '3none before', '0', '0 of 3 runs', '6', '1.50'],
      ['Invoice extraction', '3none before', '0', '0 of 3 runs', 'n = 3', '6', '1.50'],
    ]);
    assert.deepEqual(await page.locator('.task-table .problem').allTextContents(), ['25.0 %', '26.7 %']);
    await assertTokenIsNowhere(page, gateway, token);
    await lookAt(page, 'home');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('folds the tasks without runs, and lists them with their projects', async () => {
    const { page, context } = await open();
    await loaded(page);
    const idle = page.locator('.idle-tasks').getByRole('link', { name: 'Invoice extraction' });
    await page.getByText(/^\d+ tasks without runs$/).waitFor();
    assert.equal(await idle.filter({ visible: true }).count(), 0);
    await page.getByText(/^\d+ tasks without runs$/).click();
    assert.equal(await idle.filter({ visible: true }).count(), 2);
    await context.close();
  });

  it('lists new kinds of failures first, each with its message, number, times, tasks and revisions', async () => {
    const { page, context } = await open();
    await loaded(page);
    const texts = (await kinds(page).allInnerTexts()).map((text) => text.split('\n').filter((line) => line !== ''));
    const task = `Support triage …${revision.slice(-6)}`;
    assert.deepEqual(texts, [
      [
        fresh,
        `${task} in Harbor Insurance / Claims intake`,
        '1 run new',
        'first seen 1 hour ago',
        'last seen 1 hour ago',
      ],
      [known, `${task} in Lumen Retail / Storefront`, '1 run new', 'first seen 3 hours ago', 'last seen 3 hours ago'],
      [
        known,
        `${task} in Harbor Insurance / Claims intake`,
        '7 runs 5 before',
        'first seen yesterday',
        'last seen 2 hours ago',
      ],
    ]);
    await page.getByText('New kinds first, then those that grew most.').waitFor();
    assert.equal(await page.getByRole('link', { name: fresh }).getAttribute('title'), kindOfFresh);
    await context.close();
  });

  it('leads to the runs of a task, to its failed ones, and to those of a kind, and back', async () => {
    const { page, context, complaints, url } = await open();
    await loaded(page);
    for (const [link, count] of [
      [rows(page).nth(1).getByRole('link', { name: 'Support triage', exact: true }), '30 runs'],
      [rows(page).nth(1).getByRole('link', { name: '8' }), '8 runs'],
      [kinds(page).last().getByRole('link', { name: known }), '7 runs'],
      [kinds(page).getByRole('link', { name: 'Lumen Retail / Storefront' }), '1 run'],
    ]) {
      await link.click();
      await page.getByText(count, { exact: true }).waitFor();
      assert.equal(url().pathname, '/runs');
      assert.equal(url().searchParams.get('since'), '24h');
      await page.goBack();
      await loaded(page);
      assert.equal(url().pathname, '/');
    }
    await page.getByRole('link', { name: 'Statistics of Support triage' }).first().click();
    await page.locator('.statistics-page[aria-busy=false] .tile-figure').getByText(/^30\D/).waitFor();
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.getByRole('link', { name: 'Home' }).click();
    await loaded(page);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('selects the kind of a failure in the facets of the list', async () => {
    const { page, context, url } = await open();
    await loaded(page);
    await page.getByRole('link', { name: fresh }).click();
    await page.getByText('1 run', { exact: true }).waitFor();
    assert.deepEqual(url().searchParams.getAll('failure'), [kindOfFresh]);
    assert.equal(url().searchParams.get('is'), null);
    await context.close();
  });

  it('keeps the period in its URL and in its links', async () => {
    const { page, context, url } = await open('owner', '/?since=1h');
    await page.getByRole('heading', { name: 'Last hour' }).waitFor();
    await page.getByText('No runs in this period: last hour.').waitFor();
    for (const [label, since, title] of [
      ['Since 18:00 yesterday', 'evening', 'Since 18:00 yesterday'],
      ['7 days', '7d', 'Last 7 days'],
    ]) {
      await page.getByRole('button', { name: label }).click();
      await page.getByRole('heading', { name: title }).waitFor();
      await page.locator('.home-page[aria-busy=false] .task-table').waitFor();
      assert.equal(url().searchParams.get('since'), since);
      const links = await page
        .locator('.home-figures a:not(.idle-tasks a)')
        .evaluateAll((all) => all.map(({ href }) => new URL(href).searchParams.get('since')));
      assert.deepEqual([...new Set(links)], [since]);
    }
    await page.getByRole('button', { name: 'Since 18:00 yesterday' }).click();
    await page.getByRole('link', { name: fresh }).click();
    await page.getByText('1 run', { exact: true }).waitFor();
    await context.close();
  });

  it('dims figures of a period that is no longer chosen, and keeps its name until the others arrive', async () => {
    const { page, context } = await open();
    await loaded(page);
    const letGo = await holdFigures(page);
    await page.getByRole('button', { name: '7 days' }).click();
    await eventually(async () => (await opacityOf(page)) === '0.45');
    assert.equal(await page.getByRole('button', { name: '7 days' }).getAttribute('aria-pressed'), 'true');
    await page.getByRole('heading', { name: 'Last 24 hours' }).waitFor();
    assert.match(await page.getByRole('link', { name: fresh }).getAttribute('href'), /since=24h/);
    letGo();
    await page.getByRole('heading', { name: 'Last 7 days' }).waitFor();
    await eventually(async () => (await opacityOf(page)) === '1');
    await context.close();
  });

  it('dims figures that are read again', async () => {
    const { page, context } = await open();
    await loaded(page);
    for (const refresh of [
      () => page.keyboard.press('r'),
      () => page.getByRole('button', { name: 'Refresh' }).click(),
    ]) {
      const letGo = await holdFigures(page);
      await refresh();
      await eventually(async () => (await opacityOf(page)) === '0.45');
      letGo();
      await eventually(async () => (await opacityOf(page)) === '1');
    }
    await context.close();
  });

  it('sorts, filters and folds the tasks of each project, as its URL says', async () => {
    const { page, context, url } = await open();
    await loaded(page);
    const projects = [
      'Harbor Insurance / Claims intake',
      'Lumen Retail / Storefront',
      'Harbor Insurance / Customer voice',
    ];
    assert.deepEqual(await projectsOf(page), projects);
    await page.getByRole('button', { name: 'Runs' }).click();
    assert.deepEqual(await projectsOf(page), [projects[0], projects[2], projects[1]]);
    assert.equal(await page.getByRole('columnheader', { name: 'Runs' }).getAttribute('aria-sort'), 'descending');
    assert.equal(url().searchParams.get('sort'), 'runs');
    await page.getByRole('button', { name: 'Runs' }).click();
    assert.deepEqual(await projectsOf(page), projects);
    await page.keyboard.press('t');
    await page.keyboard.type('invoice');
    assert.deepEqual(await projectsOf(page), [projects[2]]);
    await page.getByText('1 task in 1 project', { exact: true }).waitFor();
    await page.reload();
    await loaded(page);
    assert.deepEqual(await projectsOf(page), [projects[2]]);
    await page.getByRole('searchbox', { name: 'Filter tasks' }).fill('nothing');
    await page.getByText('No task or project with runs matches.').waitFor();
    await page.getByRole('searchbox', { name: 'Filter tasks' }).fill('');
    assert.equal(await rows(page).count(), 7);
    await page.getByRole('button', { name: /^Lumen Retail/ }).click();
    assert.equal(await rows(page).count(), 6);
    await page.getByRole('button', { name: 'Unfold all' }).click();
    assert.equal(await rows(page).count(), 7);
    await page.getByRole('button', { name: 'Fold all' }).click();
    assert.equal(await rows(page).count(), 3);
    await context.close();
  });

  it('shows its form while it is loading, and moves nothing when the figures arrive', async () => {
    const { page, context } = await open();
    await loaded(page);
    const letGo = await holdFigures(page);
    await page.addInitScript(() => {
      globalThis.shifted = 0;
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) globalThis.shifted += value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.reload();
    await page.locator('.home-skeleton').waitFor();
    letGo();
    await loaded(page);
    assert.ok((await shiftsOf(page)) <= 0.02, `shifted by ${await shiftsOf(page)}`);
    await context.close();
  });

  it('sends one operation, whose text is the same for every caller', async () => {
    const texts = new Set();
    for (const as of ['owner', 'viewer']) {
      const { page, context, operations } = await open(as);
      await loaded(page);
      await page.getByRole('button', { name: 'Refresh' }).click();
      await eventually(() => operations.length > 0);
      for (const { query } of operations) texts.add(query);
      await context.close();
    }
    assert.equal(texts.size, 1);
  });

  it('shows an analyst the figures without kinds of failures', async () => {
    await gateway.query("INSERT INTO access_grant VALUES ('organization', $1, 'user', 'analyst', 'analyst')", [
      richRun.orgId,
    ]);
    const { page, context, complaints } = await open('analyst');
    await loaded(page);
    assert.match(await rowOf(page, 'Support triage').first().textContent(), /26\.7 %/);
    await page.getByText('Kinds of failures are not visible to your role.').waitFor();
    assert.equal(await kinds(page).count(), 0);
    assert.ok(!(await page.content()).includes('did not answer'));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('tells a caller without failures so in one line, and a caller without roles how to get one', async () => {
    const executor = await open('executor');
    await loaded(executor.page);
    await executor.page.getByText('No runs in this period: last 24 hours.').waitFor();
    await executor.context.close();
    await gateway.query('UPDATE task_run SET is_error = false WHERE task_id = $1', [sharedRun.taskId]);
    await gateway.query("INSERT INTO access_grant VALUES ('task', $1, 'user', 'lucky', 'viewer')", [sharedRun.taskId]);
    const lucky = await open('lucky');
    await lucky.page.getByText('No run failed in this period: last 24 hours.').waitFor();
    assert.equal(await lucky.page.getByRole('heading', { name: 'What fails' }).count(), 0);
    await lucky.context.close();
    const stranger = await open('stranger');
    await stranger.page.getByText('You have no role yet').waitFor();
    await stranger.context.close();
  });

  it('shows one organization where the caller sees more than 100 projects', async () => {
    await gateway.query("INSERT INTO organization (id, name) VALUES ('ffffffff-0000-0000-0000-000000000000', 'Big')");
    await gateway.query(
      `INSERT INTO project (id, org_id, name)
       SELECT ('ffffffff-0000-0000-0002-' || lpad(n::text, 12, '0'))::uuid, 'ffffffff-0000-0000-0000-000000000000', 'Project ' || n
       FROM generate_series(1, 103) AS n`,
    );
    await gateway.query(
      `INSERT INTO access_grant VALUES ('organization', 'ffffffff-0000-0000-0000-000000000000', 'user', 'busy', 'viewer'),
         ('organization', $1, 'user', 'busy', 'owner')`,
      [richRun.orgId],
    );
    const { page, context, complaints, url } = await open('busy');
    await page.getByText(/too many projects for one request/).waitFor();
    await loaded(page);
    const organization = page.getByRole('combobox', { name: 'Organization' });
    await organization.selectOption('Harbor Insurance');
    await eventually(async () => (await page.locator('.group-row').count()) === 2);
    await organization.selectOption('Big');
    await page.getByText('No runs in this period: last 24 hours.').waitFor();
    await page.getByText('3 more projects of it cannot be shown.').waitFor();
    assert.equal(url().searchParams.get('org'), 'ffffffff-0000-0000-0000-000000000000');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows what fails within the first screen of a phone', async () => {
    const { page, context } = await open('owner', '/', { width: 390, height: 844 });
    await loaded(page);
    const { y, height } = await kinds(page).nth(1).boundingBox();
    assert.ok(y + height < 844, `it ends at ${y + height}`);
    await context.close();
  });
});

describe('what has changed, on the home page', () => {
  const gateway = useGateway();
  const message = 'The ledger is closed.';
  /** Adds 100 runs of a task in an hour, of which `failed` failed. */
  const insertRuns = ({ taskId }, hoursAgo, { failed = 0, seconds = 1 } = {}) =>
    gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens,
         charged_credits, llm_call_timing, is_error, response)
       SELECT gen_random_uuid(), $1, $2, '{}', now() - $3 * interval '1 hour', 1, 1, 2, 0.5, $4, n <= $5,
         CASE WHEN n <= $5 THEN $6::jsonb ELSE '{}' END
       FROM generate_series(1, 100) AS n`,
      [taskId, revision, hoursAgo, seconds, failed, JSON.stringify({ detail: { message } })],
    );
  const open = async (as = 'owner', path = '/') => {
    const visit = await visitRuns(gateway, path, { as, viewport: { width: 390, height: 844 } });
    await visit.page.locator('.home-figures').waitFor();
    return visit;
  };
  const line = (page) => page.locator('.findings-line');
  const changes = (page) => page.locator('.findings li');
  const isReport = (url) => url.pathname.endsWith('/task_run/report');

  before(async () => {
    await gateway.query("DELETE FROM task_run WHERE created > now() - interval '49 hours'");
    for (const [place, now] of [
      [richRun, { failed: 60 }],
      [executorRun, { seconds: 3 }],
    ]) {
      await insertRuns(place, 30);
      await insertRuns(place, 2, now);
    }
    await gateway.query("INSERT INTO access_grant VALUES ('organization', $1, 'user', 'analyst', 'analyst')", [
      richRun.orgId,
    ]);
  });

  it('is counted in one line, which opens sentences that lead to exactly the runs', async () => {
    const { page, context, complaints } = await open();
    await page.getByRole('status').getByRole('button', { name: '2 things changed' }).click();
    await lookAt(page, 'findings');
    assert.deepEqual(
      (await changes(page).allInnerTexts()).map((text) => text.split('\n').filter((part) => part !== '')),
      [
        [
          'Translation: the 95th percentile of LLM calls is 3 s, up from 1 s.',
          'p95: 3.0 s, 1.0 s before · Harbor Insurance / Claims intake',
          '100 runs',
        ],
        [
          `Support triage, revision ${revision}: a new kind of failure in 30% of all runs: ${message}`,
          'New kind of failure: 30 %, 0 % before · Harbor Insurance / Claims intake',
          '60 runs',
        ],
      ],
    );
    for (const [index, count] of ['100 runs', '60 runs'].entries()) {
      await changes(page).nth(index).getByRole('link').click();
      await page.getByText(count, { exact: true }).waitFor();
      await page.goBack();
      await page.getByRole('button', { name: '2 things changed' }).click();
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('is without kinds of failures for an analyst', async () => {
    const { page, context, complaints } = await open('analyst');
    await page.getByRole('button', { name: '2 things changed' }).click();
    await changes(page).getByText('Support triage: 60% of the runs failed, up from 0%.').waitFor();
    assert.ok(!(await page.content()).includes('ledger'));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('follows the figures without moving them, and is that of their period', async () => {
    const { page, context, complaints } = await open();
    let release;
    const released = new Promise((resolve) => {
      release = resolve;
    });
    await page.route(isReport, async (route) => {
      await released;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Last hour' }).click();
    await page.getByRole('heading', { name: 'Last hour' }).waitFor();
    assert.equal(await line(page).textContent(), '');
    await watchShifts(page);
    release();
    await page.getByRole('status').getByText('No rate, duration or cost changed significantly').waitFor();
    assert.equal(await shiftsOf(page), 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('is an empty line if it cannot be reported', async () => {
    const { page, context } = await open();
    await line(page).getByText('2 things changed').waitFor();
    await page.route(isReport, (route) => route.fulfill({ status: 422, json: { detail: [] } }));
    await page.getByRole('button', { name: 'Refresh' }).click();
    await eventually(async () => (await line(page).textContent()) === '');
    assert.equal(await page.getByRole('alert').count(), 0);
    await context.close();
  });
});

describe('the home page where operations may cost little', () => {
  const gateway = useGateway('embedded', { COST_MODE: 'enforce', MAX_COST: '2500' });

  it('shows one organization, and says why', async () => {
    const { page, context } = await visitRuns(gateway, '/', { as: 'owner' });
    await page.getByText(/too many projects for one request/).waitFor();
    await page.locator('.home-figures').waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
    await context.close();
  });
});
