import { demoPlaces } from '../../dist/src/demo/data/demo-places.js';
import { openPage } from './browser.mjs';
import { enterToken } from './session.mjs';

/**
 * A new visitor's visit to a page about runs, with a token of a subject of the demo. What the page asks
 * before that is answered by 401 and is not a complaint.
 */
export async function visitRuns(gateway, path, { as = 'viewer', ...options } = {}) {
  const { page, context, complaints } = await openPage(gateway, { ...options, expected: /status of 401/ });
  await page.goto(`${gateway.url}${path}`);
  const token = await gateway.tokenOf(as);
  await enterToken(page, token);
  return { page, context, complaints, token };
}

/** From now on counts how far things move without anybody having done anything, as Chromium does. */
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

/** Adds a run of the task of the demo's rich run, with these columns over those of that run. */
export async function insertRun(gateway, columns) {
  const { id } = demoPlaces.richRun;
  await gateway.query(
    `INSERT INTO task_run (id, task_id, task_revision_id, created, input_tokens, output_tokens, total_tokens, run_data, response)
     SELECT $1, task_id, task_revision_id, created - interval '1 hour', 1, 2, 3, $2::jsonb, $3::jsonb FROM task_run WHERE id = $4`,
    [columns.id, columns.run_data ?? '{}', columns.response, id],
  );
}
