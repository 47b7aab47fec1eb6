// Many runs for reports in a separate project: unevenly distributed, none in November, across two clock changes, and
// generated from one seed.

import type { Queries } from './databases.js';
import { amount, seed } from './generated.js';
import { idOf, idPrefix } from './permission-world.js';

export const measured = {
  orgId: idOf(3000),
  projectId: idOf(3001),
  tasks: [idOf(3002), idOf(3003), idOf(3004)],
  groups: [idOf(3010), idOf(3011), idOf(3012), idOf(3013)],
  owner: 'owner-of-measured-runs',
  /** May read all runs of the second task, and its own runs of the others. */
  executor: idOf(3100),
  count: amount(6000, 50_000),
  /** Bounds of the runs' creation times. `to` is exclusive. */
  from: '2025-09-01T00:00:00.000000Z',
  to: '2026-04-01T00:00:00.000000Z',
} as const;

const { orgId, projectId, tasks, groups, owner, executor } = measured;

/** Returns a number from 0 to below 1 that is different for each run and purpose. */
const chance = (purpose: string) =>
  `(('x' || substr(md5('${seed} ${purpose} ' || n), 1, 8))::bit(32)::bigint / 4294967296.0)`;
/** Returns an index from 1. Lower ones are more frequent. */
const skewed = (purpose: string, count: number) => `(1 + floor(${count} * power(${chance(purpose)}, 3)))::integer`;
const id = (purpose: string, first: number, count: number) =>
  `('${idPrefix}' || lpad(to_hex(${first} - 1 + ${skewed(purpose, count)}), 12, '0'))::uuid`;
const orNull = (value: string, purpose: string, share: number) =>
  `CASE WHEN ${chance(`${purpose} is null`)} >= ${share} THEN ${value} END`;

/** Values of every type, including numbers that differ only in scale, and strings that look like numbers or null. */
const labelTexts = [
  '"yes"',
  '1.0',
  'null',
  '1',
  '"1"',
  '1.00',
  'true',
  '2.50',
  '""',
  '{"a": 1}',
  '"null"',
  '[1, "b"]',
  '{"a": 1.0}',
  'false',
];
const labels = labelTexts.map((text) => `'${text}'`).join(', ');

export async function arrangeMeasuredRuns(database: Queries): Promise<void> {
  const run = (sql: string, values: readonly unknown[] = []) => database.query(sql, values as unknown[]);
  await run("INSERT INTO organization (id, name) VALUES ($1, 'Measured')", [orgId]);
  await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Measured')", [projectId, orgId]);
  for (const [index, each] of tasks.entries()) {
    await run('INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, $3, $4)', [
      each,
      projectId,
      `Task ${index}`,
      index === 1 ? 'all_viewers' : 'owner_only',
    ]);
  }
  for (const [index, each] of groups.entries()) {
    await run('INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, $3)', [
      each,
      projectId,
      `Group ${index}`,
    ]);
  }
  await run("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'owner')", [projectId, owner]);
  await run("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'viewer')", [projectId, executor]);
  const insert = `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens,
       input_processor_timing, llm_call_timing, charged_credits, is_error, llm_retries, used_fallback_model,
       primary_failure_reason, fallback_llm_model_id, user_id, reporting_group_id, context_id, reference, response)
     SELECT ('${idPrefix}' || lpad(to_hex(1000000 + n), 12, '0'))::uuid, ${id('task', 3002, 3)}, ${id('revision', 3020, 4)},
       jsonb_build_object('model/name', 'model ' || ${skewed('model name', 5)}, 'submitted', jsonb_build_object('order', ${skewed('order', 3000)})),
       $3::timestamptz + floor(CASE WHEN ${chance('day')} < 0.3 THEN 200 * ${chance('day')} ELSE 91 + (${chance('day')} - 0.3) * 172 END) * interval '1 day'
         + ${chance('time')} * (CASE WHEN ${chance('day')} < 0.3 THEN interval '2 hours' ELSE interval '1 day' END),
       (1000 * ${chance('input')})::integer, (500 * ${chance('output')})::integer, (1500 * ${chance('total')})::integer,
       ${orNull(chance('processor'), 'processor', 0.1)}, ${orNull(`10 * ${chance('llm')}`, 'llm', 0.1)},
       ${orNull(`(20 * ${chance('credits')})::numeric(12, 6)`, 'credits', 0.1)},
       ${orNull(`${chance('error')} < 0.15`, 'error', 0.1)}, ${orNull(`(3 * ${chance('retries')})::integer`, 'retries', 0.1)},
       ${orNull(`${chance('fallback')} < 0.2`, 'fallback', 0.1)},
       ${orNull(`'Reason ' || ${skewed('reason', 300)} || repeat('.', 1000 * (n % 2)::integer) || n % 3`, 'reason', 0.7)},
       ${orNull(id('model', 3030, 5), 'model', 0.8)}, ${orNull(id('user', 3100, 90), 'user', 0.1)},
       ${orNull(id('group', 3010, 4), 'group', 0.3)},
       ${orNull(`CASE n % 10 WHEN 0 THEN '' ELSE 'context ' || ${skewed('context', 20_000)} END`, 'context', 0.3)},
       ${orNull(`'reference ' || ${skewed('reference', 500)}`, 'reference', 0.5)},
       ${orNull(`CASE WHEN n % 7 = 0 THEN '{}' ELSE jsonb_build_object('label', (ARRAY[${labels}]::jsonb[])[${skewed('label', labelTexts.length)}], 'message', 'Failure ' || n || ' of kind ' || chr(64 + ${skewed('kind', 9)})) END`, 'response', 0.1)}
     FROM generate_series($1::integer, $2::integer) AS n`;
  // A single statement for all of them would exceed the time limit.
  for (let first = 1; first <= measured.count; first += 1000) await run(insert, [first, first + 999, measured.from]);
  await run('ANALYZE task_run');
}
