// The rows behind the statements in this folder: a project with one task per run visibility, a project with a large
// run, and another organization with many tasks.

import type { Queries } from '../support/databases.js';

let last = 0;
/** Returns ids that are the same in each test run, so that the order of rows is as well. */
function nextId(): string {
  last += 1;
  return `5d3f1c20-0000-4000-8000-${String(last).padStart(12, '0')}`;
}

/** The callers, by their subjects. Only a user's id can match a run's executor. */
export const callers = {
  owner: { subject: 'owner', is: 'an owner of the organization' },
  viewer: { subject: nextId(), is: 'a viewer of the project, who has executed runs' },
  analyst: { subject: nextId(), is: 'an analyst of the project, who has executed runs' },
  auditor: { subject: 'auditor', is: 'an analyst of the project, whose subject is not an id of a user' },
  confined: {
    subject: 'confined',
    is: 'an owner of the project, by a token that is confined to a task',
    confinedTo: 'viewerTask',
  },
  stranger: { subject: 'stranger', is: 'a caller without a role' },
} as const;

/** The ids in this world, by the names that represent them in requests and in the files. */
export const ids: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...['org', 'project', 'otherProject', 'ownerTask', 'editorTask', 'viewerTask', 'largeTask', 'otherTask'],
    ...['run', 'viewerRun', 'largeRun', 'group', 'deletedTask', 'wideOrg', 'wideProject'],
  ].map((name) => [name, nextId()]),
);

const { org, project, otherProject, run, viewerRun, largeRun, group } = ids as Record<string, string>;
const visibilityOf = {
  ownerTask: 'owner_only',
  editorTask: 'editors_and_owners',
  viewerTask: 'all_viewers',
  largeTask: 'all_viewers',
  deletedTask: 'all_viewers',
};

export async function arrangeWorld({ query }: Queries): Promise<void> {
  await query("INSERT INTO organization (id, name) VALUES ($1, 'Acme')", [org]);
  await query("INSERT INTO project (id, org_id, name) VALUES ($1, $3, 'Apollo'), ($2, $3, 'Gemini')", [
    project,
    otherProject,
    org,
  ]);
  for (const [name, visibility] of Object.entries(visibilityOf)) {
    await query("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Triage', $3)", [
      ids[name],
      project,
      visibility,
    ]);
  }
  await query("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Pilot')", [group, project]);
  const grant = (type: string, id: string | undefined, subject: string, role: string) =>
    query("INSERT INTO access_grant VALUES ($1, $2, 'user', $3, $4)", [type, id, subject, role]);
  await grant('organization', org, callers.owner.subject, 'owner');
  await grant('project', project, callers.viewer.subject, 'viewer');
  await grant('project', project, callers.analyst.subject, 'analyst');
  await grant('project', project, callers.auditor.subject, 'analyst');
  await grant('project', project, callers.confined.subject, 'owner');
  const insertRun = (id: string | undefined, taskId: string | undefined, userId: string | null, response: unknown) =>
    query(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, response, created, input_tokens, output_tokens,
         total_tokens, user_id, reporting_group_id, context_id, reference, is_error)
       VALUES ($1, $2, $2, '{"submitted": {"text": "secret"}, "model": "large-1"}', $3, '2024-01-16T13:33:25.247662Z', 1, 2,
         3, $4, $5, 'conversation', 'order 4711', true)`,
      [id, taskId, JSON.stringify(response), userId, group],
    );
  const failure = { detail: { message: 'Rate limit' }, category: 'billing' };
  await insertRun(run, ids.ownerTask, null, failure);
  await insertRun(viewerRun, ids.viewerTask, callers.viewer.subject, failure);
  for (const name of ['ownerTask', 'editorTask', 'viewerTask', 'deletedTask']) {
    await insertRun(nextId(), ids[name], null, failure);
    await insertRun(nextId(), ids[name], callers.viewer.subject, failure);
    await insertRun(nextId(), ids[name], callers.analyst.subject, failure);
  }
  await insertRun(largeRun, ids.largeTask, null, { text: 'x'.repeat(5 * 1024 * 1024) });
  await query(
    `INSERT INTO task_run_file (task_run_id, position, name, content_type, size_bytes, direction, storage_key, created)
     VALUES ($1, 0, 'invoice.pdf', 'application/pdf', 7, 'INPUT', 'demo/invoice.pdf', '2024-01-16')`,
    [run],
  );
  // More runs than a search tests before it uses its index.
  await query("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Triage', 'all_viewers')", [
    ids.otherTask,
    otherProject,
  ]);
  await query(
    `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens)
     SELECT ('5d3f1c20-0000-4000-9000-' || lpad(number::text, 12, '0'))::uuid, $1, $1, '{"submitted": {"text": "no word"}}', '2024-01-01Z', 1, 2, 3 FROM generate_series(1, 1000) AS number`,
    [ids.otherTask],
  );
  // More tasks than the number of runs on a page or in a scan.
  await query("INSERT INTO organization (id, name) VALUES ($1, 'Wide')", [ids.wideOrg]);
  await query("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Wide')", [ids.wideProject, ids.wideOrg]);
  await query(
    `INSERT INTO task (id, project_id, name, run_visibility)
     SELECT ('5d3f1c20-0000-4000-a000-' || lpad(number::text, 12, '0'))::uuid, $1, 'Triage',
       CASE WHEN number % 2 = 0 THEN 'all_viewers' ELSE 'owner_only' END
     FROM generate_series(1, 220) AS number`,
    [ids.wideProject],
  );
  await grant('organization', ids.wideOrg, callers.viewer.subject, 'viewer');
  // A deleted task. Readers of the project receive its deletions.
  await query('DELETE FROM task_run WHERE task_id = $1', [ids.deletedTask]);
  await query('DELETE FROM task WHERE id = $1', [ids.deletedTask]);
  await query('ANALYZE');
}
