import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { assertTokenIsNowhere, lookAt } from './look.mjs';
import { insertOddRuns, odd } from './odd-run.mjs';
import { insertRun, shiftsOf, urlOfRun, visitRuns, watchShifts } from './runs-page.mjs';
import { enterToken } from './session.mjs';

const { richRun, failedRun, executorRun } = demoPlaces;

describe('the page of a run', () => {
  const gateway = useGateway();
  let oddRun;
  let longRun;

  before(async () => {
    ({ oddRun, longRun } = await insertOddRuns(gateway));
    await gateway.putFile('odd/page.html', Buffer.from(odd.html));
    await gateway.query(
      `INSERT INTO task_run_file (task_run_id, position, name, content_type, size_bytes, direction, storage_key, created)
       VALUES ($1, 0, 'page.html', 'text/html', $2, 'OUTPUT', 'odd/page.html', now())`,
      [oddRun.id, odd.html.length],
    );
  });

  const open = async (run, { search = '', ...options } = {}) => {
    const visit = await visitRuns(gateway, urlOfRun(run) + search, options);
    const { page } = visit;
    return {
      ...visit,
      response: page.getByRole('region', { name: 'Response' }),
      submitted: page.getByRole('region', { name: 'Submitted' }),
      url: () => new URL(page.url()),
    };
  };
  const loaded = (page) => page.locator('.payload[aria-busy=false]').nth(1).waitFor();

  it('shows the input, the output and the usage, with the files', async () => {
    const { page, context, complaints, response, submitted } = await open(richRun);
    await loaded(page);
    const facts = await page.locator('.facts > div').allTextContents();
    for (const fact of ['LLM call1.3 s', 'Input processors0.2 ms', 'Tokens1,8011,234 in, 567 out', 'Credits1.00'])
      assert.ok(facts.includes(fact), `${fact} in ${facts}`);
    await page.getByTitle('0.00015282 s').waitFor();
    await submitted.getByText('I was charged twice for order 104220').waitFor();
    await response.getByText('Rückerstattungen').waitFor();
    const files = page.getByRole('region', { name: 'Files' });
    assert.equal(await files.locator('figure').count(), 7);
    await eventually(() =>
      files.locator('img').evaluateAll((all) => all.length === 3 && all.every((item) => item.naturalWidth > 0)),
    );
    await files.locator('audio').evaluate((audio) => audio.play().then(() => audio.pause()));
    await files.locator('iframe').waitFor();
    await files.getByText('Boils in under a minute').waitFor();
    await lookAt(page, 'run', { settle: () => page.waitForTimeout(300) });
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows why a run failed, what was tried, and what happened before', async () => {
    const { page, context, complaints } = await open(failedRun);
    await loaded(page);
    const failure = page.getByRole('region', { name: 'What went wrong' });
    assert.deepEqual(await failure.locator('.failure-message, li').allTextContents(), [
      'The model did not answer within 60 seconds.',
      'The primary model failed: timeout.',
      'The call was retried: 3 times.',
      await failure.locator('li').nth(2).textContent(),
      'It ended after 1 min.',
    ]);
    assert.match(
      await failure.locator('li').nth(2).textContent(),
      /^The fallback model [\w-]+ took over, and failed as well\.$/,
    );
    const kind = page.getByRole('link', { name: 'The model did not answer within # seconds.' });
    assert.equal(
      new URL(await kind.getAttribute('href')).searchParams.get('failure'),
      'The model did not answer within # seconds.',
    );
    const related = page.getByRole('region', { name: 'Runs of the same context' });
    assert.equal(await related.locator('li').count(), 2);
    assert.match(await related.locator('li[aria-current]').textContent(), /^Failed2026-10-30 17:03:55, this run/);
    const columnsOf = (row) =>
      row.locator('> *').evaluateAll((cells) => cells.map((cell) => Math.round(cell.getBoundingClientRect().x)));
    const rows = related.locator('li');
    assert.deepEqual(await columnsOf(rows.nth(0)), await columnsOf(rows.nth(1)));
    assert.match(await rows.nth(0).locator('.thread-text').textContent(), /^team \S+ · confidence 0\.\d+ · /);
    await lookAt(page, 'run-failed', { settle: () => page.waitForTimeout(300) });
    await related.getByRole('link').click();
    await page.getByText('What went wrong before it succeeded').waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shortens a long reference in its title, so that nothing beside it moves', async () => {
    const id = 'eeeeeeee-0000-0000-0000-00000000000b';
    await insertRun(gateway, { id, response: '{}' });
    const widthFor = async (reference) => {
      await gateway.query('UPDATE task_run SET reference = $1 WHERE id = $2', [reference, id]);
      const { page, context } = await visitRuns(gateway, urlOfRun({ ...demoPlaces.richRun, id }));
      const name = page.locator('.run-name');
      await name.waitFor();
      assert.equal(await name.getAttribute('title'), reference);
      await page.getByRole('banner').locator('[aria-current=page]', { hasText: 'Runs' }).waitFor();
      const { y } = await page.locator('.steps').boundingBox();
      const { width } = await name.boundingBox();
      await context.close();
      return [y, width <= 300];
    };
    assert.deepEqual(await widthFor('order-'.repeat(10)), await widthFor('order-1'));
    await gateway.query('DELETE FROM task_run WHERE id = $1', [id]);
  });

  it('shows names instead of ids, and short ids that can be copied', async () => {
    const { page, context } = await open(richRun);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await loaded(page);
    await page.getByRole('heading', { name: 'Support triage order-104220' }).waitFor();
    assert.equal(await page.title(), 'order-104220 · Support triage · Task runs');
    const [{ user, revision }] = await gateway.query(
      `SELECT (SELECT name FROM resource_name WHERE org_id = $2 AND id = user_id) AS user,
         (SELECT name FROM resource_name WHERE org_id = $2 AND id = task_revision_id) AS revision FROM task_run WHERE id = $1`,
      [richRun.id, richRun.orgId],
    );
    for (const name of [user, revision]) await page.locator('.facts').getByRole('link', { name }).waitFor();
    const id = page.locator('.short-id', { hasText: `…${richRun.id.slice(-6)}` });
    const copy = id.getByRole('button', { name: 'Copy the id of the run' });
    const opacity = () => copy.evaluate((button) => getComputedStyle(button).opacity);
    assert.equal(await opacity(), '0');
    await id.hover();
    assert.equal(await opacity(), '1');
    await page.mouse.move(0, 0);
    await copy.focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    assert.equal(await opacity(), '1');
    await copy.click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), richRun.id);
    await page.goto(`${gateway.url}${urlOfRun(failedRun)}`);
    await page.locator('.run-name').getByText('2026-10-30 17:03:55').waitFor();
    assert.ok((await page.title()).startsWith('2026-10-30 17:03:55, failed · '));
    await context.close();
  });

  it('puts the input and the response next to each other, or below each other if one is much longer', async () => {
    const short = await open(failedRun);
    await loaded(short.page);
    const placesOf = async ({ submitted, response }) => [await submitted.boundingBox(), await response.boundingBox()];
    const [input, output] = await placesOf(short);
    assert.deepEqual([input.y, input.x + input.width < output.x], [output.y, true]);
    await short.context.close();
    const id = 'eeeeeeee-0000-0000-0000-00000000000c';
    await insertRun(gateway, { id, response: JSON.stringify({ text: 'line\n'.repeat(60) }) });
    const long = await open({ ...richRun, id });
    await loaded(long.page);
    const [above, below] = await placesOf(long);
    assert.deepEqual([above.x, above.y + above.height < below.y], [below.x, true]);
    await gateway.query('DELETE FROM task_run WHERE id = $1', [id]);
    await long.context.close();
  });

  it('folds the facts that are empty', async () => {
    const id = 'eeeeeeee-0000-0000-0000-00000000000d';
    await insertRun(gateway, { id, response: '{}' });
    const { page, context } = await open({ ...richRun, id });
    const empty = page.locator('.facts-empty');
    await empty.getByText('8 empty fields').click();
    await empty.getByText('LLM call, Credits, Input processors, Fallback model, User').waitFor();
    assert.equal(await page.locator('.facts').getByText('Credits').count(), 0);
    await gateway.query('DELETE FROM task_run WHERE id = $1', [id]);
    await context.close();
  });

  it('shows placeholders until the run has arrived', async () => {
    const { page, context, complaints } = await open(richRun);
    await loaded(page);
    let proceed;
    const untilShown = new Promise((resolve) => {
      proceed = resolve;
    });
    await page.getByRole('link', { name: 'Older' }).waitFor();
    await page.route('**/graphql', (route) => untilShown.then(() => route.continue()));
    await page.keyboard.press('j');
    await page.locator('.facts-panel .skeleton').first().waitFor();
    await page.locator('.payload-skeleton').waitFor();
    await page.locator('main[aria-busy=true]').waitFor();
    proceed();
    await loaded(page);
    assert.equal(await page.locator('.skeleton').count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows values as the server wrote them, to read, as JSON and raw, and copies them so', async () => {
    const { page, context, complaints, response } = await open(oddRun);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await loaded(page);
    const [{ text }] = await gateway.query('SELECT response::text AS text FROM task_run WHERE id = $1', [oddRun.id]);
    const names = ['b', '10', 'html', 'emoji', '__proto__'];
    assert.deepEqual(
      names.toSorted((one, other) => text.indexOf(`"${one}":`) - text.indexOf(`"${other}":`)),
      await response.locator('.readable > dl > div > dt').allTextContents(),
    );
    for (const value of [odd.digits, odd.scale, odd.emoji, odd.html, '0.10'])
      await response.getByText(value, { exact: true }).waitFor();
    await response.getByRole('button', { name: 'JSON', exact: true }).click();
    await response.getByText(odd.digits).waitFor();
    await response.getByRole('button', { name: 'Raw' }).click();
    assert.equal(await response.locator('.raw').textContent(), text);
    await response.getByRole('button', { name: /^Copy/ }).click();
    await eventually(async () => (await page.evaluate(() => navigator.clipboard.readText())) === text);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('ignores markup in values and files', async () => {
    const { page, context, complaints, response } = await open(oddRun);
    await loaded(page);
    const file = page.locator('figure', { hasText: 'page.html' });
    await file.getByText(odd.html).waitFor();
    for (const form of ['Read', 'JSON', 'Raw']) {
      await response.getByRole('button', { name: form, exact: true }).click();
      assert.equal(await page.locator('main :is(img, script, iframe)').count(), 0);
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('reads a response of 5 MB only on request, and stays quick', async () => {
    const { page, context, complaints, response } = await open(longRun);
    const sizes = [];
    page.on('response', async (item) => sizes.push(Number((await item.body().catch(() => '')).length)));
    await loaded(page);
    await response.getByText('only its beginning was read').waitFor();
    await page.waitForLoadState('networkidle');
    assert.ok(Math.max(...sizes) < 100_000, `${sizes}`);
    await response.getByRole('button', { name: 'Show all 5.2 MB' }).click();
    await response.getByText(/of 5,242,880 characters are shown/).waitFor();
    for (const form of ['JSON', 'Raw', 'Read']) {
      const begin = performance.now();
      await response.getByRole('button', { name: form, exact: true }).click();
      await response.getByText(/show more/).waitFor();
      assert.ok(performance.now() - begin < 5000, `${form} took ${performance.now() - begin} ms`);
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leads to the next run of the list that it was opened from, and back to it', async () => {
    const { page, context, complaints, url } = await open(failedRun, { search: '?status=FAIL' });
    const ids = await gateway.query(
      'SELECT id FROM task_run WHERE task_id = $1 AND is_error ORDER BY created DESC, id DESC',
      [failedRun.taskId],
    );
    const index = ids.findIndex(({ id }) => id === failedRun.id);
    await page.getByRole('link', { name: 'Older' }).click();
    await eventually(() => url().pathname.endsWith(ids[index + 1].id));
    await page.getByRole('link', { name: 'Newer' }).waitFor();
    await page.keyboard.press('k');
    await eventually(() => url().pathname.endsWith(ids[index].id));
    await page.keyboard.press('u');
    await page.locator('.row-link').first().waitFor();
    assert.equal(url().searchParams.get('status'), 'FAIL');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('can be left while its files are still loading', async () => {
    const { page, context, complaints, url } = await open(failedRun);
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByRole('link', { name: 'Newer' }).waitFor();
    let readFiles;
    const untilRead = new Promise((resolve) => {
      readFiles = resolve;
    });
    await page.route(/\/file\//, (route) => untilRead.then(() => route.continue()));
    await page.goBack();
    await page.getByRole('link', { name: 'Older' }).waitFor();
    // Navigates away in the same task that adds an element.
    await page.evaluate(() => {
      const observer = new MutationObserver(() => {
        if (document.querySelector('figure audio') === null) return;
        observer.disconnect();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
      });
      observer.observe(document.body, { subtree: true, childList: true });
    });
    readFiles();
    await eventually(() => !url().pathname.endsWith(failedRun.id));
    await page.waitForLoadState('networkidle');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('offers a link and a command, without the token', async () => {
    const { page, context, complaints, token, url } = await open(richRun, { search: '?status=SUCCESS' });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await loaded(page);
    const copied = async (name) => {
      await page.evaluate(() => navigator.clipboard.writeText(''));
      await page.getByRole('button', { name }).click();
      return eventually(() => page.evaluate(() => navigator.clipboard.readText()));
    };
    assert.equal(await copied('Copy link'), url().href.replace(url().search, ''));
    const command = await copied('Copy as curl');
    const [, restUrl] = /^curl -H "Authorization: Bearer \$TOKEN" '([^']+)'$/.exec(command);
    const answer = await fetch(restUrl, { headers: { authorization: `Bearer ${token}` } });
    assert.equal((await answer.json()).id, richRun.id);
    await assertTokenIsNowhere(page, gateway, token);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('explains in a sentence why it shows no run', async () => {
    for (const [run, as, sentence] of [
      [
        { ...richRun, id: 'eeeeeeee-0000-0000-0000-000000000007' },
        'viewer',
        'Run not found, or you do not have access to it.',
      ],
      [executorRun, 'viewer', 'Run not found, or you do not have access to it.'],
      [{ ...richRun, id: 'x' }, 'viewer', 'An id in the address is malformed.'],
    ]) {
      const { page, context } = await open(run, { as });
      await page.locator('.notice').getByText(sentence).waitFor();
      await context.close();
    }
  });

  it('opens from only the id of a run, also on a later visit', async () => {
    const { page, context, complaints, url } = await open(richRun);
    await loaded(page);
    await page.goto(`${gateway.url}/runs/${richRun.id.toUpperCase()}`);
    await enterToken(page, await gateway.tokenOf('viewer'));
    await eventually(() => url().pathname === urlOfRun(richRun));
    await loaded(page);
    for (const id of ['eeeeeeee-0000-0000-0000-000000000007', executorRun.id, richRun.taskId]) {
      await page.goto(`${gateway.url}/runs/${id}`);
      await enterToken(page, await gateway.tokenOf('viewer'));
      await page.locator('.notice').getByText('Run not found, or you do not have access to it.').waitFor();
      assert.equal(await page.getByRole('alert').count(), 0);
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('moves nothing while values and files arrive', async () => {
    const { page, context } = await open(richRun);
    await loaded(page);
    await page.route(/graphql|\/file\//, async (route) => {
      await new Promise((done) => setTimeout(done, 700));
      await route.continue();
    });
    await watchShifts(page);
    await page.keyboard.press('j');
    await page.waitForTimeout(1000);
    await loaded(page);
    await page.waitForLoadState('networkidle');
    assert.ok((await shiftsOf(page)) < 0.02, `shifted by ${await shiftsOf(page)}`);
    await context.close();
  });
});

describe('a gateway whose runs have models', () => {
  const gateway = useGateway('embedded', { MODEL_POINTER: '/model' });

  it('shows the model on the page of a run, next to the list and in a comparison', async () => {
    const [{ model }] = await gateway.query("SELECT run_data->>'model' AS model FROM task_run WHERE id = $1", [
      failedRun.id,
    ]);
    const { page, context, complaints } = await visitRuns(gateway, urlOfRun(failedRun));
    const modelIn = (place) => place.locator('.facts > div', { hasText: /^Model/ }).getByRole('link', { name: model });
    const link = modelIn(page);
    assert.equal(new URL(await link.getAttribute('href')).searchParams.get('model'), model);
    await link.click();
    await page.locator('.row-link').first().click();
    await page.locator('.peek-figures').getByText(model).waitFor();
    await modelIn(page.locator('.peek')).waitFor();
    await page.getByRole('region', { name: 'Run beside the list' }).getByRole('link', { name: 'Compare' }).click();
    await page.getByRole('row', { name: /^Model / }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/runs/compare');
    assert.deepEqual(complaints, []);
    await context.close();
  });
});
