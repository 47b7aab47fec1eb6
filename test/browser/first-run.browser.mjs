import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { lookAt, markupOfOthers } from './look.mjs';
import { visitRuns } from './runs-page.mjs';

const main = join(import.meta.dirname, '..', '..', 'dist', 'src', 'main.js');
const isSkipped = !process.env.TEST_DATABASE_URL && 'TEST_DATABASE_URL names no server';

/** Presses a button of a card, and returns what it has copied. */
async function copy(page, name) {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name }).click();
  return page.evaluate(() => navigator.clipboard.readText());
}

const card = (page) => page.getByRole('region', { name: 'The first run' });
const heading = (page, name) => card(page).getByRole('heading', { name });

describe('the first run on an empty database', { skip: isSkipped }, () => {
  const gateway = useGateway('empty');
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-first-run-'));
    await writeFile(join(folder, 'task-run-gateway'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, {
      mode: 0o755,
    });
  });
  after(() => rm(folder, { recursive: true }));
  /** Runs commands in a shell, as somebody who has pasted them. */
  const run = async (commands, TOKEN = '') => {
    const env = { PATH: `${folder}:${process.env.PATH}`, DATABASE_URL: gateway.databaseUrl, TOKEN };
    return (await promisify(execFile)('sh', ['-ec', commands], { cwd: folder, env })).stdout;
  };
  /** A subject that a shell would split, and whose quote would end a string. */
  const subject = "ada o'neill";

  it('appears without a reload on the list after the commands that the page shows', async () => {
    const { page, context, complaints } = await visitRuns(gateway, '/runs', { as: subject });
    await heading(page, 'You have no role yet').waitFor();
    await lookAt(page, 'first-role');
    await run(await copy(page, 'Copy Create: Shell'));
    await heading(page, 'No runs yet').waitFor();
    await card(page).getByText('There is a task: My task in My project.').waitFor();
    await lookAt(page, 'first-run');
    const token = await copy(page, 'Copy your token');
    const curl = await copy(page, 'Copy Read runs: curl');
    await card(page).getByRole('button', { name: 'Python' }).click();
    const python = await copy(page, 'Copy Read runs: Python');
    await run(await copy(page, 'Copy Write a run: SQL'));
    await page.locator('.run-table .row-link').first().waitFor();
    assert.equal(await card(page).count(), 0);
    const [{ id }] = await gateway.query('SELECT id FROM task_run');
    for (const output of [await run(curl, token), await run(`python3 -c '${python}'`, token)])
      assert.ok(output.includes(id), output);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('appears without a reload in the statistics, from an imported file', async () => {
    await gateway.query('DELETE FROM task_run');
    const { page, context, complaints } = await visitRuns(gateway, '/runs/statistics', { as: subject });
    await heading(page, 'No runs yet').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Remove the filters' }).count(), 0);
    await card(page).getByRole('button', { name: 'Import a file' }).click();
    await run(await copy(page, 'Copy Write a run: Import a file'));
    await page.locator('.statistics-page .tile-figure').first().waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('is missing in the examples of GraphiQL, which say so', async () => {
    await gateway.query('DELETE FROM task_run');
    const { page, context, complaints } = await visitRuns(gateway, '/graphql', { as: subject });
    await page.getByText('You see no runs yet, so the ids in the examples are empty.').waitFor();
    await lookAt(page, 'graphiql-empty', { exclude: markupOfOthers });
    const link = page.getByRole('status').getByRole('link', { name: 'Runs' });
    assert.equal(await link.evaluate(({ href }) => href), `${gateway.url}/runs`);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leads to a task that somebody else creates, for a viewer, and names who can', async () => {
    const orgId = '0190a234-0000-7000-8000-0000000000aa';
    await gateway.query(`INSERT INTO organization (id, name) VALUES ('${orgId}', 'Harbor')`);
    await run(`task-run-gateway grant --user vic --role viewer --org ${orgId}`);
    const { page, context, complaints } = await visitRuns(gateway, '/runs', { as: 'vic' });
    await heading(page, 'Ask for a task').waitFor();
    await card(page).getByText('an owner of Harbor').waitFor();
    assert.equal(await card(page).locator('pre').count(), 0);
    await lookAt(page, 'first-run-viewer');
    const [projectId, taskId] = ['bb', 'cc'].map((end) => orgId.replace(/aa$/, end));
    await gateway.query(`INSERT INTO project (id, org_id, name) VALUES ('${projectId}', '${orgId}', 'Claims')`);
    await gateway.query(`INSERT INTO task (id, project_id, name) VALUES ('${taskId}', '${projectId}', 'Triage')`);
    await heading(page, 'Ask for a run').waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });
});

describe('a period without runs', () => {
  const gateway = useGateway();

  it('offers all times in the statistics, and no filters to remove', async () => {
    const { orgId } = demoPlaces.richRun;
    const path = `/runs/statistics?org=${orgId}&from=2001-01-01&to=2001-01-02`;
    const { page, context, complaints } = await visitRuns(gateway, path);
    await page.getByText('in this period.').waitFor();
    assert.equal(await card(page).count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Remove the filters' }).count(), 0);
    await page.getByRole('button', { name: 'Show all times' }).click();
    await page.locator('.statistics-page .tile-figure').first().waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });
});
