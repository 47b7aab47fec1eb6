// Runs of two days in which, between the first and the second, some tasks have changed.

import type { Queries } from './databases.js';

const idOf = (number: number) => `5e9f1c20-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** The end of the first day. */
export const dayStart = '2024-03-10T00:00:00Z';
export const period = { created_after: dayStart, created_before: '2024-03-11T00:00:00Z' };
export const previousPeriod = { created_after: '2024-03-09T00:00:00Z', created_before: dayStart };

export const places = {
  orgId: idOf(1),
  projectId: idOf(2),
  otherProjectId: idOf(3),
  steady: idOf(10),
  failing: idOf(11),
  slow: idOf(12),
  costly: idOf(13),
  stopped: idOf(14),
  newFailure: idOf(15),
  retried: idOf(16),
} as const;

export const subjects = {
  owner: 'report-owner',
  analyst: 'report-analyst',
  executor: idOf(20),
  confined: 'report-confined',
  stranger: 'report-stranger',
} as const;

export const revisions = { old: idOf(30), new: idOf(31) } as const;

const nameOf = { failing: 'Invoice extraction' };

/** A run every four minutes in each task, from eight days before the period until its end. */
const runs = `
INSERT INTO task_run (id, task_id, task_revision_id, run_data, response, created, input_tokens, output_tokens, total_tokens,
  user_id, is_error, llm_call_timing, charged_credits, llm_retries, used_fallback_model)
SELECT gen_random_uuid(), task_id, CASE WHEN task_id = $2 AND is_later AND n % 2 = 0 THEN $10::uuid ELSE $9::uuid END, '{}',
  CASE WHEN fails THEN jsonb_build_object('detail', jsonb_build_object('message', CASE
    WHEN task_id = $7 AND is_later AND n % 10 = 3 THEN 'The secret oracle is silent' ELSE 'Reason ' || chr(65 + n % 7) END)) ELSE '{}' END,
  created, 1, 1, 2, CASE WHEN n % 50 = 0 THEN $11::uuid END, fails,
  (1 + (n * 7919 % 997) / 997.0) * CASE WHEN task_id = $4 AND is_later THEN 1.5 ELSE 1 END,
  (1 + (n * 104729 % 991) / 991.0) * CASE WHEN task_id = $5 AND is_later THEN 1.5 ELSE 1 END,
  CASE WHEN n % CASE WHEN task_id = $8 AND is_later THEN 4 ELSE 20 END = 1 THEN 1 ELSE 0 END, n % 30 = 7
FROM unnest(ARRAY[$1, $2, $4, $5, $6, $7, $8]::uuid[]) AS task_id, generate_series(0, 9 * 360 - 1) AS n,
  LATERAL (SELECT $3::timestamptz - interval '8 days' + n * interval '4 minutes' AS created, n >= 8 * 360 AS is_later) AS a,
  LATERAL (SELECT n % 20 = 11 OR (task_id = $2 AND is_later AND n % 2 = 0 AND n % 3 = 0)
    OR (task_id = $7 AND is_later AND n % 10 = 3) AS fails) AS b
WHERE NOT (task_id = $6 AND is_later)`;

export async function arrangeReportWorld({ query }: Queries): Promise<void> {
  const { orgId, projectId, otherProjectId, ...tasks } = places;
  await query("INSERT INTO organization (id, name) VALUES ($1, 'Acme')", [orgId]);
  await query("INSERT INTO project (id, org_id, name) VALUES ($1, $3, 'Apollo'), ($2, $3, 'Gemini')", [
    projectId,
    otherProjectId,
    orgId,
  ]);
  for (const [name, id] of Object.entries(tasks)) {
    const taskProjectId = name === 'costly' ? otherProjectId : projectId;
    await query("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, $3, 'editors_and_owners')", [
      id,
      taskProjectId,
      nameOf[name as keyof typeof nameOf] ?? `Task ${name}`,
    ]);
  }
  await query("INSERT INTO resource_name VALUES ($1, 'task_revision', $2, 'v14')", [orgId, revisions.new]);
  const grants = [
    [subjects.owner, 'owner'],
    [subjects.confined, 'owner'],
    [subjects.analyst, 'analyst'],
    [subjects.executor, 'viewer'],
  ];
  for (const [subject, role] of grants)
    await query("INSERT INTO access_grant VALUES ('organization', $1, 'user', $2, $3)", [orgId, subject, role]);
  await query(runs, [
    tasks.steady,
    tasks.failing,
    dayStart,
    tasks.slow,
    tasks.costly,
    tasks.stopped,
    tasks.newFailure,
    tasks.retried,
    revisions.old,
    revisions.new,
    subjects.executor,
  ]);
}
