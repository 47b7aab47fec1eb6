import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { openPage } from './browser.mjs';
import { enterToken } from './session.mjs';

/**
 * A new visitor on a page about runs, with a demo subject's token. Requests that the page sends before it has the token
 * get a 401, which is not a complaint.
 */
export async function visitRuns(gateway, path, { as = 'viewer', ...options } = {}) {
  const { page, context, complaints } = await openPage(gateway, { ...options, expected: /status of 401/ });
  await page.goto(`${gateway.url}${path}`);
  const token = await gateway.tokenOf(as);
  await enterToken(page, token);
  return { page, context, complaints, token };
}

/** Measures from now on how far elements move without user input, as Chromium does. */
export function watchShifts(page) {
  return page.evaluate(() => {
    globalThis.shifted = 0;
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) globalThis.shifted += value;
    }).observe({ type: 'layout-shift' });
  });
}

export function shiftsOf(page) {
  return page.evaluate(() => globalThis.shifted);
}

export function urlOfRun({ orgId, projectId, taskId, id }) {
  return `/runs/${orgId}/${projectId}/${taskId}/${id}`;
}

/** Adds a run to the task of the demo's rich run. These columns replace those of that run. */
export async function insertRun(gateway, columns) {
  const { id } = demoPlaces.richRun;
  await gateway.query(
    `INSERT INTO task_run (id, task_id, task_revision_id, created, input_tokens, output_tokens, total_tokens, run_data, response)
     SELECT $1, task_id, task_revision_id, created - interval '1 hour', 1, 2, 3, $2::jsonb, $3::jsonb FROM task_run WHERE id = $4`,
    [columns.id, columns.run_data ?? '{}', columns.response, id],
  );
}
