import { openPage } from './browser.mjs';

/** A new visitor on the GraphiQL page. */
export async function visit(gateway, options) {
  const { page, context, complaints } = await openPage(gateway, options);
  const operations = [];
  page.on('request', (request) => {
    if (request.method() === 'POST')
      operations.push({ url: request.url(), headers: request.headers(), ...request.postDataJSON() });
  });
  const begin = performance.now();
  await page.goto(`${gateway.url}/graphql`);
  await waitForEditors(page);
  const readyMs = performance.now() - begin;
  // Once there is a token, the first example can be executed.
  if (gateway.kind === 'embedded') await eventually(() => textOf(page, 'response'), 20_000);
  return { page, context, complaints, operations, readyMs };
}

export async function waitForEditors(page) {
  await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-line').first().waitFor();
}

/** Returns the complete text of an editor: `operation`, `variables`, `request-headers` or `response`. */
export async function textOf(page, editor) {
  return (await modelOf(page, editor)).evaluate((model) => model.getValue());
}

/** Returns the length of that text, which itself may be too long to be transferred. */
export async function lengthOf(page, editor) {
  return (await modelOf(page, editor)).evaluate((model) => model.getValueLength());
}

export async function setText(page, editor, text) {
  await (await modelOf(page, editor)).evaluate((model, value) => model.setValue(value), text);
}

/** Scrolls the response to the first occurrence of `text`. Only visible lines are elements of the page. */
export async function revealInResponse(page, text) {
  await (await modelOf(page, 'response')).evaluate((model, wanted) => {
    const [match] = model.findMatches(wanted, false, false, true, null, false);
    const editor = globalThis.__MONACO.editor.getEditors().find((editor) => editor.getModel() === model);
    editor.revealLineInCenter(match.range.startLineNumber);
  }, text);
}

function modelOf(page, editor) {
  return page.evaluateHandle((name) => {
    const models = globalThis.__MONACO.editor.getModels();
    return models.find(({ uri }) => new RegExp(`-${name}\\.(graphql|json)$`).test(uri.path));
  }, editor);
}

/** Executes the operation, and returns the response that is shown. */
export async function run(page) {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.locator('button.graphiql-execute-button').click();
  await answered;
  return eventually(async () => JSON.parse(await textOf(page, 'response')));
}

/** Returns the result of `attempt` once it neither throws nor returns a falsy value. */
export async function eventually(attempt, withinMs = 5000) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      const result = await attempt();
      if (result) return result;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error(`It did not come true within ${withinMs} ms: ${attempt}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
