import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { useGateway } from './gateway.mjs';
import { eventually } from './graphiql-page.mjs';
import { lookAt } from './look.mjs';
import { insertRun, urlOfRun, visitRuns } from './runs-page.mjs';

const chat = { ...demoPlaces.richRun, id: '01a18dd6-eb8a-ca7f-4b32-00000000c4a7' };
const failed = { ...demoPlaces.richRun, id: '01a18dd6-eb8a-ca7f-4b32-00000000fa11' };

const frame = (index) =>
  `  File "/app/tools/step_${index}.py", line ${index}, in step_${index}\n    return step(${index})\n`;
const traceback = `Traceback (most recent call last):\n${Array.from({ length: 260 }, (_, index) => frame(index)).join('')}ToolError: the carrier did not answer`;

/** 40 messages: a system prompt, then 13 questions, each with a tool call, its result and an answer. */
const messages = [
  { role: 'system', content: '# Rules\n\n- Be **short**.\n- Write `order 7` as code.\n\n<b onclick="x()">No HTML</b>' },
  ...Array.from({ length: 13 }, (_, index) => [
    { role: 'user', content: `Where is order ${index}?` },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: `call_${index}`,
          type: 'function',
          function: { name: 'find_order', arguments: JSON.stringify({ order: index, depth: { carrier: true } }) },
        },
      ],
    },
    {
      role: 'tool',
      tool_call_id: `call_${index}`,
      content: index === 12 ? `The tool failed.\n${traceback}` : JSON.stringify({ place: `Depot ${index}` }),
    },
  ]).flat(),
];

describe('the conversation of a run', () => {
  const gateway = useGateway();

  before(async () => {
    assert.equal(messages.length, 40);
    assert.ok(traceback.length > 19_000, `${traceback.length}`);
    const reply = {
      role: 'assistant',
      content: [
        {
          type: 'text',
          text: 'It is [here](https://example.com/a) or [there](javascript:x).\n\n```js\nconst a = 1;\n```',
        },
        { type: 'tool_use', id: 'x', name: 'close_ticket', input: { ticket: 12 } },
      ],
    };
    await insertRun(gateway, {
      id: chat.id,
      run_data: JSON.stringify({ submitted: { model: 'm', messages } }),
      response: JSON.stringify(reply),
    });
    await insertRun(gateway, {
      id: failed.id,
      run_data: JSON.stringify({ submitted: { script: 'SELECT 1;', note: 'The order was **refunded**.' } }),
      response: JSON.stringify({ error: { message: traceback } }),
    });
    await gateway.query('UPDATE task_run SET is_error = true WHERE id = $1', [failed.id]);
    await gateway.query("UPDATE task_run SET reference = 'of-texts' WHERE id = ANY($1)", [[chat.id, failed.id]]);
  });

  const open = async (run, options) => {
    const visit = await visitRuns(gateway, urlOfRun(run), options);
    const { page } = visit;
    await page.locator('.payload[aria-busy=false]').nth(1).waitFor();
    return {
      ...visit,
      submitted: page.getByRole('region', { name: 'Submitted' }),
      response: page.getByRole('region', { name: 'Response' }),
    };
  };

  it('shows messages as blocks by role, with the results of tools at their calls', async () => {
    const { page, context, complaints, submitted, response } = await open(chat);
    const blocks = submitted.locator('.message');
    await eventually(async () => (await blocks.count()) === 27);
    const roles = await submitted.locator('.message-role').allTextContents();
    assert.deepEqual(roles.slice(0, 3), ['system', 'user', 'assistant']);
    assert.equal(roles.filter((role) => role === 'assistant').length, 13);
    const call = blocks.filter({ hasText: 'Depot 3' }).locator('.tool-call');
    assert.deepEqual(await call.locator('dt').allTextContents(), ['order', 'depth', 'carrier', 'place']);
    const [input, result] = [
      await call.locator('.tool-input').boundingBox(),
      await call.locator('.tool-result').boundingBox(),
    ];
    assert.deepEqual([input.y, input.x < result.x], [result.y, true]);
    await response.getByText('The messages contain no result.').waitFor();
    assert.ok(
      await page.evaluate(() =>
        [...document.querySelectorAll('.payload-body')].every((body) => body.scrollHeight <= body.clientHeight),
      ),
    );
    await lookAt(page, 'conversation');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('takes the width of the page, next to facts, messages and the response, which stay in sight', async () => {
    const { page, context, complaints, submitted, response } = await open(chat, {
      viewport: { width: 1440, height: 900 },
    });
    const messages = page.getByRole('navigation', { name: 'Messages' });
    await messages.getByRole('heading', { name: '27 messages' }).waitFor();
    const [input, output] = [await submitted.boundingBox(), await response.boundingBox()];
    assert.ok(input.width > 900 && input.x + input.width < output.x, JSON.stringify({ input, output }));
    await page.evaluate(() => scrollTo(0, 1500));
    const facts = page.getByRole('region', { name: 'Facts' });
    for (const part of [facts, messages, response]) {
      const { y } = await part.boundingBox();
      assert.ok(y >= 0 && y < 900, `${y}`);
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('loads no style twice when its address changes from the id of the run to its path', async () => {
    const { page, context, complaints } = await visitRuns(gateway, `/runs/${chat.id}`);
    await page.locator('.message').first().waitFor();
    const files = await page.evaluate(() => [...document.styleSheets].map(({ href }) => href.split('/').at(-1)));
    assert.ok(files.some((file) => file.startsWith('conversation')));
    assert.deepEqual(files, [...new Set(files)]);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('leads to each of its messages, and to the last one', async () => {
    const { page, context, complaints, submitted } = await open(chat);
    const messages = page.getByRole('navigation', { name: 'Messages' });
    const isInView = async (text) => {
      const { y } = await submitted.locator('.message', { hasText: text }).first().boundingBox();
      return y > 0 && y < 900;
    };
    await messages.getByRole('button', { name: 'last' }).click();
    await eventually(() => isInView('The tool failed.'));
    await submitted.getByRole('button', { name: 'Raw' }).click();
    await messages.getByRole('button', { name: 'user Where is order 3?' }).click();
    await eventually(() => isInView('Where is order 3?'));
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'userWhere is order 3?');
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('folds a long system prompt, unless it contains the text to find', async () => {
    const id = '01a18dd6-eb8a-ca7f-4b32-00000000c4a8';
    const rules = Array.from({ length: 30 }, (_, index) => `Rule ${index}: be brief.`).join('\n');
    await insertRun(gateway, {
      id,
      run_data: JSON.stringify({ submitted: { messages: [{ role: 'system', content: rules }, messages[1]] } }),
      response: '{}',
    });
    const { context, complaints, submitted } = await open({ ...chat, id });
    const heightOf = async () => (await submitted.locator('.message.system').boundingBox()).height;
    const unfold = submitted.getByRole('button', { name: 'Show all 30 lines' });
    await unfold.waitFor();
    const folded = await heightOf();
    assert.ok(folded < 320, `${folded}`);
    await unfold.click();
    await eventually(async () => (await heightOf()) > 2 * folded);
    await submitted.getByRole('button', { name: 'Show less' }).click();
    await eventually(async () => (await heightOf()) === folded);
    await submitted.getByRole('searchbox', { name: 'Find in Submitted' }).fill('rule 29');
    await eventually(async () => (await heightOf()) > 2 * folded);
    assert.deepEqual(complaints, []);
    await gateway.query('DELETE FROM task_run WHERE id = $1', [id]);
    await context.close();
  });

  it('shows Markdown without HTML and without links to programs', async () => {
    const { context, complaints, submitted, response } = await open(chat);
    const system = submitted.locator('.message.system');
    await system.locator('.markdown-heading').getByText('Rules').waitFor();
    assert.equal(await system.locator('li strong').textContent(), 'short');
    await system.getByText('<b onclick="x()">No HTML</b>').waitFor();
    assert.equal(await system.locator('b').count(), 0);
    const links = response.locator('.markdown a');
    assert.deepEqual(await links.evaluateAll((all) => all.map((link) => [link.textContent, link.href, link.rel])), [
      ['here', 'https://example.com/a', 'noreferrer'],
    ]);
    const font = await response.locator('.markdown pre code').evaluate((code) => getComputedStyle(code).fontFamily);
    assert.match(font, /Fira Code/);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('shows Markdown also in strings outside of messages', async () => {
    const { context, submitted } = await open(failed);
    assert.equal(await submitted.locator('.markdown strong').textContent(), 'refunded');
    await context.close();
  });

  it('names the error of a traceback in the list of related runs', async () => {
    const { page, context } = await open(chat);
    const texts = page.getByRole('region', { name: 'Runs of the same reference' }).locator('.thread-text');
    await texts.first().waitFor();
    assert.ok(
      (await texts.allTextContents()).some((text) => /^\w*Error: /.test(text)),
      await texts.allTextContents(),
    );
    await context.close();
  });

  it('folds a traceback of 20 KB behind the line that names the error', async () => {
    const { page, context, complaints, response, submitted } = await open(failed);
    for (const place of [page.getByRole('region', { name: 'What went wrong' }), response]) {
      const folded = place.locator('.traceback');
      assert.equal(await folded.locator('summary code').textContent(), 'ToolError: the carrier did not answer');
      assert.equal(await folded.locator('pre').count(), 0);
    }
    const font = await submitted.locator('.raw').evaluate((code) => getComputedStyle(code).fontFamily);
    assert.match(font, /Fira Code/);
    await lookAt(page, 'traceback');
    await response.locator('.traceback summary').click();
    await response.getByText('step_7.py').waitFor();
    await response.getByRole('button', { name: /show more/ }).click();
    assert.ok((await response.locator('.traceback pre').textContent()).includes(traceback.slice(0, 15_000)));
    assert.deepEqual(complaints, []);
    await context.close();
  });

  it('finds a text within a panel, also in folded parts', async () => {
    const { page, context, complaints, submitted } = await open(chat);
    const field = submitted.getByRole('searchbox', { name: 'Find in Submitted' });
    const place = submitted.locator('.find-in output');
    await field.fill('depot');
    await place.getByText('12 found').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await place.getByText('2 of 12').waitFor();
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.press('Shift+Enter');
    await place.getByText('12 of 12').waitFor();
    const marked = () =>
      page.evaluate(() =>
        ['found', 'found-current'].map((name) => [...CSS.highlights.get(name)].map((range) => range.toString())),
      );
    assert.deepEqual(await marked(), [Array(12).fill('Depot'), ['Depot']]);
    await eventually(() =>
      page.evaluate(() => {
        const [range] = CSS.highlights.get('found-current');
        const { top, bottom } = range.getBoundingClientRect();
        return top > 0 && bottom < innerHeight;
      }),
    );
    await field.fill('step_258.py');
    await place.getByText('1 found').waitFor();
    await submitted.locator('.traceback pre').getByText('step_258.py').waitFor();
    await field.press('Escape');
    await submitted.locator('.traceback pre').waitFor({ state: 'detached' });
    assert.deepEqual(await marked(), [[], []]);
    await submitted.getByRole('button', { name: 'Raw' }).click();
    await field.fill('Where is order 12?');
    await place.getByText('1 found').waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });
});
