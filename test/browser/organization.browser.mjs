import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { lookAt } from './look.mjs';
import { urlOfRun, visitRuns } from './runs-page.mjs';

const { richRun, sharedRun } = demoPlaces;
const { orgId, projectId, taskId } = richRun;
const organizationUrl = `/runs?org=${orgId}`;
const projectUrl = `${organizationUrl}&project=${projectId}`;
const taskUrl = `${projectUrl}&task=${taskId}`;
const everywhere = 'All projects of Harbor Insurance';

describe('the pages of an organization', () => {
  const gateway = useGateway();
  /** The same task as that of the rich run, in the other project of its organization. */
  const other = {};

  before(async () => {
    const [row] = await gateway.query(
      `SELECT task.id AS "taskId", project.id AS "projectId" FROM task JOIN project ON project.id = task.project_id
       WHERE project.name = 'Customer voice' AND task.name = 'Support triage'`,
    );
    Object.assign(other, row, { orgId });
  });

  const open = async (path = organizationUrl, options) => {
    const visit = await visitRuns(gateway, path, { as: 'owner', ...options });
    const { page } = visit;
    const url = () => new URL(page.url());
    return {
      ...visit,
      url,
      params: () => url().searchParams,
      chooser: (name) => page.getByRole('combobox', { name, exact: true }),
      facet: (name) => page.getByRole('group', { name, exact: true }),
      found: page.locator('.search-box output button'),
      total: (count) => page.getByText(new RegExp(`^${count} runs?$`)).waitFor(),
      find: async (text) => {
        await page.getByLabel('Find').fill(text);
        await page.keyboard.press('Enter');
      },
    };
  };
  const loaded = (page) => page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
  const countRuns = async (condition, values = []) => {
    const [{ count }] = await gateway.query(
      `SELECT count(*)::integer AS count FROM task_run JOIN task ON task.id = task_run.task_id
         JOIN project ON project.id = task.project_id
       WHERE project.org_id = '${orgId}' AND ${condition}`,
      values,
    );
    return count;
  };
  let inserted = 0;
  /** Adds a run of a task, newer than all others. */
  const insert = async (place, reference) => {
    inserted++;
    const id = `ffffffff-0000-0000-0003-${String(inserted).padStart(12, '0')}`;
    await gateway.query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens, reference)
       SELECT $1, $2, task_revision_id, '{}', created + interval '90 days' + $4 * interval '1 second', 1, 2, 3, $3
       FROM task_run WHERE id = $5`,
      [id, place.taskId, reference, inserted, richRun.id],
    );
    return id;
  };
  const remove = (...ids) => gateway.query('DELETE FROM task_run WHERE id = ANY($1)', [ids]);

  it('list all of its runs with their projects, and lead to their pages and back', async () => {
    const id = await insert(other, 'of-customer-voice');
    const { page, context, complaints, total, url } = await open();
    await total(await countRuns('true'));
    await loaded(page);
    const titles = await page.locator('.run-table th[scope]').allTextContents();
    assert.deepEqual(titles.slice(0, 4), ['Status', 'Created', 'Project', 'Task']);
    const [first] = await page.locator('.run-table tbody tr').allTextContents();
    assert.match(first, /Customer voice.*Support triage/);
    await page.locator('.row-link').first().press('Enter');
    await page.getByText('Harbor Insurance / Customer voice').waitFor();
    assert.equal(url().pathname, urlOfRun({ ...other, id }));
    // The next run of the list is of another project.
    await page.getByRole('link', { name: /Older/ }).click();
    await eventually(() => !url().pathname.endsWith(id));
    await page.locator('.run-title').getByText('Harbor Insurance / ').waitFor();
    await page.getByRole('link', { name: 'All runs' }).click();
    await total(await countRuns('true'));
    assert.equal(url().search, `?org=${orgId}`);
    assert.deepEqual(complaints, []);
    await context.close();
    await remove(id);
  });

  it('open a run of any project next to the list, also from the address', async () => {
    const id = await insert(other, 'of-customer-voice');
    const { page, context, params } = await open();
    await loaded(page);
    await page.keyboard.press('j');
    await page.keyboard.press('Space');
    const panel = page.getByRole('region', { name: 'Run beside the list' });
    await panel.getByRole('heading', { name: 'Support triage' }).waitFor();
    assert.equal(params().get('peek'), [other.projectId, other.taskId, id].join('/'));
    await page.keyboard.press('j');
    await eventually(() => !params().get('peek').endsWith(id));
    await context.close();
    const another = await open(`${organizationUrl}&peek=${other.projectId}/${other.taskId}/${id}`);
    await another.page
      .locator('.peek')
      .getByRole('heading', { name: /of-customer-voice/ })
      .waitFor();
    await another.context.close();
    await remove(id);
  });

  it('offer its projects and tasks by name, to include several and to exclude', async () => {
    const { page, context, complaints, facet, total, params } = await open();
    await loaded(page);
    await facet('Project').getByLabel('Customer voice').check();
    await total(await countRuns("project.name = 'Customer voice'"));
    assert.equal(params().get('in-project'), other.projectId);
    await page.getByRole('list', { name: 'Filters' }).getByText('Customer voice').waitFor();
    await facet('Task').getByLabel('Support triage · Customer voice').check();
    await facet('Project').getByLabel('Customer voice').uncheck();
    await total(await countRuns('task.id = $1', [other.taskId]));
    await facet('Task').getByLabel('Support triage · Claims intake').check();
    await total(await countRuns("task.name = 'Support triage'"));
    assert.deepEqual(params().getAll('in-task').toSorted(), [taskId, other.taskId].toSorted());
    await page.getByRole('button', { name: 'Remove all' }).click();
    await facet('Project')
      .getByText('Claims intake')
      .click({ modifiers: ['Alt'] });
    await total(await countRuns("project.name <> 'Claims intake'"));
    await page.getByRole('list', { name: 'Filters' }).getByText('Project not: Claims intake').waitFor();
    await page
      .locator('.run-table[aria-busy=false] .task-cell')
      .getByText('Translation')
      .first()
      .click({ modifiers: ['Alt'] });
    await total(await countRuns("project.name <> 'Claims intake' AND task.name = 'Translation'"));
    await lookAt(page, 'organization');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('keep no filter by projects and tasks in a project, and return to the organization', async () => {
    const { page, context, chooser, total, url } = await open(
      `${organizationUrl}&in-project=${other.projectId}&status=FAIL`,
    );
    await loaded(page);
    await chooser('Project').selectOption('Customer voice');
    await total(await countRuns("project.name = 'Customer voice' AND is_error"));
    assert.equal(url().search, `?org=${orgId}&project=${other.projectId}&status=FAIL`);
    await chooser('Project').selectOption(everywhere);
    await total(await countRuns('is_error'));
    await chooser('Task').selectOption({ label: 'Translation' });
    await eventually(() => url().searchParams.has('project') && url().searchParams.has('task'));
    await context.close();
  });

  it('follow its runs live', async () => {
    const { page, context, complaints } = await open();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await loaded(page);
    await page.getByRole('switch', { name: 'Live' }).click();
    await page.locator('.live-state.live').waitFor();
    await loaded(page);
    const ids = [await insert(richRun, 'made just now'), await insert(other, 'made just now')];
    await page.getByRole('button', { name: '2 new' }).click();
    await eventually(async () => (await page.getByText('made just now').count()) === 2);
    const projects = await page.locator('.project-cell').allTextContents();
    assert.deepEqual(projects.slice(0, 2), ['Customer voice', 'Claims intake']);
    await remove(...ids);
    await eventually(async () => (await page.getByText('made just now').count()) === 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('search all of its projects, and say in how many the text was found', async () => {
    const ids = [await insert(richRun, 'claim-77'), await insert(other, 'claim-77'), await insert(other, 'claim-78')];
    const { page, context, complaints, find, found, total } = await open();
    await loaded(page);
    await find('claim-7');
    await found.getByText(/^3 by reference in 2 projects$/).waitFor();
    await page.getByText('In all projects of Harbor Insurance:', { exact: true }).waitFor();
    await total(3);
    await find('claim-78');
    await found.getByText(/^1 by reference in 1 project$/).waitFor();
    await find('project: voice');
    await total(await countRuns("project.name = 'Customer voice'"));
    assert.deepEqual(complaints, []);
    await context.close();
    await remove(...ids);
  });

  it('name further runs of the organization after a search in a task, and lead to them', async () => {
    const ids = [await insert(richRun, 'claim-77'), await insert(other, 'claim-77')];
    const { page, context, complaints, find, found, total, params } = await open(taskUrl);
    await loaded(page);
    await find('claim-77');
    await page.getByText('In Support triage:', { exact: true }).waitFor();
    await found.getByText(/^1 by reference$/).waitFor();
    await total(1);
    await found.getByText(/^2 by reference in 2 projects$/).click();
    await total(2);
    assert.deepEqual([params().get('project'), params().get('reference')], [null, 'claim-77']);
    await find('order-104220');
    await context.close();
    const project = await open(projectUrl);
    await loaded(project.page);
    await project.find('order-104220');
    await project.page.getByText('In all projects of Harbor Insurance: no further matches').waitFor();
    await project.context.close();
    assert.deepEqual(complaints, []);
    await remove(...ids);
  });

  it('replace the rows by a sentence after a search without a hit, which leads to the wider scopes', async () => {
    const id = await insert(other, 'claim-99');
    const { page, context, complaints, find, total, params } = await open(taskUrl);
    await loaded(page);
    const all = await countRuns('task.id = $1', [taskId]);
    await find('claim-99');
    await page.getByText('No run in Support triage matches “claim-99”.').waitFor();
    assert.equal(await page.locator('.run-table').count(), 0);
    assert.equal(await page.locator('.list-line output').first().textContent(), ' ');
    await lookAt(page, 'search-miss');
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await total(all);
    await find('claim-99');
    await page.getByRole('button', { name: 'Search Claims intake' }).click();
    await page.getByText('No run in Claims intake matches “claim-99”.').waitFor();
    assert.equal(params().get('task'), null);
    await page.getByRole('button', { name: 'Search all projects of Harbor Insurance' }).click();
    await total(1);
    assert.deepEqual([params().get('project'), params().get('reference')], [null, 'claim-99']);
    await find('no-such-thing');
    await page.getByText('No run in all projects of Harbor Insurance matches “no-such-thing”.').waitFor();
    assert.equal(await page.getByRole('button', { name: /^Search/ }).count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
    await remove(id);
  });

  it('offer the wider scopes where filters match no run', async () => {
    const id = await insert(other, 'claim-99');
    const { page, context, complaints, total, params } = await open(`${projectUrl}&reference=claim-99`);
    await page.getByText('No run in Claims intake matches all of these filters.').waitFor();
    await page.getByRole('link', { name: 'Search all projects of Harbor Insurance' }).click();
    await total(1);
    assert.deepEqual(Object.fromEntries(params()), { org: orgId, reference: 'claim-99' });
    assert.deepEqual(complaints, []);
    await context.close();
    await remove(id);
  });

  it('break its statistics down by project and task, and lead to their runs', async () => {
    const { page, context, complaints, url } = await open(`/runs/statistics?org=${orgId}&since=any`);
    const rows = (title) => page.getByRole('region', { name: title, exact: true }).locator('tbody tr');
    await rows('Project').first().waitFor();
    assert.deepEqual((await rows('Project').locator('th').allTextContents()).toSorted(), [
      'Claims intake',
      'Customer voice',
    ]);
    const choose = (name) => page.locator('.breakdown-tabs').getByRole('button', { name, exact: true }).click();
    await choose('Task');
    const task = rows('Task').filter({ hasText: 'Support triage · Customer voice' });
    await task.getByRole('link').click();
    await page.getByText(`${await countRuns('task.id = $1', [other.taskId])} runs`, { exact: true }).waitFor();
    assert.deepEqual(
      ['org', 'project', 'task'].map((name) => url().searchParams.get(name)),
      [orgId, other.projectId, other.taskId],
    );
    await page.goBack();
    await choose('Project');
    await rows('Project').filter({ hasText: 'Claims intake' }).getByRole('link').click();
    await page.getByText(`${await countRuns('project.id = $1', [projectId])} runs`, { exact: true }).waitFor();
    assert.equal(url().searchParams.get('project'), projectId);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('are those of the organization that this browser has shown last, or else of the first one by name', async () => {
    const { page, context, complaints, chooser, params } = await open('/runs');
    await loaded(page);
    assert.equal(params().get('org'), orgId);
    const options = () => chooser('Project').locator('option').allTextContents();
    assert.deepEqual(await options(), [
      everywhere,
      'Claims intake',
      'Customer voice',
      'All projects of Lumen Retail',
      'Storefront',
    ]);
    await chooser('Project').selectOption('Storefront');
    await eventually(() => params().get('project') === sharedRun.projectId);
    await loaded(page);
    const tab = await context.newPage();
    await tab.goto(`${gateway.url}/runs/statistics`);
    await eventually(() => new URL(tab.url()).searchParams.get('org') === sharedRun.orgId);
    // The project is only offered: the address means the organization.
    assert.equal(new URL(tab.url()).searchParams.get('project'), null);
    const first = tab.getByRole('combobox', { name: 'Project', exact: true }).locator('optgroup').first();
    await eventually(async () => (await first.getAttribute('label')) === 'Last used');
    assert.deepEqual(await first.locator('option').allTextContents(), ['Storefront']);
    await tab.goto(gateway.url + organizationUrl);
    await loaded(tab);
    assert.equal(new URL(tab.url()).search, `?org=${orgId}`);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('have menus by name, which can be searched from ten entries on', async () => {
    await gateway.query(
      `INSERT INTO project (id, org_id, name)
       SELECT ('ffffffff-0000-0000-0004-' || lpad(n::text, 12, '0'))::uuid, $1, 'Branch ' || chr(75 - n) FROM generate_series(1, 9) AS n`,
      [orgId],
    );
    const { page, context, complaints, params } = await open();
    await loaded(page);
    const menu = page.locator('.choice-menu').filter({ hasText: 'Project' });
    const button = page.locator('.choice-menu summary').first();
    assert.equal(await button.getAttribute('aria-label'), `Project: ${everywhere}`);
    await button.click();
    const names = await menu.locator('.choices button').allTextContents();
    assert.equal(names[0], everywhere);
    assert.deepEqual(names.slice(1, 12), names.slice(1, 12).toSorted());
    await lookAt(page, 'scope-menu');
    await page.keyboard.press('Escape');
    await button.click();
    await page.keyboard.type('claims');
    assert.deepEqual(await menu.locator('.choices button').allTextContents(), ['Claims intake']);
    await page.keyboard.press('Enter');
    await eventually(() => params().get('project') === projectId);
    await loaded(page);
    assert.equal(await button.textContent(), 'Claims intake');
    assert.equal(await menu.locator('details[open]').count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
    await gateway.query("DELETE FROM project WHERE id::text LIKE 'ffffffff-0000-0000-0004-%'");
  });
});
