import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { useGateway } from './gateway.mjs';
import { eventually, revealInResponse, run, setText, textOf, visit, waitForEditors } from './graphiql-page.mjs';
import { assertTokenIsNowhere } from './look.mjs';
import { currentToken, readAs, tokenField } from './session.mjs';

describe('GraphiQL in Chromium', () => {
  const gateway = useGateway();

  const open = (options) => visit(gateway, options);
  /** The variables of examples are loaded after the page. */
  const untilFilled = (page) => eventually(async () => !(await textOf(page, 'variables')).includes('""'));

  it('loads, requests nothing from other servers and logs no complaint', async (t) => {
    const times = [];
    for (const colorScheme of ['light', 'dark', 'light']) {
      const { page, context, complaints, readyMs } = await open({ colorScheme });
      times.push(Math.round(readyMs));
      await eventually(() => page.locator('.graphiql-sidebar button:not(:disabled) svg').count());
      await untilFilled(page);
      assert.deepEqual(complaints, []);
      await context.close();
    }
    t.diagnostic(`ready after ${times.join(', ')} ms`);
  });

  it('starts with a demo token and six examples, of which the first one has run', async () => {
    const { page, context, complaints } = await open();
    await untilFilled(page);
    assert.equal(await tabs(page).count(), 6);
    assert.match(await currentToken(page), /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.equal(await textOf(page, 'request-headers'), '');
    const { data, errors } = JSON.parse(await textOf(page, 'response'));
    assert.equal(errors, undefined);
    assert.notEqual(Object.values(data)[0], null);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows a button that runs and stops, visible also below the pointer', async () => {
    const { page, context } = await open();
    const button = page.locator('button.graphiql-execute-button');
    const colours = () =>
      button.evaluate((item) => [getComputedStyle(item).backgroundColor, getComputedStyle(item.firstChild).color]);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await button.hover();
      const [background, icon] = await colours();
      assert.equal(icon, 'rgb(255, 255, 255)');
      const [red, green] = background.match(/[\d.]+/g).map(Number);
      assert.ok(red < 150 && green < 150, background);
    }
    await context.close();
  });

  it('reads the schema with the token in place, and again when it is changed', async () => {
    const { page, context, operations } = await open();
    const introspections = () => operations.filter(({ operationName }) => operationName === 'IntrospectionQuery');
    await eventually(() => introspections().length === 1);
    assert.match(introspections()[0].headers.authorization, /^Bearer .+\..+\./);
    const accept = 'application/graphql-response+json, application/json, text/event-stream';
    assert.equal(introspections()[0].headers.accept, accept);
    await readAs(page, 'stranger');
    await eventually(() => introspections().length === 2);
    assert.notEqual(introspections()[1].headers.authorization, introspections()[0].headers.authorization);
    await context.close();
  });

  it('cuts no line of an operation that is longer than its editor', async () => {
    const { page, context } = await open();
    await untilFilled(page);
    for (const height of [900, 720, 813]) {
      await page.setViewportSize({ width: 1400, height });
      const [shown, line] = await eventually(async () => {
        const heights = await page.evaluate(() => {
          const heightOf = (selector) => document.querySelector(`.graphiql-query-editor ${selector}`).clientHeight;
          const editor = document.querySelector('.graphiql-query-editor').clientHeight;
          return [heightOf('.monaco-editor'), heightOf('.view-line'), editor];
        });
        return Math.abs(heights[0] + 32 - heights[2]) <= heights[1] && heights;
      });
      assert.equal(shown % line, 0, `${shown} pixels at a height of ${height}`);
    }
    await context.close();
  });

  it('runs a subscription until it is stopped', async () => {
    const { page, context, complaints } = await open();
    await untilFilled(page);
    const { orgId, projectId } = JSON.parse(await textOf(page, 'variables'));
    const field = `taskRunChanged(orgId: "${orgId}", projectId: "${projectId}")`;
    await setText(page, 'operation', `subscription { ${field} { cursor run { id } } }`);
    await page.waitForTimeout(300);
    const { data } = await run(page);
    assert.equal(data.taskRunChanged.run, null);
    await page.locator('.answer-bar output').getByText('No run: a heartbeat or a deletion.').waitFor();
    const isOpen = async () => {
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      return /^gateway_subscriptions\{transport="sse"\} 1$/m.test(metrics);
    };
    assert.ok(await isOpen());
    await page.locator('button.graphiql-execute-button').click();
    await eventually(async () => !(await isOpen()));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows a stranger FORBIDDEN', async () => {
    const { page, context, complaints } = await open();
    await untilFilled(page);
    await readAs(page, 'stranger');
    const { errors } = await run(page);
    assert.equal(errors[0].extensions.code, 'FORBIDDEN');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows the error without the token, and works again when it is put back', async () => {
    const { page, context } = await open();
    await untilFilled(page);
    const token = await currentToken(page);
    await (await tokenField(page)).fill('');
    await eventually(async () => (await textOf(page, 'response')).includes('MISSING_AUTHENTICATION'));
    await page.getByRole('region', { name: 'Sign in' }).waitFor();
    await (await tokenField(page)).fill(token);
    assert.equal((await run(page)).errors, undefined);
    await context.close();
  });

  it('restores its tabs and their variables after a reload, and the first demo token', async () => {
    const { page, context, complaints } = await open();
    const titles = await tabs(page).allTextContents();
    const token = await currentToken(page);
    await tabs(page).nth(1).click();
    const variables = await textOf(page, 'variables');
    await (await tokenField(page)).fill('of-somebody-else');
    await page.waitForTimeout(1000); // GraphiQL stores its tabs half a second after a change.
    await page.reload();
    await waitForEditors(page);
    assert.deepEqual(await tabs(page).allTextContents(), titles);
    assert.equal(await textOf(page, 'variables'), variables);
    assert.equal((await currentToken(page)).split('.')[0], token.split('.')[0]);
    assert.deepEqual(
      complaints.filter((complaint) => !complaint.includes('401')),
      [],
    );
    await context.close();
  });

  it('keeps no part of a token that was sent, not even one typed as a header, and removes those kept before', async () => {
    const { page, context } = await open();
    const token = await currentToken(page);
    await setText(page, 'request-headers', JSON.stringify({ Authorization: `Bearer ${token}` }));
    await run(page);
    await page.waitForTimeout(1000); // GraphiQL stores its tabs half a second after a change.
    const kept = () => page.evaluate(() => JSON.stringify({ ...localStorage }));
    assert.match(await kept(), /graphiql:queries/);
    await assertTokenIsNowhere(page, gateway, token);
    assert.equal(await page.locator('#enable-persist-headers').count(), 0);

    // Tokens that an earlier version of the page stored.
    await page.evaluate((text) => {
      const headers = JSON.stringify({ Authorization: `Bearer ${text}` });
      const item = { query: '{ viewer { subject } }', headers };
      localStorage.setItem('graphiql:shouldPersistHeaders', 'true');
      localStorage.setItem('graphiql:headers', headers);
      localStorage.setItem('graphiql:queries', JSON.stringify({ queries: [item] }));
      localStorage.setItem('graphiql:favorites', JSON.stringify({ favorites: [item] }));
      const tabs = JSON.parse(localStorage.getItem('graphiql:tabState'));
      tabs.tabs[0].headers = headers;
      localStorage.setItem('graphiql:tabState', JSON.stringify(tabs));
    }, 'left.behind.token');
    await page.reload();
    await waitForEditors(page);
    assert.doesNotMatch(await kept(), /left\.behind|Bearer/);
    assert.doesNotMatch(await textOf(page, 'request-headers'), /left\.behind/);
    await context.close();
  });

  it('opens a download URL of a response', async () => {
    const { page, context } = await open();
    await run(page);
    await revealInResponse(page, `${gateway.url}/`);
    const link = page.locator('.result-window .detected-link').first();
    await link.waitFor();
    const downloaded = context.waitForEvent('response', (response) => response.url().includes('/file/'));
    await link.click({ modifiers: ['ControlOrMeta'] });
    assert.equal((await downloaded).status(), 200);
    await context.close();
  });

  it('formats a typed operation', async () => {
    const { page, context, complaints } = await open();
    await setText(page, 'operation', 'query   Who{viewer{subject}}');
    await setText(page, 'variables', '{"a":1}');
    await page.getByRole('button', { name: /Prettify/ }).click();
    await eventually(async () => (await textOf(page, 'operation')).startsWith('query Who {\n  viewer {\n'));
    assert.equal(await textOf(page, 'variables'), '{\n  "a": 1\n}\n');
    assert.deepEqual(complaints, []);
    await context.close();
  });
});

function tabs(page) {
  return page.locator('.graphiql-tabs').getByRole('tab');
}
