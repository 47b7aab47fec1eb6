// A project with runs whose payload an analyst cannot read, in two versions that differ only in that payload.

import type { Queries } from './databases.js';
import { idOf } from './permission-world.js';

const runsPerTask = 9;

export const payloadWorld = {
  orgId: idOf(1),
  projectId: idOf(2),
  /**
   * Tasks visible to owners, to editors and owners, and to viewers. The last one's payload is the same in both
   * versions.
   */
  tasks: [idOf(3), idOf(4), idOf(5)],
  sharedTask: idOf(5),
  group: idOf(6),
  /**
   * Analysts: one of the project, who has executed every fourth run; one of the organization, with a viewer's role on
   * the last task; and one of the first two tasks.
   */
  executor: idOf(70),
  viewerToo: 'analyst-and-viewer-of-payload',
  ofTasks: 'analyst-of-tasks-with-payload',
  owner: 'owner-of-payload',
  absent: idOf(99),
  /** In the second version, its response exceeds the limit for responses. */
  maxResponseBytes: 65_536,
} as const;

const { orgId, projectId, tasks, executor, sharedTask, viewerToo, ofTasks, owner, group } = payloadWorld;

interface WorldRun {
  readonly id: string;
  readonly taskId: string;
  /** The number of the run in its task. */
  readonly number: number;
  readonly isOwn: boolean;
}

export const worldRuns: readonly WorldRun[] = tasks.flatMap((taskId, task) =>
  Array.from({ length: runsPerTask }, (_, number) => ({
    id: idOf(1000 + 100 * task + number),
    taskId,
    number,
    isOwn: number % 4 === 0,
  })),
);

/** Runs whose payload differs between the versions. No other right lets the analysts read it. */
export const hiddenRuns = worldRuns.filter(({ taskId, isOwn }) => taskId !== sharedTask && !isOwn);

type Version = 'one' | 'other';

/** Texts that the payload of only one version contains. */
export const secrets: Readonly<Record<Version, string>> = { one: 'aardvark', other: 'zeppelin' };

function payloadOf({ number }: WorldRun, version: Version) {
  const secret = secrets[version];
  if (version === 'one') {
    const failure = { detail: { message: `${secret} ${number}` } };
    const response = number % 3 === 0 ? failure : { category: 'billing', score: number, text: secret };
    return { response, runData: { submitted: { text: secret, tags: ['a'] }, n: 1 } };
  }
  const large = 'x'.repeat(payloadWorld.maxResponseBytes + number);
  // Every fourth run is the analyst's own, and keeps its payload.
  const responses = [null, secret, { category: 'shipping', score: `${number}`, text: large }];
  const runData =
    number % 2 === 0 ? { files: [] } : { submitted: number % 3 === 0 ? large : secret, n: { deep: secret } };
  return { response: number === 6 ? { error: secret } : responses[number % 3], runData };
}

/** The number of files is payload, but whether there are any is not. */
function filesOf({ number }: WorldRun, version: Version): readonly string[] {
  if (number % 3 !== 0) return [];
  return version === 'one' ? ['one.pdf', 'both.csv'] : ['other.txt', 'another.png', 'both.csv'];
}

export async function arrangePayloadWorld(database: Queries): Promise<void> {
  const run = (sql: string, values: unknown[]) => database.query(sql, values);
  await run("INSERT INTO organization (id, name) VALUES ($1, 'Acme')", [orgId]);
  await run("INSERT INTO project (id, org_id, name) VALUES ($1, $2, 'Apollo')", [projectId, orgId]);
  const visibilities = ['owner_only', 'editors_and_owners', 'all_viewers'];
  for (const [index, taskId] of tasks.entries()) {
    await run("INSERT INTO task (id, project_id, name, run_visibility) VALUES ($1, $2, 'Triage', $3)", [
      taskId,
      projectId,
      visibilities[index],
    ]);
  }
  await run("INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, 'Pilot')", [group, projectId]);
  for (const each of worldRuns) {
    const { number } = each;
    const { response, runData } = payloadOf(each, 'one');
    await run(
      `INSERT INTO task_run (id, task_id, task_revision_id, run_data, response, created, input_tokens, output_tokens,
         total_tokens, llm_call_timing, charged_credits, is_error, llm_retries, primary_failure_reason, user_id,
         reporting_group_id, reference, context_id)
       VALUES ($1, $2, $2, $3, $4, $5, $6, 2, $6, $7, '0.50', $8, 1, $9, $10, $11, $12, $13)`,
      [
        ...[each.id, each.taskId, JSON.stringify(runData), JSON.stringify(response)],
        ...[new Date(Date.UTC(2024, 0, 1 + number, 2 * number)), 10 + number, number / 4, number % 3 === 0],
        ...[number % 3 === 0 ? 'rate_limited' : null, each.isOwn ? executor : idOf(71)],
        ...[number % 2 === 0 ? group : null, `reference ${number % 2}`, `context-${number % 2}`],
      ],
    );
    await writeFiles(database, each, 'one');
  }
  const grant = (type: string, id: string, subject: string, role: string) =>
    run("INSERT INTO access_grant VALUES ($1, $2, 'user', $3, $4)", [type, id, subject, role]);
  await grant('project', projectId, executor, 'analyst');
  await grant('organization', orgId, viewerToo, 'analyst');
  await grant('task', sharedTask, viewerToo, 'viewer');
  for (const taskId of tasks.slice(0, 2)) await grant('task', taskId, ofTasks, 'analyst');
  await grant('organization', orgId, owner, 'owner');
}

/** Replaces the payload of hidden runs. Changes nothing else in the database, not even the order of changes. */
export async function switchPayload(database: Queries, version: Version): Promise<void> {
  const setTriggers = async (state: 'ENABLE' | 'DISABLE') => {
    for (const table of ['task_run', 'task_run_file'])
      await database.query(`ALTER TABLE ${table} ${state} TRIGGER USER`);
  };
  await setTriggers('DISABLE');
  for (const each of hiddenRuns) {
    const { response, runData } = payloadOf(each, version);
    await database.query(
      `UPDATE task_run SET response = $2, run_data = $3, response_bytes = octet_length($2::jsonb::text),
         run_data_bytes = octet_length($3::jsonb::text) WHERE id = $1`,
      [each.id, response === null ? null : JSON.stringify(response), JSON.stringify(runData)],
    );
    await writeFiles(database, each, version);
  }
  await setTriggers('ENABLE');
}

async function writeFiles(database: Queries, run: WorldRun, version: Version): Promise<void> {
  await database.query('DELETE FROM task_run_file WHERE task_run_id = $1', [run.id]);
  for (const [position, name] of filesOf(run, version).entries()) {
    await database.query(
      `INSERT INTO task_run_file (task_run_id, position, name, content_type, size_bytes, direction, storage_key, created)
       VALUES ($1, $2, $3, $4, $5, 'INPUT', $6, '2024-01-01')`,
      [run.id, position, name, `type/${secrets[version]}`, name.length, `${run.id}/${name}`],
    );
  }
}
