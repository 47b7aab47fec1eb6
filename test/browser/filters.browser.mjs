import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { lookAt } from './look.mjs';
import { visitRuns } from './runs-page.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const taskUrl = `/runs?org=${orgId}&project=${projectId}&task=${taskId}`;
const projectUrl = `/runs?org=${orgId}&project=${projectId}`;

describe('the filters of the list', () => {
  const gateway = useGateway();

  const open = async (path = taskUrl, options) => {
    const visit = await visitRuns(gateway, path, { as: 'owner', ...options });
    const { page } = visit;
    const facet = (name) => page.getByRole('group', { name, exact: true });
    return {
      ...visit,
      facet,
      /** Waits for the values of a facet. Returns their names and counts. */
      valuesOf: async (name) => {
        await page.locator('.run-table[aria-busy=false]').waitFor();
        await facet(name).locator('.facet-count').first().waitFor();
        return facet(name)
          .locator('.facet-value')
          .evaluateAll((all) => all.map((item) => [...item.querySelectorAll('span')].map((text) => text.textContent)));
      },
      total: (count) => page.getByText(new RegExp(`^${count} runs?$`)).waitFor(),
      params: () => new URL(page.url()).searchParams,
    };
  };
  const countRuns = async (condition) =>
    (
      await gateway.query(`SELECT count(*)::integer AS count FROM task_run WHERE task_id = $1 AND ${condition}`, [
        taskId,
      ])
    )[0].count;

  it('offer values by name with the counts of the other filters, to include several and to exclude', async () => {
    const { page, context, complaints, facet, valuesOf, total, params } = await open();
    const [failed, all] = [await countRuns('is_error'), await countRuns('true')];
    const byFallback = await countRuns('NOT is_error AND used_fallback_model');
    assert.deepEqual(await valuesOf('Status'), [
      ['succeeded', String(all - failed)],
      ['by fallback model', String(byFallback)],
      ['failed', String(failed)],
    ]);
    const users = await valuesOf('User');
    assert.ok(
      users.some(([name]) => name === 'Erika Mustermann'),
      JSON.stringify(users),
    );
    await facet('Status').getByLabel('failed').check();
    await total(failed);
    // A facet's counts ignore its own selection.
    await eventually(async () => (await valuesOf('Status'))[0][1] === String(all - failed));
    const kinds = await valuesOf('Kind of failure');
    assert.equal(
      kinds.reduce((sum, [, count]) => sum + Number(count), 0),
      failed,
    );
    await facet('Kind of failure').getByRole('checkbox').nth(0).check();
    await facet('Kind of failure').getByRole('checkbox').nth(1).check();
    await total(Number(kinds[0][1]) + Number(kinds[1][1]));
    assert.equal(params().getAll('failure').length, 2);
    await page.getByRole('button', { name: 'Remove all' }).click();
    await total(all);
    await facet('Status')
      .getByText('failed')
      .click({ modifiers: ['Alt'] });
    await total(all - failed);
    assert.deepEqual([params().get('not-status'), params().get('status')], ['FAIL', null]);
    await page.getByRole('list', { name: 'Filters' }).getByText('Status not:').waitFor();
    await facet('Status').getByText('not failed').click();
    await total(all);
    await facet('Status').getByLabel('by fallback model').check();
    await total(byFallback);
    await facet('Status').getByLabel('failed').check();
    await total(byFallback + failed);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('come after the rows, and lack counts until these arrive if that takes longer than a second', async () => {
    const { page, context, facet, valuesOf } = await open();
    await valuesOf('User');
    const order = [];
    await page.route('**/graphql', async (route) => {
      const { query } = route.request().postDataJSON();
      const name = /(?:query|subscription) (\w+)/.exec(query)[1];
      order.push(name);
      if (name === 'Facet') await new Promise((done) => setTimeout(done, 3000));
      await route.continue().catch(() => {});
    });
    await facet('Status').getByLabel('failed').check();
    await page.locator('.run-table[aria-busy=false]').waitFor();
    await eventually(async () => (await facet('User').locator('.facet-count').count()) === 0);
    assert.ok((await facet('User').locator('.facet-value').count()) > 0);
    assert.ok(order.indexOf('Runs') < order.indexOf('Facet'), `${order}`);
    await valuesOf('User');
    await context.close();
  });

  it('search the names of loaded values', async () => {
    const ids = await Promise.all(
      Array.from({ length: 14 }, async (_, index) => {
        const id = `ffffffff-0000-0000-0001-${String(index).padStart(12, '0')}`;
        await gateway.query(
          `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, user_id)
           SELECT $1::uuid, task_id, task_revision_id, '{}', created, 1, 2, 3, $1::uuid FROM task_run WHERE id = $2`,
          [id, demoPlaces.richRun.id],
        );
        return id;
      }),
    );
    const { page, context, facet, valuesOf, params } = await open();
    await valuesOf('User');
    await facet('User').getByRole('button', { name: /^All/ }).click();
    await facet('User').getByRole('searchbox').fill('erika');
    assert.equal(await facet('User').locator('.facet-value').count(), 1);
    await facet('User').getByLabel('Erika Mustermann').check();
    await page.getByRole('list', { name: 'Filters' }).getByText('Erika Mustermann').waitFor();
    assert.match(params().get('user'), /^[0-9a-f-]{36}$/);
    await gateway.query('DELETE FROM task_run WHERE id = ANY($1)', [ids]);
    await context.close();
  });

  it('follow the buttons of a value in a row, while a click on the value opens the run', async () => {
    const { page, context, complaints, params, total } = await open(`${taskUrl}&columns=status,user,group,reference`);
    await page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
    const group = page.locator('.group-cell').filter({ hasText: 'Pilot' }).first();
    assert.equal(await page.locator('.cell-filters').count(), 0);
    await group.hover();
    await group.getByRole('button', { name: 'Group: only this' }).click();
    await total(await countRuns(`reporting_group_id = (SELECT id FROM reporting_group WHERE name = 'Pilot' LIMIT 1)`));
    const status = page.locator('.status-cell').filter({ hasText: 'Succeeded' }).first();
    await status.hover();
    await status.getByRole('button', { name: 'Status: all but this' }).click();
    await eventually(() => params().get('not-status') === 'SUCCESS');
    assert.equal(await page.locator('.peek').count(), 0);
    await page.getByRole('button', { name: 'Remove all' }).click();
    await page.locator('.run-table[aria-busy=false] .group-cell').getByText('Pilot').first().click();
    await page.locator('.peek').waitFor();
    assert.equal(params().get('group'), null);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('begin or end at a number in a row, by its buttons, Alt-click and the keyboard', async () => {
    const { page, context, complaints, params } = await open(`${taskUrl}&columns=seconds,tokens,files`);
    await page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
    const tokens = page.locator('.tokens-cell').first();
    const count = (await tokens.textContent()).replace(',', '');
    await tokens.click({ modifiers: ['Alt'] });
    await eventually(() => params().get('min-tokens') === count);
    assert.equal(await page.locator('.peek').count(), 0);
    const seconds = page.locator('.run-table[aria-busy=false] .seconds-cell').filter({ hasText: /\d/ }).first();
    const exact = (await seconds.locator('[title]').getAttribute('title')).replace(' s', '');
    await seconds.hover();
    await seconds.getByRole('button', { name: 'LLM call: at most this' }).click();
    await eventually(() => params().get('max-seconds') === exact);
    await page.getByRole('button', { name: 'Remove all' }).click();
    await page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
    await page.locator('.list-line').click();
    for (const key of ['j', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowRight']) await page.keyboard.press(key);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await eventually(() => params().get('max-tokens') === count);
    assert.equal(params().get('min-tokens'), null);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('name a kind of failure also where an earlier link has it as a value', async () => {
    const kind = 'The model did not answer within # seconds.';
    const { page, context, complaints, facet, valuesOf, params } = await open(
      `${taskUrl}&is=${encodeURIComponent(`failure=${JSON.stringify(kind)}`)}`,
    );
    await valuesOf('Kind of failure');
    assert.deepEqual([params().get('failure'), params().get('is')], [kind, null]);
    assert.ok(await facet('Kind of failure').getByLabel(kind).isChecked());
    await page.getByRole('list', { name: 'Filters' }).getByText('Kind of failure:').waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('take their place back from an open run where there is no room for both', async () => {
    const { page, context, valuesOf } = await open();
    await valuesOf('User');
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
    await page.locator('.peek').waitFor();
    const button = page.getByRole('button', { name: 'Filters', exact: true });
    assert.equal(await button.getAttribute('aria-expanded'), 'false');
    assert.equal(await page.locator('.facets').count(), 0);
    await button.click();
    await valuesOf('User');
    assert.equal(await page.locator('.peek').count(), 0);
    assert.equal(await button.getAttribute('aria-expanded'), 'true');
    await context.close();
  });

  it('lead from the tasks of a project to one of them', async () => {
    const { context, facet, valuesOf, params } = await open(projectUrl);
    assert.equal((await valuesOf('Task')).length, 4);
    await facet('Task').getByRole('link', { name: 'Support triage' }).click();
    await eventually(() => params().get('task') === taskId);
    await context.close();
  });

  it('show the ends of a period below their row, in which nothing moves', async () => {
    const { page, context } = await open();
    const button = page.getByRole('button', { name: 'Filters' });
    const before = await button.boundingBox();
    await page.getByLabel('Period').selectOption('from – to');
    await page.getByLabel('From', { exact: true }).waitFor();
    assert.deepEqual(await button.boundingBox(), before);
    await page.getByLabel('Period').selectOption('last week');
    await eventually(() => new URL(page.url()).searchParams.get('since') === 'last-week');
    await context.close();
  });

  it('limit numbers on both sides', async () => {
    const { page, context, total } = await open();
    await page.setViewportSize({ width: 1440, height: 600 });
    await page.getByText('More filters').click();
    await eventually(() =>
      page.getByText('Fallback model', { exact: true }).evaluate((label) => {
        const { bottom } = label.closest('.facets').getBoundingClientRect();
        return label.getBoundingClientRect().bottom <= bottom;
      }),
    );
    await page.getByRole('textbox', { name: 'Tokens, at least' }).fill('1000');
    await page.getByRole('textbox', { name: 'Tokens, at most' }).fill('2000');
    await page.keyboard.press('Enter');
    await total(await countRuns('total_tokens BETWEEN 1000 AND 2000'));
    await context.close();
  });

  for (const [text, matching, condition] of [
    ['order-104220', /^1 by reference$/, `reference LIKE 'order-104220%'`],
    [
      'Erika',
      /^\d+ by user Erika Mustermann$/,
      `user_id IN (SELECT id FROM resource_name WHERE name = 'Erika Mustermann')`,
    ],
    ['tokens>=4000', /with 4000$/, 'total_tokens >= 4000'],
    ['response/route/team=Billing', /with response\/route\/team="Billing"$/, `response #>> '{route,team}' = 'Billing'`],
    ['ticket.id=104220', /with submitted\/ticket\/id=104220$/, `run_data #>> '{submitted,ticket,id}' = '104220'`],
    ['/ticket/id=104220', /with submitted\/ticket\/id=104220$/, `run_data #>> '{submitted,ticket,id}' = '104220'`],
    [
      'failure: did not',
      /by kind of failure The model did not/,
      `response #>> '{detail,message}' LIKE '%did not answer%'`,
    ],
  ]) {
    it(`find ${text}, and show what was found`, async () => {
      const { page, context, complaints, total, valuesOf } = await open();
      await valuesOf('User');
      await page.getByLabel('Find').fill(text);
      await page.keyboard.press('Enter');
      await page.locator('.search-box output button:enabled').getByText(matching).waitFor();
      await total(await countRuns(condition));
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }

  it('show for a word in inputs that no reference has it', async () => {
    const { page, context, total } = await open();
    await page.getByLabel('Find').fill('104220');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '0 by reference' }).waitFor();
    await page.getByRole('button', { name: /^[1-9]\d* with this word$/ }).waitFor();
    await total('[1-9]\\d*');
    await context.close();
  });

  it('forget the counts of a search with the period and the filters that they were counted in', async () => {
    const { page, context, valuesOf } = await open();
    await valuesOf('Status');
    await page.getByLabel('Find').fill('104220');
    await page.keyboard.press('Enter');
    const found = page.locator('.search-box output button');
    await found.getByText(/^[1-9]\d* with this word$/).waitFor();
    await page.getByRole('checkbox', { name: /^failed/ }).check();
    await eventually(async () => (await found.count()) === 0);
    await context.close();
  });

  it('report an id that no visible run has as the page of a run does', async () => {
    const { page, context } = await open();
    await page.getByLabel('Find').fill('01a208b7-d540-57b8-7060-401cfafd3b2e');
    await page.keyboard.press('Enter');
    await page.getByText('Run not found, or you do not have access to it.').waitFor();
    await context.close();
  });

  it('stay readable at every width, and leave room for a run within 300 px of a phone', async () => {
    const { page, context, complaints, valuesOf } = await open(`${taskUrl}&user=none&not-status=FAIL&min-tokens=1`);
    await valuesOf('Status');
    await lookAt(page, 'filters');
    assert.deepEqual(complaints, []);
    await context.close();
    const phone = await open(projectUrl, { viewport: { width: 390, height: 844 } });
    await phone.page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
    const header = await phone.page.getByRole('banner').boundingBox();
    const run = await phone.page.locator('.run-table tbody tr').first().boundingBox();
    assert.ok(run.y - header.height < 256, `${run.y} below a header of ${header.height}`);
    await phone.context.close();
  });

  it('offer words no more where the gateway cannot search them', async () => {
    const { page, context } = await open();
    await page.route('**/graphql', (route) => {
      const { variables } = route.request().postDataJSON();
      return variables.filter?.search === undefined
        ? route.continue()
        : route.fulfill({ json: { data: { taskRuns: null }, errors: [{ message: 'search is off' }] } });
    });
    await page.getByLabel('Find').fill('104220');
    await page.keyboard.press('Enter');
    assert.ok(await page.getByRole('button', { name: 'texts are not searched here: try /path=value' }).isDisabled());
    assert.equal(await page.getByRole('alert').count(), 0);
    await context.close();
  });
});
