// Rows as they were written before the tables had checks: values that no API can show, and a run without any.

import type { Queries } from './databases.js';
import { idOf } from './permission-world.js';

export const odd = {
  orgId: idOf(2000),
  projectId: idOf(2001),
  taskId: idOf(2002),
  owner: 'owner-of-odd-runs',
} as const;
export const oddGroup = idOf(2003);

/** Columns of each odd run that differ from those of the plain run. */
const oddColumns = {
  plain: {},
  jsonNull: { run_data: 'null' },
  jsonList: { run_data: '[1]' },
  nanCredits: { charged_credits: 'NaN' },
  infiniteCredits: { charged_credits: '-Infinity' },
  nanTiming: { llm_call_timing: 'NaN' },
  infiniteTiming: { input_processor_timing: 'Infinity' },
  never: { created: 'infinity' },
  always: { created: '-infinity' },
  far: { created: '10000-01-01T00:00:00.5Z' },
  ancient: { created: '0044-03-15T12:00:00.25Z BC' },
  ancientToo: { created: '0044-03-15T12:00:00.25Z BC' },
  manyRetries: { llm_retries: 2 ** 31 - 1 },
  negative: { input_tokens: -5 },
  oddFile: {},
  oddGroup: { reporting_group_id: oddGroup },
} as const;

export type OddRun = keyof typeof oddColumns;
export const oddRuns = Object.keys(oddColumns) as OddRun[];
/** The odd runs have ids in the order of their names. */
export const oddId = (run: OddRun) => idOf(2100 + oddRuns.indexOf(run));

/** The constraints, which hold for new rows alone, are there again afterwards. */
export async function arrangeOddRows(database: Queries): Promise<void> {
  const run = (sql: string, values: readonly unknown[] = []) => database.query(sql, values as unknown[]);
  const checks: { table: string; name: string; definition: string }[] = await run(`
    SELECT relname AS "table", conname AS name, pg_get_constraintdef(pg_constraint.oid) AS definition
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE contype = 'c' AND relname IN ('task_run', 'task_run_file', 'reporting_group')`);
  for (const { table, name } of checks) await run(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  const { orgId, projectId, taskId, owner } = odd;
  await run("INSERT INTO organization (id, name) VALUES ($1, 'Odd')", [orgId]);
  await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Odd')", [projectId, orgId]);
  await run("INSERT INTO task (id, project_id, name) VALUES ($1, $2, 'Odd')", [taskId, projectId]);
  await run("INSERT INTO access_grant VALUES ('project', $1, 'user', $2, 'owner')", [projectId, owner]);
  await run(
    "INSERT INTO reporting_group VALUES ($1, $2, 'Odd', NULL, '0044-03-15T00:00:00Z BC', '2024-01-01T00:00:00Z')",
    [oddGroup, projectId],
  );
  for (const [index, name] of oddRuns.entries()) {
    const row = {
      id: oddId(name),
      task_id: taskId,
      task_revision_id: taskId,
      run_data: '{"submitted":1}',
      created: `2025-01-01T00:00:${String(index).padStart(2, '0')}Z`,
      ...{ input_tokens: 1, output_tokens: 2, total_tokens: 3, input_processor_timing: 0.5, llm_call_timing: 1.5 },
      ...{ charged_credits: '1.50', llm_retries: 1 },
      ...oddColumns[name],
    };
    const columns = Object.keys(row);
    const parameters = columns.map((_, column) => `$${column + 1}`).join(', ');
    await run(`INSERT INTO task_run (${columns.join(', ')}) VALUES (${parameters})`, Object.values(row));
  }
  await run(
    `INSERT INTO task_run_file VALUES ($1, 0, 'late.txt', 'text/plain', 1, 'INPUT', 'k/late', 'infinity'),
       ($1, 1, 'large.txt', 'text/plain', 9007199254740993, 'INPUT', 'k/large', '2025-01-01T00:00:00Z')`,
    [oddId('oddFile')],
  );
  for (const { table, name, definition } of checks) {
    const notValid = definition.endsWith('NOT VALID') ? '' : ' NOT VALID';
    await run(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}${notValid}`);
  }
}
