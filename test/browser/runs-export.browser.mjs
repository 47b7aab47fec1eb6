import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';
import { visitRuns } from './runs-page.mjs';
import { enterToken } from './session.mjs';

const { orgId, projectId, taskId } = demoPlaces.richRun;
const taskUrl = `/runs?org=${orgId}&project=${projectId}&task=${taskId}`;
const projectUrl = `/runs?org=${orgId}&project=${projectId}`;
const organizationUrl = `/runs?org=${orgId}`;
const restOfOrganization = `/api/v1/org/${orgId}/task_run/export`;
const restOfTask = `/api/v1/org/${orgId}/project/${projectId}/task/${taskId}/run/export`;
const restOfProject = `/api/v1/org/${orgId}/project/${projectId}/task_run/export`;

/** Returns the cells of CSV with a byte order mark. */
function cellsOf(bytes) {
  const cells = [
    ...bytes
      .toString('utf8')
      .slice(1)
      .matchAll(/("(?:[^"]|"")*"|[^,\r]*)(,|\r\n)/g),
  ];
  const rows = [[]];
  for (const [, cell, end] of cells) {
    rows.at(-1).push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end !== ',') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('the export of the list', () => {
  const gateway = useGateway();

  /** @param prepare runs in the page before the page's own scripts */
  const open = async (path, prepare) => {
    const visit = await visitRuns(gateway, path);
    if (prepare) {
      await visit.context.addInitScript(prepare);
      await visit.page.reload();
      await enterToken(visit.page, visit.token);
    }
    const { page } = visit;
    await page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
    await page.locator('.list-line').click();
    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog', { name: 'Export the runs of the list' });
    await dialog.waitFor();
    await dialog.getByLabel('CSV').check();
    return { ...visit, dialog, start: () => dialog.getByRole('button', { name: 'Export', exact: true }).click() };
  };
  const withoutPicker = () => {
    delete globalThis.showSaveFilePicker;
  };
  /** A file picker that returns a file in memory. */
  const withPicker = () => {
    globalThis.file = { written: [], state: 'open' };
    globalThis.showSaveFilePicker = async ({ suggestedName }) => ({
      createWritable: async () => ({
        write: async (bytes) => globalThis.file.written.push(...bytes),
        close: async () => Object.assign(globalThis.file, { state: 'closed', suggestedName }),
        abort: async () => Object.assign(globalThis.file, { state: 'aborted' }),
      }),
    });
  };
  const fetchBytes = async (path, token) => {
    const response = await fetch(new URL(path, gateway.url), { headers: { authorization: `Bearer ${token}` } });
    assert.equal(response.status, 200, path);
    return Buffer.from(await response.arrayBuffer());
  };

  for (const [format, extension, list, rest] of [
    ['CSV', 'csv', `${taskUrl}&status=FAIL&min-retries=1`, `${restOfTask}?format=csv&status=FAIL&min_llm_retries=1`],
    ['CSV', 'csv', projectUrl, `${restOfProject}?format=csv`],
    [
      'CSV',
      'csv',
      `${organizationUrl}&in-project=${projectId}&in-task=${taskId}`,
      `${restOfOrganization}?format=csv&project_id_in=${projectId}&task_id_in=${taskId}`,
    ],
    [
      'JSON lines',
      'jsonl',
      `${projectUrl}&reference=order-&is=${encodeURIComponent('response/category="billing" & reason=null')}`,
      `${restOfProject}?format=ndjson&has_primary_failure_reason=false&filter=${encodeURIComponent(
        JSON.stringify({
          reference: { starts_with: 'order-' },
          response: [{ path: '/category', eq: 'billing' }],
        }),
      )}`,
    ],
    [
      'Parquet',
      'parquet',
      `${taskUrl}&from=2026-10-01T00:00:00.000Z`,
      `${restOfTask}?format=parquet&created_after=2026-10-01`,
    ],
  ]) {
    it(`equals the ${format} of ${rest.slice(0, 160)}`, async () => {
      const { page, context, complaints, token, dialog, start } = await open(list, withoutPicker);
      const count = (await page.locator('.list-line output').first().textContent()).split(' ')[0];
      await dialog.getByText(new RegExp(`^${count} runs?\\.`)).waitFor();
      await dialog.getByLabel(format).check();
      const [download] = await Promise.all([page.waitForEvent('download'), start()]);
      assert.match(
        download.suggestedFilename(),
        new RegExp(`^(support-triage|claims-intake|harbor-insurance)_[\\d_-]+\\.${extension}$`),
      );
      const expected = await fetchBytes(rest, token);
      assert.ok((await readFile(await download.path())).equals(expected));
      if (format === 'Parquet') await dialog.getByText(/^Saved: [\d.]+ KB$/).waitFor();
      else await dialog.getByText(new RegExp(`^Saved: ${count} runs?, `)).waitFor();
      await assertTokenIsNowhere(page, gateway, token);
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }

  it('writes a spreadsheet with the columns of the list, in its order, on all of its pages', async () => {
    const list = `${taskUrl}&order=TOTAL_TOKENS_DESC&columns=status,response,tokens,user`;
    const { page, context, complaints, dialog, start } = await open(list, withoutPicker);
    await dialog.getByLabel('Spreadsheet').check();
    const [download] = await Promise.all([page.waitForEvent('download'), start()]);
    assert.match(download.suggestedFilename(), /^support-triage_[\d-]+\.table\.csv$/);
    const bytes = await readFile(await download.path());
    assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    const [titles, ...rows] = cellsOf(bytes);
    assert.deepEqual(titles, [
      'Status',
      'Created, UTC',
      'Response',
      'Tokens',
      'User',
      'Task',
      'Credits',
      'Kind of failure',
      'Message',
    ]);
    const expected = await gateway.query(
      `SELECT total_tokens::text AS tokens, response #>> '{detail,message}' AS message FROM task_run
       WHERE task_id = $1 ORDER BY total_tokens DESC`,
      [taskId],
    );
    assert.ok(expected.length > 50);
    assert.deepEqual(
      rows.map((row) => row[3]),
      expected.map(({ tokens }) => tokens),
    );
    const failed = rows.find((row) => row[0] === 'failed');
    assert.equal(failed[5], 'Support triage');
    assert.ok(expected.some(({ message }) => message === failed[8]));
    assert.match(failed[7], /^The /);
    await dialog.getByText(new RegExp(`^Saved: ${expected.length} runs, `)).waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('writes the projects of runs into a spreadsheet of an organization', async () => {
    const { page, context, dialog, start } = await open(`${organizationUrl}&columns=status,tokens`, withoutPicker);
    await dialog.getByLabel('Spreadsheet').check();
    const [download] = await Promise.all([page.waitForEvent('download'), start()]);
    assert.match(download.suggestedFilename(), /^harbor-insurance_[\d-]+\.table\.csv$/);
    const [titles, first] = cellsOf(await readFile(await download.path()));
    const expected = ['Status', 'Created, UTC', 'Tokens', 'Project', 'Task', 'Credits', 'Kind of failure', 'Message'];
    assert.deepEqual(titles, expected);
    assert.equal(first[3], 'Claims intake');
    await context.close();
  });

  it('adds columns to a spreadsheet on request, with times that Excel recognizes, also on a phone', async () => {
    const { page, context, dialog, start } = await open(`${taskUrl}&columns=status`, withoutPicker);
    await page.setViewportSize({ width: 390, height: 844 });
    await dialog.getByLabel('Spreadsheet').check();
    assert.ok(await dialog.evaluate((item) => item.scrollWidth <= item.clientWidth), 'wider than the dialog');
    await dialog.getByLabel('Group').check();
    await dialog.getByLabel('User').check();
    const [download] = await Promise.all([page.waitForEvent('download'), start()]);
    const [titles, first] = cellsOf(await readFile(await download.path()));
    assert.deepEqual(titles, [
      'Status',
      'Created, UTC',
      'Group',
      'User',
      'Task',
      'Credits',
      'Kind of failure',
      'Message',
    ]);
    assert.match(first[1], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    await context.close();
  });

  it('writes a spreadsheet of only the selected runs', async () => {
    const { page, context } = await visitRuns(gateway, `${taskUrl}&columns=id`);
    await context.addInitScript(withoutPicker);
    await page.evaluate(withoutPicker);
    await page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
    const ids = await page.locator('.row-link').evaluateAll((all) => all.map((link) => link.dataset.run));
    for (const index of [4, 1]) await page.locator('tbody').getByRole('checkbox').nth(index).check();
    await page.locator('.mark-state').getByRole('button', { name: 'Export' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export the selected runs' });
    await dialog.getByText('2 runs.').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Export', exact: true }).click(),
    ]);
    const rows = cellsOf(await readFile(await download.path()));
    assert.deepEqual(
      rows.slice(1).map((row) => row[1]),
      [ids[1], ids[4]],
    );
    await context.close();
  });

  it('offers no spreadsheet of more than 50,000 runs', async () => {
    const { page, context } = await visitRuns(gateway, taskUrl);
    await page.locator('.run-table[aria-busy=false] .row-link').first().waitFor();
    await page.route('**/graphql', (route) =>
      /query CountExport/.test(route.request().postDataJSON().query)
        ? route.fulfill({ json: { data: { taskRuns: { countUpTo: { count: 50_001, isExact: true } } } } })
        : route.continue(),
    );
    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog', { name: 'Export the runs of the list' });
    await dialog.getByText('A spreadsheet has at most 50,000 runs. The other formats have all of them.').waitFor();
    assert.ok(await dialog.getByRole('button', { name: 'Export', exact: true }).isDisabled());
    await dialog.getByLabel('CSV').check();
    assert.ok(await dialog.getByRole('button', { name: 'Export', exact: true }).isEnabled());
    await context.close();
  });

  it('goes to the chosen file as it arrives, where the browser supports that', async () => {
    const { page, context, complaints, token, dialog, start } = await open(taskUrl, withPicker);
    await dialog.getByLabel('response and inputs').uncheck();
    await start();
    await dialog.getByText(/^Saved: /).waitFor();
    const { written, state, suggestedName } = await page.evaluate(() => globalThis.file);
    assert.equal(state, 'closed');
    assert.match(suggestedName, /^support-triage_\d{4}-\d\d-\d\d\.csv$/);
    const expected = await fetchBytes(`${restOfTask}?format=csv&fields=core,usage,timing`, token);
    assert.ok(Buffer.from(written).equals(expected));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leaves no partial file when it fails, breaks off or is stopped, and reports that', async () => {
    const { page, context, dialog, start } = await open(taskUrl, withPicker);
    const state = () => page.evaluate(() => globalThis.file.state);
    await page.route('**/export?**', (route) =>
      route.fulfill({
        status: 429,
        json: { detail: { message: 'There are 4 open exports.', reason: 'RATE_LIMITED' } },
      }),
    );
    await start();
    await dialog.getByText('There are 4 open exports.').waitFor();
    assert.equal(await state(), 'aborted');
    await page.unroute('**/export?**');

    // Sends the first bytes. The test decides when the others follow.
    await page.evaluate(() => {
      globalThis.file.state = 'open';
      const { fetch } = globalThis;
      globalThis.fetch = async (url, init) => {
        if (!/export\?/.test(url)) return fetch(url, init);
        const body = new ReadableStream({
          start(controller) {
            globalThis.cut = () => controller.error(new TypeError('network error'));
            init.signal.addEventListener('abort', () => controller.error(init.signal.reason));
            controller.enqueue(new TextEncoder().encode('id,reference\r\n1,"a\r\nb"\r\n'));
          },
        });
        return new Response(body);
      };
    });
    await start();
    await dialog.getByText(/^1 run, 24 B so far$/).waitFor();
    await page.evaluate(() => globalThis.cut());
    await dialog.getByText('The export was interrupted. Nothing was saved.').waitFor();
    assert.equal(await state(), 'aborted');

    await page.evaluate(() => {
      globalThis.file.state = 'open';
    });
    await start();
    await dialog.getByText(/so far$/).waitFor();
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await eventually(async () => (await state()) === 'aborted');
    await context.close();
  });

  it('ends at 200 MB where it must be held in memory, and names the command that has no such limit', async () => {
    const { context, dialog, start } = await open(taskUrl, () => {
      delete globalThis.showSaveFilePicker;
      const { fetch } = globalThis;
      const bytes = new Uint8Array(10_000_000);
      globalThis.fetch = async (url, init) => {
        if (!/export\?/.test(url)) return fetch(url, init);
        return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(bytes) }));
      };
    });
    await dialog.getByText('This browser can save up to 200 MB').waitFor();
    await start();
    await dialog.getByText('The export is larger than 200 MB').waitFor();
    await context.close();
  });

  it('copies a command for curl as well, without the token', async () => {
    const { page, context, complaints, token, dialog } = await open(`${taskUrl}&status=FAIL`);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await dialog.getByRole('button', { name: 'Copy as curl' }).click();
    const command = await eventually(() => page.evaluate(() => navigator.clipboard.readText()));
    const [, url] = /^curl --fail --output support-triage_[\d-]+\.csv -H "Authorization: Bearer \$TOKEN" '(.*)'$/.exec(
      command,
    );
    assert.ok((await fetchBytes(url, token)).equals(await fetchBytes(`${restOfTask}?format=csv&status=FAIL`, token)));
    await dialog.getByText('Copied').waitFor({ state: 'hidden' });
    await lookAt(page, 'runs-export');
    await page.setViewportSize({ width: 390, height: 900 });
    for (const label of await dialog.locator('label').all()) {
      const box = await label.locator('input').boundingBox();
      assert.ok(box.width < 24, `the box of ${await label.textContent()} is ${box.width} px wide`);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('copies a command that does nothing else, whatever ids the address of the page has', async () => {
    const { page, context } = await visitRuns(
      gateway,
      `${projectUrl}&task=${encodeURIComponent("x';touch$IFS/owned;'")}`,
    );
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('alert').first().waitFor();
    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog', { name: 'Export the runs of the list' });
    await dialog.getByLabel('CSV').check();
    await dialog.getByRole('button', { name: 'Copy as curl' }).click();
    const command = await eventually(() => page.evaluate(() => navigator.clipboard.readText()));
    // Any command other than curl would fail.
    const script = `PATH=; TOKEN=t; curl() { printf '%s\\n' "$@"; }; ${command}`;
    const words = execFileSync('/bin/sh', ['-ec', script], { encoding: 'utf8' }).split('\n');
    assert.deepEqual([words[0], words[1], words[3], words[4]], ['--fail', '--output', '-H', 'Authorization: Bearer t']);
    assert.match(words[2], /^runs_[\d-]+\.csv$/);
    assert.match(words[5], /\/task\/x';touch\$IFS\/owned;'\/run\/export\?format=csv/);
    assert.equal(words.length, 7);
    await context.close();
  });
});
