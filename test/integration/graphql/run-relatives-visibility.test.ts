// Compares a run's adjacent runs, its context and statistics with the runs that taskRun returns to the same caller.

import { type Queries } from '../../support/databases.js';
import { arrangePermissionWorld, direct, idOf, subjects, visibilities, world } from '../../support/permission-world.js';
import type { StatsNode } from '../../support/responses.js';
import { requestRest } from '../../support/rest-client.js';
import { useGateway } from '../../support/start-gateway.js';

const tasks = Object.values(world.taskOf);
const anotherUser = idOf(51);
const groups = [idOf(60), idOf(61)];
const path = `orgId: "${world.org}", projectId: "${world.project}"`;

/** Adds nine runs to each task, by three users and without a user, in two contexts shared by all tasks. */
async function arrange(database: Queries): Promise<void> {
  await arrangePermissionWorld(database);
  for (const id of groups) {
    await database.query('INSERT INTO reporting_group (id, project_id, name) VALUES ($1, $2, $3)', [
      id,
      world.project,
      id,
    ]);
  }
  await database.query(
    `INSERT INTO task_run (id, task_id, task_revision_id, run_data, created, input_tokens, output_tokens, total_tokens,
       user_id, context_id, reporting_group_id, is_error, primary_failure_reason, fallback_llm_model_id, reference, response)
     SELECT (left(task.id::text, 19) || right(task.id::text, 1) || lpad(n::text, 3, '0') || right(task.id::text, 13))::uuid, task.id,
       task.id, jsonb_build_object('n', n % 3, 'submitted', jsonb_build_object('n', n % 2 || ' of two')), '2024-01-16T13:33:25Z'::timestamptz + n * interval '1 second', 1, 2, 3,
       (ARRAY[$2, $2, $3, NULL]::uuid[])[1 + n % 4], 'context-' || n % 2, CASE WHEN task.project_id = $5 THEN ($4::uuid[])[1 + n % 3] END, n % 2 = 0,
       'reason ' || task.id, task.id, 'reference ' || n % 5, jsonb_build_object('n', n % 4 = 0, 'message', chr(64 + n))
     FROM task, generate_series(1, 9) AS n WHERE task.id = ANY ($1)`,
    [[...tasks, world.siblingTask, world.otherTask], world.executor, anotherUser, groups, world.project],
  );
}

interface Run {
  readonly id: string;
  readonly taskId: string;
  readonly contextId: string | null;
  readonly [key: string]: unknown;
}

/** The property that contains each dimension's values; for JSON, the value at `/n`. */
const dimensions = {
  TASK: 'taskId',
  REVISION: 'taskRevisionId',
  USER: 'userId',
  CONTEXT: 'contextId',
  FAILURE: 'failure',
  FAILURE_REASON: 'primaryFailureReason',
  FALLBACK_MODEL: 'fallbackLlmModelId',
  REPORTING_GROUP: 'reportingGroupId',
  STATUS: 'status',
  REFERENCE: 'reference',
  RESPONSE: 'response',
  SUBMITTED: 'submitted',
  RUN_DATA: 'runData',
} as const;
const jsonDimensions = new Set(['RESPONSE', 'SUBMITTED', 'RUN_DATA']);
const payloadDimensions = new Set([...jsonDimensions, 'FAILURE']);

const countBy = (runs: readonly Run[], keyOf: (run: Run) => unknown) => {
  const counts: Record<string, number> = {};
  for (const run of runs) counts[String(keyOf(run))] = (counts[String(keyOf(run))] ?? 0) + 1;
  return counts;
};

const owner = direct('owner', 'organization');
const callers = [
  ...[...subjects, anotherUser].map((as) => [as, {}] as const),
  ...visibilities.flatMap((visibility) =>
    [owner, direct('viewer', 'project'), world.executor].map(
      (as) => [as, { taskId: world.taskOf[visibility] }] as const,
    ),
  ),
  [owner, { projectId: world.siblingProject }],
  [owner, { orgId: world.otherOrg }],
] as const;

describe('runs around a run, and statistics', () => {
  let all: readonly Run[];
  const gateway = useGateway({
    async arrange(database) {
      await arrange(database);
      all = await database.query(
        `SELECT id, task_id AS "taskId", task_revision_id AS "taskRevisionId", user_id AS "userId", context_id AS "contextId",
           primary_failure_reason AS "primaryFailureReason", CASE WHEN is_error THEN response ->> 'message' END AS failure, fallback_llm_model_id AS "fallbackLlmModelId",
           reporting_group_id AS "reportingGroupId", reference, response ->> 'n' AS response, run_data ->> 'n' AS "runData",
           run_data -> 'submitted' ->> 'n' AS submitted, CASE WHEN is_error THEN 'FAIL' ELSE 'SUCCESS' END AS status
         FROM task_run WHERE task_id = ANY ($1) ORDER BY created, id`,
        [tasks],
      );
    },
  });

  const around = `id next { id } previous { id }
    context { totals { runs totalTokens } first { id } last { id } }`;

  it.each(callers)('contain only what taskRun returns: %s, confined to %j', async (as, confinement) => {
    const token = await gateway.tokenFor(as, confinement);
    const { data, errors: rejected = [] } = await gateway.ask(
      `{ ${all.map(({ id, taskId }, index) => `r${index}: taskRun(${path}, taskId: "${taskId}", id: "${id}") { ${around} responseBytes }`).join(' ')} }`,
      { token },
    );
    const withheld = rejected.flatMap(({ path }) => (path!.at(-1) === 'responseBytes' ? [path![0]] : []));
    const visible = all.filter((_run, index) => data[`r${index}`] !== null);
    const withPayload = all.filter((_run, index) => data[`r${index}`] !== null && !withheld.includes(`r${index}`));
    for (const [index, run] of all.entries()) {
      if (data[`r${index}`] === null) continue;
      const { responseBytes: _, ...found } = data[`r${index}`];
      const taskRunIds = visible.filter(({ taskId }) => taskId === run.taskId).map(({ id }) => id);
      const place = taskRunIds.indexOf(run.id);
      const contextRuns = visible.filter(({ contextId }) => contextId !== null && contextId === run.contextId);
      expect(found).toEqual({
        id: run.id,
        next: place + 1 < taskRunIds.length ? { id: taskRunIds[place + 1] } : null,
        previous: place > 0 ? { id: taskRunIds[place - 1] } : null,
        context: run.contextId && {
          totals: { runs: contextRuns.length, totalTokens: String(3 * contextRuns.length) },
          first: { id: contextRuns[0]!.id },
          last: { id: contextRuns.at(-1)!.id },
        },
      });
    }

    for (const taskId of [null, ...tasks]) {
      const scope = taskId === null ? path : `${path}, taskId: "${taskId}"`;
      const isOfTask = (run: Run) => taskId === null || run.taskId === taskId;
      const expected = visible.filter(isOfTask);
      const read = (isPayload: boolean) => {
        const names = Object.keys(dimensions).filter((dimension) => payloadDimensions.has(dimension) === isPayload);
        const selection = names.map(
          (name) =>
            `${name}: groupBy(dimension: ${name}${jsonDimensions.has(name) ? ', path: "/n"' : ''}) { value runs }`,
        );
        const fields = `runs ${selection.join(' ')} buckets(by: DAY) { runs }`;
        return gateway.ask(`{ taskRunStats(${scope}) { ${fields} } }`, { token });
      };
      const [{ data: counted, errors }, { data: countedByPayload }] = await Promise.all([read(false), read(true)]);
      const reports = ['usage_report', 'timing_report', ...(taskId === null ? [] : ['token_report', 'credit_report'])];
      const place = `${gateway.url}/api/v1/org/${world.org}/project/${world.project}${taskId === null ? '' : `/task/${taskId}`}`;
      const answers = await Promise.all(
        reports.map((name) =>
          requestRest(gateway, `${place}/${name}?start_date=2024-01-01&end_date=2024-02-01`, { token }),
        ),
      );
      if (errors) {
        expect(expected).toEqual([]);
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => errors[0]!.extensions.status));
        continue;
      }
      for (const [statistics, counts] of [
        [counted.taskRunStats, expected],
        [countedByPayload.taskRunStats, withPayload.filter(isOfTask)],
      ] as const) {
        const { runs, buckets, ...groups } = statistics;
        expect([runs, buckets.reduce((sum: number, bucket: StatsNode) => sum + bucket.runs, 0)]).toEqual(
          Array(2).fill(counts.length),
        );
        for (const [split, found] of Object.entries<StatsNode[]>(groups)) {
          const key = dimensions[split as keyof typeof dimensions];
          const values = found.map((group) => [String(group.value), group.runs]);
          expect([split, Object.fromEntries(values)]).toEqual([split, countBy(counts, (run) => run[key])]);
        }
      }
      for (const answer of answers) {
        const { task_revisions } = (await answer.json()) as { task_revisions?: { task_revision_id: string }[] };
        const revisions = new Set(expected.map(({ taskRevisionId }) => taskRevisionId));
        expect(new Set((task_revisions ?? []).map((revision) => revision.task_revision_id))).toEqual(
          task_revisions === undefined ? new Set() : revisions,
        );
      }
    }
  });
});
