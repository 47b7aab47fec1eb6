import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { useGateway } from './gateway.mjs';
import { eventually, lengthOf, run, setText, textOf, visit } from './graphiql-page.mjs';
import { lookAt, markupOfOthers } from './look.mjs';
import { insertOddRuns, odd } from './odd-run.mjs';
import { currentToken, enterToken, signOut, tokenField } from './session.mjs';

describe('the responses in GraphiQL', () => {
  const gateway = useGateway();
  let runs;

  before(async () => {
    runs = await insertOddRuns(gateway);
  });

  const open = async (options) => {
    const page = await visit(gateway, options);
    await enterToken(page.page, await gateway.tokenOf('viewer'));
    await eventually(async () => /"orgId": "[\da-f-]{36}"/.test(await textOf(page.page, 'variables')));
    await page.page.waitForTimeout(300); // GraphiQL saves the contents of its tab a tenth of a second later.
    return page;
  };
  const execute = async (page, query, variables = {}) => {
    await setText(page, 'operation', query);
    await setText(page, 'variables', JSON.stringify(variables));
    await page.waitForTimeout(300); // GraphiQL reads the operation a tenth of a second after a change.
    return run(page);
  };
  const showPane = (page, name) => page.locator('.answer-bar').getByRole('tab', { name, exact: true }).click();
  const showExample = async (page, name) => {
    await page.locator('.graphiql-tabs').getByRole('tab', { name }).click();
    await page.waitForTimeout(300);
    return run(page);
  };

  it('contain visible runs in every example', async () => {
    const { page, context, complaints } = await open();
    for (const tab of await page.locator('.graphiql-tabs').getByRole('tab').all()) {
      await tab.click();
      await page.waitForTimeout(300);
      const { data, errors } = await run(page);
      assert.equal(errors, undefined, await tab.textContent());
      assert.notEqual(Object.values(data)[0], null, await tab.textContent());
    }
    assert.deepEqual(complaintsBut401(complaints), []);
    await context.close();
  });

  it('show every digit, names in their order, and markup as text', async () => {
    const { page, context, complaints } = await open();
    const { orgId, projectId, taskId, id } = runs.oddRun;
    const query = `query Odd($id: ID!) { taskRun(orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}", id: $id) { response chargedCredits } }`;
    await execute(page, query, { id });
    const shown = await textOf(page, 'response');
    for (const text of [odd.digits, ': 1.00,', odd.emoji, '<script>']) assert.ok(shown.includes(text), shown);
    const positions = ['"b"', '"10"', '"html"', '"emoji"', '"__proto__"'].map((name) => shown.indexOf(name));
    assert.deepEqual(
      positions,
      positions.toSorted((a, b) => a - b),
      shown,
    );
    assert.ok(positions[0] > 0);
    assert.equal(await page.title(), 'GraphiQL · Task runs');

    await setText(page, 'variables', JSON.stringify({ id: runs.longRun.id }));
    await page.locator('button.graphiql-execute-button').click();
    await eventually(async () => (await lengthOf(page, 'response')) > odd.longCharacters, 20_000);
    context.setDefaultTimeout(20_000);
    await showPane(page, 'Cost');
    await page.getByText(/^5,24\d,\d{3} bytes/).waitFor();
    assert.deepEqual(complaintsBut401(complaints), []);
    await context.close();
  });

  it('show the estimated cost of their operation without executing it again', async () => {
    const { page, context, complaints, operations } = await open();
    const { orgId, projectId, taskId } = runs.oddRun;
    const path = `orgId: "${orgId}", projectId: "${projectId}", taskId: "${taskId}"`;
    await execute(page, `{ taskRuns(${path}, first: 3) { nodes { id response } } }`);
    const before = operations.length;
    await showPane(page, 'Cost');
    const cost = page.getByRole('group', { name: 'Expected cost' });
    await cost.getByText('task_run_pages_by_task').waitFor();
    const text = await cost.textContent();
    for (const part of ['requestedQueryCost: 13', 'path: "taskRuns.nodes.response"'])
      assert.ok(text.includes(part), text);
    assert.equal(operations.length, before + 1);
    assert.match(operations.at(-1).url, /\/graphql\?explain=cost$/);
    assert.deepEqual(complaintsBut401(complaints), []);
    await context.close();
  });

  it('fill a table: sorted, copied as CSV, with links to the pages of runs', async () => {
    const { page, context, complaints } = await open();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { orgId, projectId } = runs.oddRun;
    const list = `{ taskRuns(orgId: "${orgId}", projectId: "${projectId}", first: 20) { nodes { id taskId totalTokens chargedCredits reportingGroup { name } } } }`;
    const { data } = await execute(page, list);
    await showPane(page, 'Table');
    const pane = page.locator('.answer-pane');
    const column = async () => (await pane.locator('td:nth-child(3)').allTextContents()).map(Number);
    assert.equal((await column()).length, data.taskRuns.nodes.length);
    await pane.getByRole('button', { name: 'totalTokens' }).click();
    assert.deepEqual(
      await column(),
      (await column()).toSorted((a, b) => a - b),
    );
    await pane.getByRole('button', { name: 'totalTokens' }).click();
    assert.deepEqual(
      await column(),
      (await column()).toSorted((a, b) => b - a),
    );
    await pane.getByRole('button', { name: 'Copy as CSV' }).click();
    const copied = await eventually(() => page.evaluate(() => navigator.clipboard.readText()));
    assert.match(copied, /^id,taskId,totalTokens,chargedCredits,reportingGroup(\.name)?[^\r]*\r\n[0-9a-f-]{36},/);
    const link = new URL(await pane.locator('td a').first().getAttribute('href'));
    assert.match(link.pathname, new RegExp(`^/runs/${orgId}/${projectId}/[0-9a-f-]{36}/[0-9a-f-]{36}$`));
    assert.equal((await fetch(link)).status, 200);
    assert.deepEqual(complaintsBut401(complaints), []);
    await context.close();
  });

  it('become charts where they contain buckets', async () => {
    const { page, context, complaints } = await open();
    const { orgId, projectId } = runs.oddRun;
    const measures = 'start runs errors chargedCredits llmCallTiming { p50 p90 p95 p99 }';
    await execute(
      page,
      `{ taskRunStats(orgId: "${orgId}", projectId: "${projectId}") { buckets(by: DAY) { ${measures} } } }`,
    );
    await showPane(page, 'Plot');
    for (const title of ['Runs and errors', 'LLM call, seconds', 'Charged credits'])
      await page
        .getByRole('img', { name: `Chart: ${title}` })
        .locator('canvas')
        .waitFor();
    await page
      .locator('.u-over')
      .first()
      .hover({ position: { x: 200, y: 60 } });
    assert.match(await page.locator('.cursor-values').first().textContent(), /00:00errors\d+runs\d+$/);
    await execute(page, '{ viewer { subject } }');
    await page.getByText('There is nothing to plot').waitFor();
    assert.deepEqual(complaintsBut401(complaints), []);
    await context.close();
  });

  it('come with working code that contains no token', async () => {
    const { page, context } = await open();
    await showExample(page, 'OneRun');
    await showPane(page, 'Code');
    const [curl, script, python] = await page.locator('.answer-pane pre').allTextContents();
    const token = await currentToken(page);
    const options = { env: { ...process.env, TOKEN: token } };
    const { data } = JSON.parse(await textOf(page, 'response'));
    for (const [program, ...parameters] of [
      ['bash', '-c', curl],
      ['node', '--input-type=module', '-e', `${script}\nconsole.log(JSON.stringify({ data, errors }));`],
      ['python3', '-c', python.replace('print(json.load(response))', 'print(json.dumps(json.load(response)))')],
    ]) {
      assert.ok(!parameters.join().includes(token.split('.')[1]));
      const { stdout } = await promisify(execFile)(program, parameters, options);
      const answer = JSON.parse(stdout);
      assert.equal(answer.data.taskRun.id, data.taskRun.id, program);
    }
    await context.close();
  });

  it('explain in a sentence that a token is missing or wrong', async () => {
    const { page, context } = await open();
    const rejection = (sentence) => page.locator('.answer-bar output').getByText(sentence).waitFor();
    await signOut(page);
    await rejection(/You are not signed in/);
    const field = await tokenField(page);
    await field.fill('nonsense');
    await field.press('Enter');
    await rejection(/Invalid token/);
    await field.fill(await gateway.tokenOf('viewer', -3600));
    await rejection(/Your session ended/);
    await context.close();
  });

  it('come from the operation of a link, with its variables and without the token', async () => {
    const { page, context } = await open();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await setText(page, 'operation', 'query Shared($a: String!) { viewer { can(permission: $a, orgId: "x") } }');
    await setText(page, 'variables', '{"a": "é & ü"}');
    await page.getByRole('button', { name: 'Copy a link to this operation' }).click();
    const link = await eventually(() => page.evaluate(() => navigator.clipboard.readText()));
    const token = await currentToken(page);
    assert.ok(link.startsWith(`${gateway.url}/graphql#`) && !link.includes(token.split('.')[1]), link);
    assert.equal(page.url(), link);

    const other = await context.newPage();
    await other.goto(link);
    const opened = async () => [await textOf(other, 'operation'), await textOf(other, 'variables')];
    await eventually(async () => (await opened())[0].startsWith('query Shared'));
    assert.equal((await opened())[1], '{"a": "é & ü"}');
    await context.close();
  });

  it('come from operations built in the explorer', async () => {
    const { page, context, complaints } = await open();
    await setText(page, 'operation', 'query Built { viewer { subject } }');
    await page.getByRole('button', { name: 'Show Explorer' }).click();
    await page.locator('.graphiql-explorer-root, .docExplorerWrap').getByText('issuer', { exact: true }).click();
    await eventually(async () => (await textOf(page, 'operation')).includes('issuer'));
    await page.waitForTimeout(300);
    assert.deepEqual(Object.keys((await run(page)).data.viewer), ['subject', 'issuer']);
    assert.deepEqual(complaintsBut401(complaints), []);
    await context.close();
  });

  it('stay readable and reachable at every width, in light and dark', async () => {
    const { page, context, complaints } = await open();
    const look = (name) => lookAt(page, `graphiql-${name}`, { exclude: markupOfOthers });
    await showExample(page, 'UsageReport');
    await look('json');
    for (const pane of ['Table', 'Plot', 'Cost', 'Code']) {
      await showPane(page, pane);
      if (pane === 'Cost') await page.getByText('mostExpensive').waitFor();
      await look(pane.toLowerCase());
    }
    assert.deepEqual(complaintsBut401(complaints), []);
    await context.close();
  });
});

/** Without the demo, the page is opened before it has a token. */
function complaintsBut401(complaints) {
  return complaints.filter((complaint) => !complaint.includes('401'));
}
