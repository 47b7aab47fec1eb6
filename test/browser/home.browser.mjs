import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';
import { visitRuns } from './runs-page.mjs';

const { richRun, executorRun, sharedRun } = demoPlaces;
const known = 'The provider declined the request.';
const fresh = 'The model lost its thread after 60 tokens.';
const kindOfFresh = 'The model lost its thread after # tokens.';

describe('the home page', () => {
  const gateway = useGateway();
  const removeRecent = () => gateway.query("DELETE FROM task_run WHERE created > now() - interval '49 hours'");
  let inserted = 0;
  /** Adds `count` runs of a task. If there is a message, the runs failed. */
  const insertRuns = async ({ taskId }, hoursAgo, count, { message, seconds = 1 } = {}) => {
    for (let index = 0; index < count; index++) {
      inserted += 1;
      const id = `fffffff0-0000-0000-0001-${String(inserted).padStart(12, '0')}`;
      await gateway.query(
        `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens,
           llm_call_timing, is_error, response)
         VALUES ($1, $2, $1, '{}', now() - $3 * interval '1 hour', 1, 1, 2, $4, $5, $6)`,
        [
          id,
          taskId,
          hoursAgo,
          seconds,
          message !== undefined,
          message === undefined ? '{}' : JSON.stringify({ detail: { message } }),
        ],
      );
    }
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
  const cards = (page) => page.locator('.task-card');
  const kinds = (page) => page.locator('.failure-kinds > li');

  before(async () => {
    await removeRecent();
    await insertRuns(richRun, 30, 4);
    await insertRuns(richRun, 30, 1, { message: known });
    await insertRuns(richRun, 2, 6, { seconds: 3 });
    await insertRuns(richRun, 2, 2, { message: known });
    await insertRuns(richRun, 1, 1, { message: fresh });
    await insertRuns(executorRun, 3, 2);
    await insertRuns(sharedRun, 3, 1, { message: known });
  });

  it('compares each task of all projects and organizations with the day before, those with most failures first', async () => {
    const { page, context, complaints, token } = await open();
    await loaded(page);
    const texts = await cards(page).allInnerTexts();
    const lines = texts.map((text) => text.split('\n').filter((line) => line !== ''));
    assert.deepEqual(lines[0].slice(0, 3), ['Support triage', 'Statistics', 'Harbor Insurance / Claims intake']);
    assert.deepEqual(lines[0].slice(3), [
      'Runs',
      '9',
      '+80.0 %',
      'Failure rate',
      '33.3 %',
      '+13.3 points',
      'p95',
      '3.0 s',
      '+200.0 %',
    ]);
    assert.deepEqual(lines[1].slice(0, 3), ['Support triage', 'Statistics', 'Lumen Retail / Storefront']);
    assert.equal(lines[2][0], 'Translation');
    assert.equal(lines[2].at(-1), 'No runs in the 24 hours before.');
    assert.equal(lines.length, 3);
    await page.getByText(/^Without runs: .*Invoice extraction in Customer voice/).waitFor();
    await assertTokenIsNowhere(page, gateway, token);
    await lookAt(page, 'home');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('lists kinds of failures once for all projects, those that grew most first, each with its number, first run and tasks', async () => {
    const { page, context } = await open();
    await loaded(page);
    const texts = (await kinds(page).allInnerTexts()).map((text) => text.split('\n').filter((line) => line !== ''));
    assert.deepEqual(texts, [
      [
        known,
        'Support triage · Harbor Insurance / Claims intake',
        'Support triage · Lumen Retail / Storefront',
        '3 +200.0 %',
        'first seen yesterday',
      ],
      [kindOfFresh, 'Support triage · Harbor Insurance / Claims intake', '1 new', 'first seen 1 hour ago'],
    ]);
    await context.close();
  });

  it('leads to the runs of a task, to its failed ones, and to those of a kind, and back', async () => {
    const { page, context, complaints, url } = await open();
    await loaded(page);
    for (const [link, count] of [
      [cards(page).first().getByRole('link', { name: 'Support triage' }), '9 runs'],
      [cards(page).first().getByRole('link', { name: '33.3 %' }), '3 runs'],
      [kinds(page).first().getByRole('link', { name: known }), '2 runs'],
      [kinds(page).first().getByRole('link', { name: 'Lumen Retail / Storefront' }), '1 run'],
    ]) {
      await link.click();
      await page.getByText(count, { exact: true }).waitFor();
      assert.equal(url().pathname, '/runs');
      await page.goBack();
      await loaded(page);
      assert.equal(url().pathname, '/');
    }
    await cards(page).first().getByRole('link', { name: 'Statistics' }).click();
    await page.locator('.statistics-page[aria-busy=false] .totals dd').getByText(/^9\D/).waitFor();
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.getByRole('link', { name: 'Home' }).click();
    await loaded(page);
    assert.deepEqual(complaints, []);
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
    assert.match(await cards(page).first().textContent(), /33\.3 %/);
    await page.getByText('Kinds of failures are not visible to your role.').waitFor();
    assert.equal(await kinds(page).count(), 0);
    assert.ok(!(await page.content()).includes('did not answer'));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('tells a caller without failures so in one line, and a caller without roles how to get one', async () => {
    const executor = await open('executor');
    await loaded(executor.page);
    await executor.page.getByText('No runs in the last 24 hours.').waitFor();
    await executor.context.close();
    await gateway.query('UPDATE task_run SET is_error = false WHERE task_id = $1', [sharedRun.taskId]);
    await gateway.query("INSERT INTO access_grant VALUES ('task', $1, 'user', 'lucky', 'viewer')", [sharedRun.taskId]);
    const lucky = await open('lucky');
    await lucky.page.getByText('No run failed in the last 24 hours.').waitFor();
    assert.equal(await lucky.page.getByRole('heading', { name: 'What fails' }).count(), 0);
    await lucky.context.close();
    const stranger = await open('stranger');
    await stranger.page.getByText(/has no role on any organization/).waitFor();
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
    await page.getByText(/too much for one request/).waitFor();
    await loaded(page);
    const organization = page.getByRole('combobox', { name: 'Organization' });
    await organization.selectOption('Harbor Insurance');
    await eventually(async () => (await cards(page).count()) === 2);
    await organization.selectOption('Big');
    await page.getByText('No runs in the last 24 hours.').waitFor();
    await page.getByText('3 more projects of it cannot be shown.').waitFor();
    assert.equal(url().searchParams.get('org'), 'ffffffff-0000-0000-0000-000000000000');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows three tasks before the kinds of failures on a phone', async () => {
    const others = await gateway.query("SELECT id FROM task WHERE name IN ('Invoice extraction', 'Translation')");
    for (const { id } of others) await insertRuns({ taskId: id }, 3, 1);
    const { page, context } = await open('owner', '/', { width: 390, height: 844 });
    await loaded(page);
    assert.equal(await cards(page).count(), 3);
    await page.getByRole('button', { name: /^Show all \d/ }).click();
    await eventually(async () => (await cards(page).count()) > 3);
    await context.close();
  });
});

describe('the home page where operations may cost little', () => {
  const gateway = useGateway('embedded', { COST_MODE: 'enforce', MAX_COST: '1800' });

  it('shows one organization, and says why', async () => {
    const { page, context } = await visitRuns(gateway, '/', { as: 'owner' });
    await page.getByText(/too much for one request/).waitFor();
    await page.locator('.home-figures').waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
    await context.close();
  });
});
