import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { lookAt } from './look.mjs';
import { insertRun, urlOfRun, visitRuns } from './runs-page.mjs';
import { enterToken } from './session.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const taskUrl = `/runs?org=${orgId}&project=${projectId}&task=${taskId}`;
const idOf = (name) => `01a18dd6-eb8a-ca7f-4b32-0000000000${name}`;
const [worked, failed, later, large] = ['a1', 'a2', 'a3', 'a4'].map(idOf);

describe('the comparison of two runs', () => {
  const gateway = useGateway();

  before(async () => {
    const add = async (id, columns, { submitted, response }) => {
      await insertRun(gateway, { id, run_data: JSON.stringify({ submitted }), response: JSON.stringify(response) });
      const names = Object.keys(columns);
      await gateway.query(
        `UPDATE task_run SET ${names.map((name, index) => `${name} = $${index + 2}`)} WHERE id = $1`,
        [id, ...Object.values(columns)],
      );
    };
    const messages = [{ role: 'user', content: 'Where is my refund of 49.80 EUR?' }];
    const figures = { context_id: 'compared', llm_call_timing: 1.5, charged_credits: '1.00', total_tokens: 1000 };
    await add(
      worked,
      { ...figures, created: '2026-10-30T10:00:00Z' },
      {
        submitted: { model: 'small', temperature: 0, messages },
        response: { summary: 'The refund of 49.80 EUR was sent.', score: 0.5, note: '<b>x</b>' },
      },
    );
    await add(
      failed,
      { ...figures, created: '2026-10-30T11:00:00Z', llm_call_timing: 2.75, is_error: true },
      {
        submitted: { model: 'small', temperature: 1, messages: [...messages, { role: 'user', content: 'Hello?' }] },
        response: { summary: 'The refund of 24.90 EUR was lost.', score: 0.5, note: '<i>x</i>' },
      },
    );
    await add(later, { ...figures, created: '2026-10-30T12:00:00Z' }, { submitted: {}, response: {} });
    await add(
      idOf('a6'),
      { context_id: 'compared', created: '2026-10-30T10:30:00Z', is_error: true },
      { submitted: {}, response: {} },
    );
    const words = (step) => Array.from({ length: 150_000 }, (_, index) => `w${(index * step) % 99_991}`).join(' ');
    await add(
      large,
      { created: '2026-10-30T12:30:00Z', context_id: 'large', reference: 'large' },
      {
        submitted: {},
        response: { text: words(1) },
      },
    );
    await add(
      idOf('a5'),
      { created: '2026-10-30T12:20:00Z', context_id: 'large' },
      {
        submitted: {},
        response: { text: words(7) },
      },
    );
  });

  const open = async (path, options) => {
    const visit = await visitRuns(gateway, path, options);
    const { page } = visit;
    return {
      ...visit,
      response: page.getByRole('region', { name: 'Response' }),
      submitted: page.getByRole('region', { name: 'Submitted' }),
      compared: async () => {
        await page.locator('.difference-panel[aria-busy=false]').nth(1).waitFor();
        const { searchParams, pathname } = new URL(page.url());
        assert.equal(pathname, '/runs/compare');
        return [searchParams.get('with'), searchParams.get('run')];
      },
    };
  };
  const compareUrl = (run, other) => `/runs/compare?run=${run}${other ? `&with=${other}` : ''}`;

  it('opens from the page of a run by a key, with the last success of its context', async () => {
    const { page, context, complaints, compared } = await open(urlOfRun({ ...demoPlaces.richRun, id: failed }));
    await page.locator('.payload').first().waitFor();
    await page.keyboard.press('c');
    await eventually(async () => new URL(page.url()).searchParams.has('with'));
    assert.deepEqual(await compared(), [worked, failed]);
    await page.getByText('Compared with the previous success of Support triage in this conversation.').waitFor();
    await page.keyboard.press('u');
    await eventually(() => new URL(page.url()).pathname.endsWith(`/${failed}`));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('asks for the ids of two runs where the address names none', async () => {
    const { page, context, complaints, compared } = await open('/runs/compare');
    await page.getByLabel('Run', { exact: true }).fill(failed);
    await page.getByLabel('Baseline, by default the last success').fill(worked);
    await page.getByRole('button', { name: 'Compare' }).click();
    assert.deepEqual(await compared(), [worked, failed]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows figures beside each other, with their differences', async () => {
    const { page, context, complaints, compared } = await open(compareUrl(failed, worked));
    await compared();
    const row = async (name) =>
      (
        await page
          .getByRole('row', { name: new RegExp(`^${name} `) })
          .locator('td')
          .allTextContents()
      ).join(' | ');
    assert.equal(await row('LLM call'), '1.5 s | 2.8 s | +1.3 s ▲ 83.3 %');
    assert.deepEqual(
      await page
        .getByRole('row', { name: /^LLM call / })
        .locator('td[title]')
        .evaluateAll((cells) => cells.map(({ title }) => title)),
      ['1.5 s', '2.75 s'],
    );
    assert.equal(await row('Credits'), '1.00 | 1.00 | equal');
    assert.equal(await row('Context'), 'compared | compared | equal');
    await page.keyboard.press('s');
    await eventually(async () => (await row('LLM call')).startsWith('2.8 s | 1.5 s | −1.3 s'));
    assert.deepEqual(await compared(), [failed, worked]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows differences by path and by words, with equal values folded', async () => {
    const { page, context, complaints, submitted, response, compared } = await open(compareUrl(failed, worked));
    await compared();
    const paths = (panel) => panel.locator('.difference-path code').allTextContents();
    assert.deepEqual((await paths(response)).toSorted(), ['/note', '/summary']);
    const summary = response.locator('li', { hasText: '/summary' });
    assert.deepEqual(await summary.locator('del, ins').allTextContents(), ['49.80', '24.90', 'sent', 'lost']);
    assert.equal(await response.locator('li', { hasText: '/note' }).locator('.difference-value :is(b, i)').count(), 0);
    assert.deepEqual((await paths(submitted)).toSorted(), ['/messages/1', '/temperature']);
    await submitted.getByText('Hello?').waitFor();
    assert.equal(await submitted.getByText('Where is my refund').count(), 0);
    await submitted.locator('.equal-values summary').first().click();
    await submitted.locator('.equal-values[open] dd').first().waitFor();
    await lookAt(page, 'compare');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('marks differences by a colour and a sign, in one line, in two, or next to each other', async () => {
    const { page, context, complaints, submitted, response, compared } = await open(compareUrl(failed, worked));
    await compared();
    const styleOf = (tag) =>
      response
        .locator('li', { hasText: '/summary' })
        .locator(tag)
        .first()
        .evaluate((element) => {
          const { textDecorationLine, backgroundColor } = getComputedStyle(element);
          return [textDecorationLine, backgroundColor, getComputedStyle(element, '::before').content];
        });
    const [removed, added] = [await styleOf('del'), await styleOf('ins')];
    assert.deepEqual([removed[0], added[0]], ['none', 'none']);
    assert.notEqual(removed[1], added[1]);
    assert.match(removed[2], /^"−"/);
    assert.match(added[2], /^"\+"/);
    const sides = submitted.locator('li', { hasText: '/temperature' }).locator('.side');
    const placeOf = async (index) => sides.nth(index).boundingBox();
    assert.ok((await placeOf(0)).y < (await placeOf(1)).y);
    await page.getByRole('button', { name: 'Side by side' }).click();
    const summary = response.locator('li', { hasText: '/summary' }).locator('.side');
    assert.deepEqual(await summary.allTextContents(), [
      'The refund of 49.80 EUR was sent.',
      'The refund of 24.90 EUR was lost.',
    ]);
    assert.deepEqual([(await placeOf(0)).y, (await placeOf(0)).x < (await placeOf(1)).x], [(await placeOf(1)).y, true]);
    await lookAt(page, 'compare-beside');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leaves out what is equal, and remembers the choice', async () => {
    const { page, context, complaints, submitted, compared } = await open(compareUrl(failed, worked));
    await compared();
    const equalRows = page.locator('.compared-figures tr.equal');
    assert.ok((await equalRows.count()) > 3);
    await page.getByLabel('Only differences').check();
    assert.equal(await equalRows.count(), 0);
    assert.equal(await submitted.locator('.equal-values').count(), 0);
    await page.keyboard.press('s');
    await eventually(async () => new URL(page.url()).searchParams.get('run') === worked);
    await page.getByText('Compared with another run of Support triage in this conversation.').waitFor();
    await page.goBack();
    await page.goto(`${gateway.url}${compareUrl(failed, worked)}`);
    await enterToken(page, await gateway.tokenOf('viewer'));
    await compared();
    assert.equal(await equalRows.count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('takes a run of the same task for the baseline, even if another task ran in the context', async () => {
    const [other] = await gateway.query('SELECT id FROM task WHERE project_id = $1 AND id <> $2 LIMIT 1', [
      projectId,
      taskId,
    ]);
    await gateway.query(
      `UPDATE task_run SET context_id = 'compared', created = '2026-10-30T10:45:00Z', is_error = false
       WHERE id = (SELECT id FROM task_run WHERE task_id = $1 LIMIT 1)`,
      [other.id],
    );
    const { page, context, compared } = await open(compareUrl(failed));
    await eventually(async () => new URL(page.url()).searchParams.has('with'));
    assert.deepEqual(await compared(), [worked, failed]);
    await context.close();
  });

  it('opens for runs that were selected on their own pages, as on a phone', async () => {
    const { page, context, complaints, compared } = await open(`${taskUrl}&context=compared`, {
      viewport: { width: 390, height: 844 },
    });
    for (const [id, state] of [
      [failed, '1 run selected'],
      [later, '2 runs selected'],
    ]) {
      await page.locator(`.row-link[href*="${id}"]`).click();
      await page.getByRole('button', { name: 'Select', exact: true }).click();
      await page.getByRole('button', { name: 'Select', exact: true, pressed: true }).waitFor();
      await page.getByRole('link', { name: 'All runs' }).click();
      await page.getByText(state).waitFor();
    }
    await page.locator('.mark-state').getByRole('link', { name: 'compare' }).click();
    assert.deepEqual(await compared(), [failed, later]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('opens from the list, for runs that keys have selected', async () => {
    const { page, context, complaints, compared } = await open(`${taskUrl}&context=compared`);
    await page.locator(`.row-link[href*="${failed}"]`).focus();
    await page.keyboard.press('x');
    await page.getByText('1 run selected').waitFor();
    await page.locator(`.row-link[href*="${later}"]`).focus();
    await page.keyboard.press('x');
    await page.getByText('2 runs selected').waitFor();
    const selected = page.locator('.run-table tbody :checked');
    assert.equal(await selected.count(), 2);
    await page.keyboard.press('c');
    assert.deepEqual(await compared(), [failed, later]);
    await page.goBack();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await selected.first().waitFor({ state: 'detached' });
    await page.locator(`.row-link[href*="${failed}"]`).focus();
    await page.keyboard.press('c');
    await eventually(async () => new URL(page.url()).searchParams.has('with'));
    assert.deepEqual(await compared(), [worked, failed]);
    await page.getByRole('link', { name: 'All runs' }).click();
    await page.locator('.row-link').first().waitFor();
    assert.equal(new URL(page.url()).searchParams.get('context'), 'compared');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('opens from the list, for two runs whose checkboxes are ticked', async () => {
    const { page, context, complaints, compared } = await open(`${taskUrl}&context=compared`);
    await page.locator('.row-link').first().waitFor();
    const all = page.getByRole('checkbox', { name: 'Select all runs of this page' });
    const compare = page.locator('.mark-state').getByRole('link', { name: /^Compare/ });
    await all.check();
    await page.getByText(/^[3-9] runs selected/).waitFor();
    assert.equal(await compare.count(), 0);
    await all.uncheck();
    await page.locator('.mark-state').waitFor({ state: 'detached' });
    for (const id of [failed, later]) await page.locator(`tr:has([href*="${id}"])`).getByRole('checkbox').check();
    assert.equal(await page.getByRole('region', { name: 'Run beside the list' }).count(), 0);
    await compare.click();
    assert.deepEqual(await compared(), [failed, later]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows a megabyte each that differs throughout', async () => {
    const { page, context, complaints, response, compared } = await open(compareUrl(large));
    await eventually(async () => new URL(page.url()).searchParams.has('with'), 10_000);
    await page.locator('.compared-figures').waitFor();
    await response.getByRole('button', { name: 'Compare anyway' }).click();
    await response.locator('ins').waitFor();
    assert.deepEqual(await compared(), [idOf('a5'), large]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows why a run cannot be read', async () => {
    const { page, context } = await open(compareUrl(demoPlaces.executorRun.id, worked));
    await page.getByRole('alert').getByText('do not have access to this').waitFor();
    await context.close();
  });
});
